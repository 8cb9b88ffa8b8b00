import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

const phone = { width: 380, height: 800 } as const;

describe.skipIf(cannotLook !== undefined)('pages with sample data', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector();
    await fetch(`${collector.url}/api/sample`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await waitForJson<{ data: readonly object[] }>(
      `${collector.url}/api/deliveries`,
      ({ data }) => data.length > 0,
      { timeoutMs: 45_000 },
    );
    pages = await openPages(collector.url);
  }, 90_000);
  afterEach(() => pages.mustBeQuiet());
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test.each(['light', 'dark'] as const)(
    '380 px, %s: the first user is on the first screen',
    async (theme) => {
      const page = await pages.open('/', { ...phone, theme });
      await page.getByRole('button', { name: 'Remove sample data' }).waitFor();
      await page.locator('.band-mover').first().waitFor();
      await page.locator('.chart-legend').waitFor();
      const bottom = async (): Promise<number> => {
        const box = await page.locator('[data-row]').first().boundingBox();
        return box === null ? Number.POSITIVE_INFINITY : box.y + box.height;
      };
      await expect.poll(bottom).toBeLessThanOrEqual(phone.height);
      await page
        .getByRole('group', { name: 'Kind of chart' })
        .getByRole('button', { name: 'Over users' })
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.context().close();
    },
  );

  test('margin shows a loss, on the first day of a month also', async () => {
    const page = await pages.open('/margin');
    await expect.poll(() => page.locator('tbody tr').first().textContent()).toMatch(/^Hedy Lamarr.*−\$\d/u);
    await page.getByText('Margin so far').waitFor();
    await page.context().close();
  });

  test('the feedback of a user as CSV has every comment and thread', async () => {
    const page = await pages.open('/user?id=sample-grace.hopper&tab=feedback', { width: 1440 });
    await page.getByText('Not delivered at all!').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    const [head, ...lines] = file.trim().split('\r\n');
    expect(file.startsWith('\uFEFF')).toBe(true);
    expect(head).toBe('at,target,targetId,threadId,thumb,score,comment,traceId');
    expect(lines).toEqual([
      expect.stringMatching(
        /^\d{4}-\d\d-\d\dT[^,]*,run,[0-9a-f]{32}-[0-9a-f]{16},sample-thread-broken,down,0\.1,Not delivered at all!,[0-9a-f]{32}$/u,
      ),
    ]);
    await page.context().close();
  });

  test('groups: the shares of all rows and of calls without a user add up', async () => {
    const page = await pages.open('/groups', { width: 1440 });
    const shares = page.locator('.share-bar');
    const texts = (): Promise<readonly string[]> =>
      shares.evaluateAll((all) => all.map((bar) => bar.getAttribute('data-tip') ?? ''));
    await expect.poll(async () => (await texts()).length).toBe(5);
    expect(await page.locator('.unattributed-row .share-bar').count()).toBe(1);
    const percents = (await texts()).map((text) => Number(/^([\d.]+)% of the cost$/u.exec(text)?.[1]));
    expect(Math.abs(percents.reduce((sum, percent) => sum + percent, 0) - 100)).toBeLessThan(2);
    await page.context().close();
  });

  test.each(['/', '/models'])(
    'the menu for columns of %s says that percentiles are latency',
    async (path) => {
      const page = await pages.open(path, { width: 1440 });
      await page.getByRole('button', { name: 'Columns' }).click();
      const entries = page.getByRole('menuitemcheckbox');
      await expect
        .poll(() => entries.allTextContents())
        .toEqual(expect.arrayContaining(['Latency p50', 'Latency p95', 'Latency p99', 'First chunk p95']));
      await page.context().close();
    },
  );

  test('380 px: the button for CSV is beside the heading of the history', async () => {
    const page = await pages.open('/alerts', phone);
    const middle = async (part: ReturnType<Page['locator']>): Promise<number> => {
      const box = await part.boundingBox();
      return (box?.y ?? 0) + (box?.height ?? 0) / 2;
    };
    const card = page.getByRole('region', { name: 'History and deliveries' });
    const button = card.getByRole('button', { name: 'Download CSV of the history' });
    await button.waitFor();
    expect(await middle(button)).toBeCloseTo(await middle(card.getByRole('heading')), 0);
    await page.context().close();
  });
});
