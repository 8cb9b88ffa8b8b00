import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everydayRows } from '../../packages/collector/src/testing/everyday-runs.ts';
import { cannotLook } from './chromium.ts';
import { demoSpans, demoUsers } from './demo-spans.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

/** A page of each kind: a list with a look at one, forms, and the details of a user and of a call. */
const everydayPages: ReadonlySet<string> = new Set(['users with a look at one', 'alerts', 'user', 'call']);

/** More stops of Tab than a page of demo data has. */
const mostStops = 500;

describe.skipIf(cannotLook !== undefined)('keyboard only', { timeout: 120_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;
  let call = '';

  beforeAll(async () => {
    collector = await startCollector(['--content']);
    const headers = { 'content-type': 'application/json' };
    await fetch(`${collector.url}/api/sample`, { method: 'POST', headers, body: '{}' });
    await sendSpans(collector.url, demoSpans(Date.now()));
    await waitForJson<{ readonly total: number }>(
      `${collector.url}/api/users`,
      ({ total }) => total > demoUsers.length,
    );
    for (const budget of [
      { of: 'user', usd: '0.2', period: 'month' },
      { group: 'acme', usd: '5', period: 'month' },
    ]) {
      await fetch(`${collector.url}/api/budgets`, { method: 'PUT', headers, body: JSON.stringify(budget) });
    }
    const { data } = await waitForJson<{ data: readonly { traceId: string; spanId: string }[] }>(
      `${collector.url}/api/calls?user=u_1042&limit=1`,
      (answer) => answer.data.length > 0,
    );
    call = `trace=${data[0]?.traceId}&span=${data[0]?.spanId}`;
    pages = await openPages(collector.url);
  }, 120_000);

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  const list: readonly (readonly [name: string, path: () => string])[] = [
    ['users', () => '/'],
    ['users with a look at one', () => '/?open=u_1042'],
    ['groups', () => '/groups'],
    ['models', () => '/models'],
    ['features', () => '/features'],
    ['threads', () => '/threads'],
    ['failed calls', () => '/calls?only=errors'],
    ['alerts', () => '/alerts'],
    ['budgets', () => '/budgets'],
    ['margin', () => '/margin'],
    ['billing', () => '/billing'],
    ['prices', () => '/prices'],
    ['unattributed', () => '/unattributed'],
    ['collector', () => '/collector'],
    ['projects', () => '/projects'],
    ['connect', () => '/connect'],
    ['user', () => '/user?id=u_1042'],
    ['threads of a user', () => '/user?id=u_1042&tab=threads'],
    ['group', () => '/group?id=acme'],
    ['feature', () => '/feature?id=support'],
    ['thread', () => '/thread?id=u_1042-t5'],
    ['call', () => `/call?${call}`],
  ];

  describe.each(everydayRows(list, ([name]) => everydayPages.has(name)))('%s', (_name, path) => {
    test('Tab reaches every control once, in view, with a focus ring, and leaves the page', async () => {
      const page = await openSettled(pages, path());
      const { stops, end } = await walk(page);
      expect(end).toBe('left the page');
      expect(stops.filter(({ hasRing }) => !hasRing)).toEqual([]);
      expect(stops.filter(({ isInView }) => !isInView)).toEqual([]);
      expect(await missedControls(page)).toEqual([]);
      await page.context().close();
    });

    test('an overlay takes the focus, keeps it, and returns it on Escape', async () => {
      const page = await openSettled(pages, path());
      const openers = page.locator('[aria-haspopup]:visible:not([disabled])');
      const count = await openers.count();
      expect(count).toBeGreaterThan(0);
      const wrong: string[] = [];
      // Rows of a list have the same openers.
      const seen = new Set<string>();
      for (let at = 0; at < count; at++) {
        const opener = openers.nth(at);
        const name = (await opener.getAttribute('aria-label')) ?? (await opener.innerText());
        if (seen.has(name)) continue;
        seen.add(name);
        const problem = await openByKeys(page, at);
        if (problem !== undefined) wrong.push(`${name}: ${problem}`);
      }
      expect(wrong).toEqual([]);
      await page.context().close();
    });
  });
});

