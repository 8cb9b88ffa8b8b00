import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';
import { broken, founder, platform, support } from './tasks.ts';

describe.skipIf(cannotLook !== undefined)('common tasks, ten each', { timeout: 180_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;
  let ids: { traceId: string; spanId: string };

  beforeAll(async () => {
    collector = await startCollector(['--content']);
    await fetch(`${collector.url}/api/sample`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await waitForJson<{ data: readonly object[] }>(
      `${collector.url}/api/alert-states?active=true`,
      ({ data }) => data.length > 0,
      { timeoutMs: 45_000 },
    );
    const thread = await waitForJson<{ calls: readonly { traceId: string; spanId: string }[] }>(
      `${collector.url}/api/threads/${broken}`,
      ({ calls }) => calls.length === 5,
    );
    ids = thread.calls[0] ?? { traceId: '', spanId: '' };
    pages = await openPages(collector.url);
  }, 90_000);
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test.each([
    ['a founder', () => founder],
    ['a support engineer', () => support],
    ['a platform team', () => platform(ids)],
  ])('%s', async (_person, tasks) => {
    const page = await pages.open('/');
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    const failed: string[] = [];
    expect(tasks().length).toBeGreaterThanOrEqual(10);
    for (const [name, perform] of tasks()) {
      page.setDefaultTimeout(20_000);
      await perform(page).catch((error: unknown) => failed.push(`${name} ${String(error).slice(0, 400)}`));
    }
    expect(failed).toEqual([]);
    // Nothing was reloaded: all of it happens inside the page.
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
    pages.mustBeQuiet();
    await page.context().close();
  });
});
