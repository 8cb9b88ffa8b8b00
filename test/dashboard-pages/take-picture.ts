import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** The folder for screenshots, which `pnpm pictures` sets. Without it, tests take no screenshots. */
const folder = process.env['USERSPAN_PICTURES'];

/** The screenshots of the README. All pages in both themes would be several megabytes. */
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

/** Takes a screenshot when the page is fully loaded. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (folder === undefined || folder === '' || !kept.has(name)) return;
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
