import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { spanOf, type CountedCall } from './scope-calls.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

const longName = 'Bartholomew-Maximilian'.repeat(46).slice(0, 1000);
const longTag = longName.slice(0, 200);
/** Names of which only the ends differ. */
const embeddings = 'text-embedding-3-small';
const threadId = 'support-thread-of-november-30';

/** What sticks out of the page or is cut, of the texts under `selector`. */
function cutTexts(page: Page, selector: string): Promise<readonly string[]> {
  return page.locator(selector).evaluateAll((all) => {
    const boxOf = (element: Element): DOMRect => (element.parentElement ?? element).getBoundingClientRect();
    return all
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 ||
          element.getBoundingClientRect().right > Math.min(boxOf(element).right + 1, window.innerWidth),
      )
      .map((element) => element.textContent ?? '');
  });
}

describe.skipIf(cannotLook !== undefined)('long names and large amounts', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;
  let page: Page;
  const now = Date.now();
  const callOf = (id: string, name: string, microUsd: number): CountedCall => ({
    person: { id, name, group: 'acme', plan: 'pro' },
    atMs: now - 60_000,
    model: 'gpt-4o',
    service: 'chat',
    tags: [longTag],
    thread: 't1',
    durationMs: 900,
    failed: false,
    microUsd,
  });
  const spans = [
    ...Array.from({ length: 30 }, () => callOf('big', 'Big Spender', 98_765_432_100_000)),
    callOf(longName, longName, 37_037_036_740_000),
    callOf('tiny', 'Tiny', 1),
    // The widest amount: larger ones have no cents.
    callOf('cents', 'Cents', 888_888_880_000),
    // The newest call, because only the first rows are in the page.
    { ...callOf('big', 'Big Spender', 1), atMs: now - 1_000, model: embeddings, thread: threadId },
  ].map(spanOf);

  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector.url, spans);
    await waitForJson<{ readonly calls: number }>(
      `${collector.url}/api/summary`,
      ({ calls }) => calls === 34,
    );
    pages = await openPages(collector.url);
    page = await pages.open('/connect');
  }, 60_000);
  afterEach(() => pages.mustBeQuiet());
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test.each([360, 1024, 1440])('%d px: no figure of strip and list is cut', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(collector.url);
    await expect
      .poll(() => page.locator('.strip-value').allTextContents())
      .toEqual(expect.arrayContaining(['$3.001B']));
    expect(await cutTexts(page, '.strip-value')).toEqual([]);
    const costs = page.locator('[data-row] [data-tip^="$"]');
    await expect.poll(() => costs.allTextContents()).toEqual(expect.arrayContaining(['$37,037,037']));
    expect(await cutTexts(page, '[data-row] [data-tip^="$"], .head-total [data-tip^="$"]')).toEqual([]);
  });

  test.each([360, 380, 901, 1024, 1200, 1440])(
    '%d px: no figure of the strip is over another',
    async (width) => {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${collector.url}/?q=Cents`);
      await page.locator('.strip-value').filter({ hasText: '$888,888.88' }).waitFor();
      const over = await page
        .locator('.strip-figure')
        .evaluateAll(
          (figures) =>
            figures.filter(
              (figure) =>
                (figure.querySelector('.strip-value')?.getBoundingClientRect().right ?? 0) >
                Math.min(figure.getBoundingClientRect().right, window.innerWidth),
            ).length,
        );
      expect(over).toBe(0);
    },
  );

  test.each([360, 380, 1024, 1440])(
    '%d px: the shares of the top users are inside of their card',
    async (width) => {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${collector.url}/?view=users`);
      const table = page.locator('.spread-table');
      await table.waitFor();
      expect(
        await table.evaluate((box) => {
          const card = box.closest('.card')?.getBoundingClientRect().right ?? 0;
          return box.getBoundingClientRect().right <= card;
        }),
      ).toBe(true);
    },
  );

  test.each([380, 1024])('%d px: long ids of the users of a thread take one line each', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${collector.url}/thread?id=t1`);
    const members = page.locator('.thread-member');
    await members.first().waitFor();
    const heights = await members.evaluateAll((all) =>
      all.map((each) => each.getBoundingClientRect().height),
    );
    expect(heights.length).toBeGreaterThan(1);
    expect(heights.every((height) => height < 30)).toBe(true);
    expect(await cutTexts(page, '.thread-member')).toEqual([]);
  });

  test.each([360, 380, 480])('%d px: the widest amount is not cut', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${collector.url}/?q=Cents`);
    const figure = page.locator('.strip-figure').filter({ hasText: '$888,888.88' });
    await figure.waitFor();
    const isWhole = await figure.evaluate((box) => {
      const value =
        box.querySelector('.strip-value')?.getBoundingClientRect().right ?? Number.POSITIVE_INFINITY;
      return value <= box.getBoundingClientRect().right;
    });
    expect(isWhole).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  test.each([360, 1024, 1440])('%d px: labels of the distribution do not overlap', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${collector.url}/?view=users`);
    const labels = page.locator('.histogram-edge');
    await page.locator('.histogram-bar').first().waitFor();
    const places = await labels.evaluateAll((all) =>
      all
        .filter((label) => label.textContent !== '' && getComputedStyle(label).visibility === 'visible')
        .map((label) => {
          const text = document.createRange();
          text.selectNodeContents(label);
          const { left, right } = text.getBoundingClientRect();
          return { left, right };
        }),
    );
    expect(places.length).toBeGreaterThan(1);
    expect(places.filter(({ right }, at) => right > (places[at + 1]?.left ?? width))).toEqual([]);
  });

  test('the user beside the list can be closed, however long the name is', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${collector.url}/?open=${encodeURIComponent(longName)}`);
    const sheet = page.locator('.side-sheet');
    await sheet.getByText('verified').waitFor();
    await sheet.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => sheet.count()).toBe(0);
  });

  test.each([
    ['/threads', threadId],
    ['/models', embeddings],
    ['/calls', embeddings],
  ])('380 px: on %s, the name %s is not cut', async (path, name) => {
    await page.setViewportSize({ width: 380, height: 900 });
    await page.goto(`${collector.url}${path}`);
    const words = page.locator('[data-row] .clamped').filter({ hasText: name }).first();
    await words.waitFor();
    expect(
      await words.evaluate((box) => [
        box.scrollHeight - box.clientHeight,
        box.scrollWidth - box.clientWidth,
        getComputedStyle(box).whiteSpace,
      ]),
    ).toEqual([0, 0, 'normal']);
  });

  test.each([360, 1440])('%d px: the page of a call has room for a long tag', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${collector.url}/call?trace=${spans[30]?.traceId}&span=${spans[30]?.spanId}`);
    await page.locator('.badge').filter({ hasText: longTag }).waitFor();
    expect(
      await page.evaluate(() => {
        const main = document.querySelector('main');
        return (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0);
      }),
    ).toBe(0);
  });

  test('360 px: margin shows names and margins beside each other', async () => {
    await page.setViewportSize({ width: 360, height: 900 });
    await page.goto(`${collector.url}/margin`);
    const rows = page.locator('.plain-table tbody tr');
    await expect.poll(() => rows.count()).toBe(4);
    expect(await cutTexts(page, '.plain-table tbody tr:first-child .subject')).toEqual([]);
    const table = page.locator('.table-scroll');
    expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    expect(await rows.first().innerText()).toMatch(/Big Spender[^]*−\$2\.963B[^]*\$0 − \$2\.963B/u);
  });
});