async function openSettled(pages: Pages, path: string): Promise<Page> {
  const page = await pages.open(path, { width: 1440 });
  // A plain list stands there until the code of the page has come.
  await page.locator('#main h1').first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('.skeleton, .band-place, [aria-busy=true]') === null,
  );
  return page;
}

interface Stop {
  readonly name: string;
  readonly hasRing: boolean;
  readonly isInView: boolean;
}

/** Presses Tab until the focus leaves the page, and says where it was on the way. */
async function walk(page: Page): Promise<{ readonly stops: readonly Stop[]; readonly end: string }> {
  const stops: Stop[] = [];
  let last = '';
  for (let pressed = 0; pressed < mostStops; pressed++) {
    // What is open beside a list has the focus at first: the walk begins with the first control of the page.
    if (pressed === 0) await page.locator('.skip-link').focus();
    else await page.keyboard.press('Tab');
    const stop = await page.evaluate((number) => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return undefined;
      const before = element.dataset['stop'];
      element.dataset['stop'] = before ?? String(number);
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      const { top, bottom, left, right } = element.getBoundingClientRect();
      return {
        before,
        number: element.dataset['stop'],
        name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`.slice(0, 60),
        hasRing: outlineStyle !== 'none' || boxShadow !== 'none',
        isInView: bottom > 0 && top < window.innerHeight && right > 0 && left < window.innerWidth,
      };
    }, pressed);
    if (stop === undefined) return { stops, end: 'left the page' };
    const { before, number, name, hasRing, isInView } = stop;
    // The parts of a date are stops of their own inside of the browser's control.
    if (before !== undefined && number !== last) return { stops, end: `came to ${name} again` };
    if (before === undefined) stops.push({ name, hasRing, isInView });
    last = number;
  }
  return { stops, end: `was on the page after ${mostStops} stops` };
}

/** Controls on which Tab never stopped; those inside of rows that say more are read with the row, by `j` and `k`. */
function missedControls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button:enabled, a[href], select:enabled, input:enabled, textarea:enabled, summary, [role=slider]',
    );
    return Array.from(controls)
      .filter(
        (control) =>
          control.dataset['stop'] === undefined &&
          control.checkVisibility({ visibilityProperty: true }) &&
          control.getBoundingClientRect().width > 0,
      )
      .map(({ outerHTML }) => outerHTML.slice(0, 120));
  });
}

/** Opens what this control opens, walks about in it, and closes it; what was wrong, if anything. */
async function openByKeys(page: Page, at: number): Promise<string | undefined> {
  const opener = page.locator('[aria-haspopup]:visible:not([disabled])').nth(at);
  const kind = await opener.getAttribute('aria-haspopup');
  const handle = await opener.elementHandle();
  const isInside = (): Promise<boolean> =>
    page.evaluate(
      () => document.activeElement?.closest('[role=menu], [role=dialog], [role=listbox], dialog') !== null,
    );
  await opener.focus();
  await page.keyboard.press('Enter');
  const isOpen = await page
    .waitForFunction(
      () => document.activeElement?.closest('[role=menu], [role=dialog], [role=listbox], dialog') !== null,
      undefined,
      { timeout: 5000 },
    )
    .then(
      () => true,
      () => false,
    );
  if (!isOpen) return 'the focus did not go into it';
  for (const key of kind === 'menu'
    ? ['ArrowDown', 'ArrowDown', 'End', 'Home']
    : ['Tab', 'Tab', 'Shift+Tab']) {
    await page.keyboard.press(key);
    if (!(await isInside())) return `the focus left it on ${key}`;
  }
  await page.keyboard.press('Escape');
  return page
    .waitForFunction(
      (element) =>
        document.querySelector('[role=menu], [role=dialog], dialog[open]') === null &&
        document.activeElement === element,
      handle,
      { timeout: 5000 },
    )
    .then(
      () => undefined,
      async () =>
        `after Escape the focus is on ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 100))}`,
    );
}
