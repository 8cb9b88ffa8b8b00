import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { startCollector, type RunningCollector } from './start-collector.ts';

describe.skipIf(cannotLook !== undefined)('a fast network whose first byte is late', () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector();
    pages = await openPages(collector.url);
  }, 60_000);
  afterEach(() => pages.mustBeQuiet());
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test('the code of a page is requested together with its figures', async () => {
    const page = await pages.open('/healthz', { allow: /404/u });
    await page.route('**/assets/early-*.js', async (route) => {
      await setTimeout(600);
      await route.continue();
    });
    const code = page.waitForRequest('**/assets/main-*.js');
    let waitedForCode = false;
    // On a slow network, the page requests its code when it has the figures, or after a second and a half.
    await page.route('**/api/users?**', async (route) => {
      waitedForCode = await Promise.race([code.then(() => true), setTimeout(1_200, false)]);
      await route.continue();
    });
    await page.goto(`${collector.url}/`, { waitUntil: 'commit' });
    await page.locator('.page').getByRole('heading').first().waitFor();
    expect(waitedForCode).toBe(true);
    await page.context().close();
  });
});
