import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { colourRules, seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { hostileSpans, hostileThread } from './hostile-spans.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

/**
 * The folder for a picture of each page, width and theme. The test runs only with this variable, because it takes
 * several minutes.
 */
const folder = process.env['USERSPAN_ALL_PICTURES'];

/** Selectors of what is outside of the viewport, except where a box that scrolls or cuts contains it. */
function outside(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const isCut = (element: Element): boolean => {
      for (let box = element.parentElement; box !== null; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible' && box.id !== 'main' && box !== document.body)
          return true;
      }
      return false;
    };
    return Array.from(document.querySelectorAll('body *'))
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => {
        const { left, right, width, height } = element.getBoundingClientRect();
        const isLarge = width > 1 && height > 1;
        return isLarge && (left < -1 || right > window.innerWidth + 1) && !isCut(element);
      })
      .map((element) => `${element.tagName}.${element.getAttribute('class') ?? ''}`);
  });
}

/** The boxes of a page that scroll sideways although only their content should. */
function sideways(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [document.documentElement, document.querySelector('main')].flatMap((box) =>
      box !== null && box.scrollWidth > box.clientWidth
        ? [`${box.tagName}: ${box.scrollWidth} of ${box.clientWidth}`]
        : [],
    ),
  );
}

describe.skipIf(cannotLook !== undefined || folder === undefined)(
  'every page with hostile data',
  { timeout: 120_000 },
  () => {
    let collector: RunningCollector;
    let pages: Pages;
    const spans = hostileSpans(Date.now());
    const [first] = spans;
    const user = encodeURIComponent(String(first?.attributes['user.id']));
    const group = encodeURIComponent(String(first?.attributes['userspan.user.group']));
    const [tag] = (first?.attributes['userspan.tags'] ?? []) as readonly string[];

    beforeAll(async () => {
      collector = await startCollector(['--content']);
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
      await sendSpans(collector.url, spans);
      await waitForJson<{ readonly unpricedCalls: number }>(
        `${collector.url}/api/summary`,
        ({ unpricedCalls }) => unpricedCalls > 0,
      );
      pages = await openPages(collector.url);
    }, 120_000);
    afterEach(() => pages.mustBeQuiet());
    afterAll(async () => {
      await pages?.close();
      await collector?.stop();
    });

    test.each([
      ['users', '/'],
      ['distribution', '/?view=users'],
      ['nobody', '/?q=nobody-has-this-name'],
      ['peek', `/?open=${user}`],
      ['user', `/user?id=${user}`],
      ['user-threads', `/user?id=${user}&tab=threads`],
      ['groups', '/groups'],
      ['group', `/group?id=${group}`],
      ['models', '/models'],
      ['features', '/features'],
      ['feature', `/feature?id=${encodeURIComponent(tag ?? '')}`],
      ['threads', '/threads'],
      ['thread', `/thread?id=${hostileThread}`],
      ['calls', '/calls'],
      ['errors', '/calls?only=errors'],
      ['call', `/call?trace=${first?.traceId}&span=${first?.spanId}`],
      ['alerts', '/alerts'],
      ['new-alert', '/alerts?new=1'],
      ['budgets', '/budgets'],
      ['margin', '/margin'],
      ['billing', '/billing'],
      ['prices', '/prices'],
      ['unattributed', '/unattributed'],
      ['collector', '/collector'],
      ['projects', '/projects'],
      ['connect', '/connect'],
      ['refused', '/?modle=x&range=never&from=yesterday'],
      ['missing-page', '/nothing-here'],
      ['missing-user', '/user?id=does-not-exist'],
    ])(
      '%s fits at 380, 1024 and 1440 px in both themes, and axe finds nothing serious',
      async (name, path) => {
        for (const theme of ['light', 'dark'] as const) {
          const page = await pages.open(path, { theme, width: 380, height: 900, allow: /404|400/u });
          for (const width of [380, 1024, 1440]) {
            await page.setViewportSize({ width, height: 900 });
            await page.waitForFunction(
              () =>
                document.querySelector('main :is(h1, .nothing)') !== null &&
                document.querySelector('.skeleton, [aria-busy=true]') === null,
            );
            if (folder !== undefined) {
              await mkdir(folder, { recursive: true });
              await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) });
            }
            expect
              .soft({ sideways: await sideways(page), outside: await outside(page) }, `${width} px, ${theme}`)
              .toEqual({ sideways: [], outside: [] });
          }
          const rules = theme === 'light' ? undefined : colourRules;
          expect.soft(await seriousFindings(page, rules), theme).toEqual([]);
          await page.context().close();
        }
      },
    );
  },
);
