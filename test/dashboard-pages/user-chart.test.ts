import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { countedCalls, dollars, fromMs, spanOf, toMs } from './scope-calls.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

describe.skipIf(cannotLook !== undefined)('the chart of a user', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector.url, countedCalls.map(spanOf));
    await waitForJson<{ readonly calls: number }>(
      `${collector.url}/api/summary`,
      ({ calls }) => calls === countedCalls.length,
    );
    pages = await openPages(collector.url);
  }, 60_000);
  afterEach(() => pages.mustBeQuiet());
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test('is split by feature, and says what all calls cost, each counted once', async () => {
    const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
    const page = await pages.open(`/user?id=ada&${range}`, { width: 1440 });
    await page.getByRole('button', { name: 'by model' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Tag' }).click();
    const note = page.locator('.chart-note');
    await note.waitFor();
    expect(new URL(page.url()).searchParams.get('by')).toBe('tag');
    const own = countedCalls.filter(
      ({ person, atMs }) => person?.id === 'ada' && atMs >= fromMs && atMs < toMs,
    );
    expect(await note.textContent()).toContain(`${own.length} calls`);
    expect(await note.locator('[data-tip]').getAttribute('data-tip')).toBe(`$${dollars(own)}`);
    const features = new Set(own.flatMap(({ tags }) => (tags.length === 0 ? [''] : tags)));
    await expect.poll(() => page.locator('.chart-legend .legend-entry').count()).toBe(features.size);
  });
});
