import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { everydayRows } from '../../packages/collector/src/testing/everyday-runs.ts';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { spanOf, type CountedCall } from './scope-calls.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

const press =
  (name: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole('button', { name }).first().click();

/** What opens over a page, how, and what must be in it. */
const menus: readonly [name: string, path: string, open: (page: Page) => Promise<void>, inside: string][] = [
  ['filters', '/', press('Filter'), '.popover'],
  ['columns', '/', press('Columns'), '.menu'],
  ['range', '/', press(/^Last 30 days/u), '.popover'],
  ['settings', '/', press('Settings'), '.popover'],
  ['split of the chart', '/', press(/^by model/u), '.menu'],
  ['split of the chart of a user', '/user?id=u0', press(/^by model/u), '.menu'],
  [
    'palette',
    '/',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('ada');
      await page.getByRole('option', { name: /Ada/u }).first().waitFor();
    },
    'dialog',
  ],
  ['a user beside the list', '/?open=u0', () => Promise.resolve(), '.side-sheet'],
  ['actions of a user', '/user?id=u0', press('Actions'), '.menu'],
];

/** Every day each kind: popovers, a menu, the palette, and what opens beside a list. */
const everydayMenus: ReadonlySet<string> = new Set([
  'filters',
  'settings',
  'split of the chart of a user',
  'palette',
  'a user beside the list',
]);
const rows = everydayRows(menus, ([name]) => everydayMenus.has(name));

describe.skipIf(cannotLook !== undefined)('open menus', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector();
    const callOf = (at: number): CountedCall => ({
      person: {
        id: `u${at}`,
        name: `Ada ${'Bartholomew-Maximilian'.repeat(at)}`,
        group: 'acme',
        plan: 'pro',
      },
      atMs: Date.now() - 60_000,
      model: 'gpt-4o',
      service: 'chat',
      tags: ['search'],
      thread: 't1',
      durationMs: 900,
      failed: false,
      microUsd: 1000,
    });
    const spans = [0, 1, 9].map((at) => {
      const span = spanOf(callOf(at));
      return {
        ...span,
        attributes: { ...span.attributes, 'userspan.user.trial': true, 'userspan.user.seats': 5 },
      };
    });
    await sendSpans(collector.url, spans);
    await waitForJson<{ readonly calls: number }>(`${collector.url}/api/summary`, ({ calls }) => calls === 3);
    pages = await openPages(collector.url);
  }, 60_000);
  afterEach(() => pages.mustBeQuiet());
  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  test.each(rows)('%s: readable in both themes, inside of the window', async (_name, path, open, inside) => {
    for (const [theme, width] of [
      ['light', 380],
      ['dark', 1440],
    ] as const) {
      const page = await pages.open(path, { theme, width });
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await open(page);
      const menu = page.locator(inside).first();
      await menu.waitFor();
      expect(await seriousFindings(page), `${theme} ${width}`).toEqual([]);
      const box = await menu.boundingBox();
      expect(box?.x, `${width} px`).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0), `${width} px`).toBeLessThanOrEqual(width);
      expect(await menu.evaluate((one) => one.scrollWidth - one.clientWidth), `${width} px`).toBe(0);
      await page.context().close();
    }
  });

  test.each([
    ['trial', 'true', 'trial'],
    ['seats', '5', 'seats'],
  ])('a value of the property %s that is no text can be chosen: %s', async (name, value, group) => {
    const page = await pages.open('/?q=bartholomew');
    await page.locator('[data-row]').first().waitFor();
    await press('Filter')(page);
    await page.getByRole('group', { name: group }).getByRole('button', { name: value, exact: true }).click();
    await page.getByLabel(`Remove filter ${name}: ${value}`).waitFor();
    expect(new URL(page.url()).searchParams.get(`prop.${name}`)).toBe(value);
    await expect.poll(() => page.locator('[data-row]').count()).toBe(2);
    await page.context().close();
  });
});
