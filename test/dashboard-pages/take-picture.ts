import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where `pnpm pictures` wants them; without it the tests take none. */
const folder = process.env['USERSPAN_PICTURES'];

/** Keeps how a page looked. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (folder === undefined || folder === '') return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
