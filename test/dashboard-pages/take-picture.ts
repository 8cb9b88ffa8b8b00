import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where `pnpm pictures` wants them; without it the tests take none. */
const folder = process.env['USERSPAN_PICTURES'];

/** What the README shows; every page in both themes would be megabytes. */
const kept: ReadonlySet<string> = new Set([
  'users-light',
  'users-dark',
  'users-380',
  'user-light',
  'conversation-light',
  'conversation-dark',
  'thread-light',
  'call-dark',
  'alerts-light',
  'margin-light',
  'add-price-light',
  'empty-light',
]);

/** Keeps how a page looked, when all of it is there. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (folder === undefined || folder === '' || !kept.has(name)) return;
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
