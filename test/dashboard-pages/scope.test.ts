import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import {
  countedCalls,
  dollars,
  fromMs,
  groupCalls,
  longTag,
  markup,
  rightToLeft,
  spanOf,
  toMs,
  type CountedCall,
  zones,
} from './scope-calls.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;

type Keeps = (call: CountedCall) => boolean;

const filters: Readonly<Record<string, Keeps>> = {
  '': () => true,
  'group=acme': ({ person }) => person?.group === 'acme',
  'prop.plan=pro&model=gpt-4o': ({ person, model }) => person?.plan === 'pro' && model === 'gpt-4o',
  'tag=search&service=chat': ({ tags, service }) => tags.includes('search') && service === 'chat',
  'q=cyd': ({ person }) => person?.id === 'cyd',
};

const named: Keeps = ({ person }) => person !== undefined;
const byUser = ({ person }: CountedCall): readonly string[] => [person?.id ?? ''];
const byGroup = ({ person }: CountedCall): readonly string[] => [person?.group ?? ''];

/** A page with one list: what its rows are, and what it is about besides the filters. */
interface ListPage {
  readonly path: string;
  /** The column of the file that names a row. */
  readonly head: string;
  readonly keysOf: (call: CountedCall) => readonly string[];
  readonly isOfUsers?: boolean;
  readonly about?: Keeps;
}

const pagesWithLists: readonly ListPage[] = [
  { path: '/?', head: 'Id', keysOf: byUser, isOfUsers: true },
  { path: '/groups?', head: 'Group', keysOf: byGroup, isOfUsers: true },
  { path: '/models?', head: 'Model', keysOf: ({ model }) => [model] },
  { path: '/features?', head: 'Feature', keysOf: ({ tags }) => (tags.length === 0 ? [''] : tags) },
  {
    path: '/group?id=acme&',
    head: 'Id',
    keysOf: byUser,
    isOfUsers: true,
    about: ({ person }) => person?.group === 'acme',
  },
  {
    path: '/feature?id=search&list=models&',
    head: 'Model',
    keysOf: ({ model }) => [model],
    about: ({ tags }) => tags.includes('search'),
  },
];

describe.skipIf(cannotLook !== undefined)('one scope for the whole page', { timeout: 120_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;
  let page: Page;
  /** Calls of this hour, of the month before and of the year before, for what is counted by the calendar. */
  const now = Date.now();
  const recent: readonly CountedCall[] = [1, 26, 74, 24 * 40, 24 * 400].map((hours, at) => ({
    model: 'gpt-4o',
    service: 'chat',
    tags: [],
    thread: 'late',
    durationMs: 100,
    failed: false,
    person: { id: 'late', name: 'Late', plan: 'free' },
    atMs: now - hours * 3_600_000,
    microUsd: 1000 * (at + 1),
  }));
  const all = [...countedCalls, ...recent];

  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector.url, all.map(spanOf));
    await waitForJson<{ readonly calls: number }>(
      `${collector.url}/api/summary`,
      ({ calls }) => calls === all.length,
    );
    pages = await openPages(collector.url);
    page = await pages.open('/connect', { width: 1440 });
  }, 60_000);

  afterEach(() => pages.mustBeQuiet());

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  /** The calls of the range that a filter keeps. */
  function matching(...conditions: readonly (Keeps | undefined)[]): readonly CountedCall[] {
    return countedCalls.filter(
      (call) => call.atMs >= fromMs && call.atMs < toMs && conditions.every((keeps) => keeps?.(call) ?? true),
    );
  }

  async function exactCost(selector: string): Promise<string> {
    const tip = await page.locator(selector).first().getAttribute('data-tip');
    return /^\$(\S+)/u.exec(tip ?? '')?.[1] ?? '';
  }

  /** The file of the list that is shown. */
  async function readFile(): Promise<readonly Readonly<Record<string, string>>[]> {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Download CSV').click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    const [heads = [], ...rows] = Buffer.concat(chunks)
      .toString()
      .replace(/^\uFEFF/u, '')
      .split('\r\n')
      .filter((line) => line !== '')
      .map((line) => line.split(','));
    return rows.map((cells) => Object.fromEntries(heads.map((head, at) => [head, cells[at] ?? ''])));
  }

  describe.each(pagesWithLists.map((each, at) => ({ ...each, at })))(
    '$path',
    ({ at, path, head, keysOf, isOfUsers = false, about }) => {
      test('list, header sums, summary and file cover the calls of the scope', async () => {
        // The users page under each filter, the others under some: together under each.
        const few = Object.entries(filters).filter((_, filter) => at === 0 || (filter + at) % 3 === 0);
        const pinned = page.locator('.unattributed-row > :nth-child(2)');
        for (const [query, keeps] of few) {
          await page.goto(`${collector.url}${path}${range}&columns=name,calls,cost&${query}`);
          const inScope = matching(keeps, about);
          const listed = isOfUsers ? inScope.filter(named) : inScope;
          const rows = groupCalls(listed, keysOf);
          await expect
            .poll(() => page.locator('[data-row]').count(), { message: `${path}${query}`, timeout: 15_000 })
            .toBe(rows.size);
          const file = await readFile();
          expect(
            Object.fromEntries(file.map((row) => [row[head], [row['Calls'], row['Cost (USD)']]])),
          ).toEqual(
            Object.fromEntries([...rows].map(([key, own]) => [key, [String(own.length), dollars(own)]])),
          );
          // What the head adds up is everything that matches, each call once.
          const whole = path.startsWith('/groups') ? inScope : listed;
          if (rows.size > 0) expect(await exactCost('.head-total [data-tip^="$"]')).toBe(dollars(whole));
          // A list of users or groups has a row for calls without a user, so that its rows add up to all of the scope.
          const others = rows.size > 0 ? inScope.length - listed.length : 0;
          await expect.poll(() => pinned.allTextContents()).toEqual(others > 0 ? [`${others}`] : []);
          if (path.startsWith('/?') || about !== undefined) {
            const strip = page.locator('.strip-value');
            await expect.poll(() => strip.nth(2).textContent()).toBe(String(inScope.length));
            if (inScope.length > 0) {
              expect(await exactCost('.strip-value:not(:empty) [data-tip^="$"]')).toBe(dollars(inScope));
            }
            const users = new Set(inScope.filter(named).map(({ person }) => person?.id)).size;
            expect(await strip.nth(0).textContent()).toBe(String(users));
          }
        }
      });
    },
  );

  test('unattributed: calls without a user under filters on calls; filters on users are dimmed with the reason', async () => {
    await page.goto(`${collector.url}/unattributed?${range}&model=gpt-4o&group=acme`);
    const own = matching(({ person, model }) => person === undefined && model === 'gpt-4o');
    await page.getByText('These calls have no user to filter by.').waitFor();
    await expect.poll(() => page.locator('[data-row]').count()).toBe(own.length);
    expect(await page.locator('.filter-chip.inert').allTextContents()).toEqual(['Group: acme']);
    const file = await readFile();
    expect(file.map((row) => row['Cost (USD)']).toSorted()).toEqual(
      own.map((call) => dollars([call])).toSorted(),
    );
  });

  test.each(zones)(
    'in %s, bars and months follow the time zone across a daylight-saving change',
    async (timeZone) => {
      const reader = await pages.open(`/?${range}&metric=calls&by=tag&group=acme`, { timeZone, width: 1440 });
      const chart = reader.getByRole('slider');
      await reader.locator('.chart-bar').first().waitFor();
      const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
      const days = groupCalls(matching(filters['group=acme']), ({ atMs }) => [day.format(atMs)]);
      const expected = [...days]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        // A call with two tags stands in the bar of each.
        .map(([, calls]) => calls.reduce((sum, { tags }) => sum + Math.max(tags.length, 1), 0));
      await chart.focus();
      const most = Number(await chart.getAttribute('aria-valuemax'));
      const bars: number[] = [];
      await reader.keyboard.press('End');
      for (let at = most; at >= 0; at--) {
        const text = (await chart.getAttribute('aria-valuetext')) ?? '';
        bars.unshift(Number(/: ([\d,]+)$/u.exec(text)?.[1]?.replaceAll(',', '')));
        await reader.keyboard.press('ArrowLeft');
      }
      expect(bars.filter((value) => value > 0)).toEqual(expected);
      const once = matching(filters['group=acme']);
      const note = reader.locator('.chart-note');
      expect(await note.textContent()).toContain(`${once.length} calls`);
      expect(await note.locator('[data-tip]').getAttribute('data-tip')).toBe(`$${dollars(once)}`);

      await reader.goto(`${collector.url}/?range=24h`);
      const month = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' });
      const ofMonth = all.filter(({ atMs }) => month.format(atMs) === month.format(now) && atMs <= now);
      const figure = reader.locator('.band-figure [data-tip]').first();
      await expect
        .poll(async () => (await figure.getAttribute('data-tip'))?.split('\n')[0])
        .toBe(`$${dollars(ofMonth)}`);
      await reader.context().close();
    },
  );

  test('movers show the difference to the previous range, and link to the user with the filters', async () => {
    await page.goto(`${collector.url}/?${range}&model=gpt-4o`);
    const length = toMs - fromMs;
    const sumOf = (id: string, from: number): number =>
      all
        .filter(
          ({ person, model, atMs }) =>
            person?.id === id && model === 'gpt-4o' && atMs >= from && atMs < from + length,
        )
        .reduce((sum, { microUsd }) => sum + microUsd, 0);
    const ids = ['ada', 'bob', 'cyd', 'dee', '<b>eve</b>', 'late'];
    const changes = ids
      .map((id) => ({ id, change: sumOf(id, fromMs) - sumOf(id, fromMs - length) }))
      .filter(({ change }) => change !== 0)
      .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change));
    const cards = page.locator('.band-mover');
    await expect.poll(() => cards.count()).toBe(changes.length);
    const links = await cards.evaluateAll((all) => all.map((card) => card.getAttribute('href') ?? ''));
    expect(links.map((link) => new URL(link, collector.url).searchParams.get('id'))).toEqual(
      changes.map(({ id }) => id),
    );
    expect(new URL(links[0] ?? '', collector.url).searchParams.get('model')).toBe('gpt-4o');
    const signs = await cards.locator('.band-figure').allTextContents();
    expect(signs.map((text) => text.slice(0, 1))).toEqual(
      changes.map(({ change }) => (change < 0 ? '−' : '+')),
    );
  });

  test('cost by user: the histogram has every user once, and the shares refer to the total', async () => {
    await page.goto(`${collector.url}/?${range}&view=users&tag=search`);
    const costs = [
      ...groupCalls(
        matching(named, ({ tags }) => tags.includes('search')),
        byUser,
      ).values(),
    ]
      .map((own) => own.reduce((sum, { microUsd }) => sum + microUsd, 0))
      .toSorted((a, b) => b - a);
    await page.locator('.histogram').waitFor();
    const users = await page.locator('.histogram-users').allTextContents();
    expect(users.reduce((sum, text) => sum + Number(text), 0)).toBe(costs.length);
    const total = costs.reduce((sum, cost) => sum + cost, 0);
    const share = await page.locator('.spread-table tbody tr').first().locator('td').last().textContent();
    expect(Math.abs(Number(share?.replace('%', '')) - ((costs[0] ?? 0) / total) * 100)).toBeLessThanOrEqual(
      0.6,
    );
  });

  test('unknown URL parameters are reported with the most similar name', async () => {
    await page.goto(`${collector.url}/?${range}&modle=gpt-4o&sort=speed&timeZone=UTC`);
    const notice = page.getByRole('alert');
    await expect.poll(() => notice.textContent()).toContain('This page has no parameter modle');
    expect(await notice.textContent()).toContain('sort is not speed');
    // Nothing is like it, and a wrong guess would be believed.
    expect(await notice.textContent()).toContain('timeZone, so nothing is limited by it. Remove it');
    await notice.getByRole('link', { name: 'model' }).click();
    await page.getByLabel('Remove filter Model: gpt-4o').waitFor();
    expect(new URL(page.url()).searchParams.get('modle')).toBeNull();
    await page.goto(`${collector.url}/margin?group=acme`);
    await page
      .getByText('Margin covers whole months and all calls. Kept for other pages: Group acme.')
      .waitFor();
  });

  test('links keep range and filters', async () => {
    await page.goto(`${collector.url}/groups?${range}&model=gpt-4o&prop.plan=pro`);
    await page.getByRole('link', { name: 'acme' }).click();
    await page.getByRole('heading', { level: 1, name: 'acme' }).waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Features' }).click();
    await page.getByRole('heading', { level: 1, name: 'Features' }).waitFor();
    const search = new URL(page.url()).searchParams;
    expect([search.get('model'), search.get('prop.plan'), search.get('from')]).toEqual([
      'gpt-4o',
      'pro',
      new Date(fromMs).toISOString(),
    ]);
    expect([...search.keys()].toSorted()).toEqual(['from', 'model', 'prop.plan', 'to']);
    const names = await page.getByRole('link', { name: 'Alert on this view' }).getAttribute('href');
    expect(names).toContain('model=gpt-4o');
  });

  test.each([
    [`/group?id=${encodeURIComponent(markup)}`, markup],
    [`/group?id=${encodeURIComponent(rightToLeft)}`, rightToLeft],
    [`/feature?id=${longTag}`, longTag],
    ['/groups?', markup],
  ])('hostile names are shown as text without overflow: %s', async (path, name) => {
    await page.goto(`${collector.url}${path}&${range}`);
    await page.getByText(name, { exact: true }).first().waitFor();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
    expect(await page.locator('main img[src="x"]').count()).toBe(0);
    for (const width of [380, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await expect
        .poll(() =>
          page.evaluate(() => {
            const main = document.querySelector('main');
            return [
              document.documentElement.scrollWidth - window.innerWidth,
              (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0),
            ];
          }),
        )
        .toEqual([0, 0]);
    }
    expect(await seriousFindings(page)).toEqual([]);
  });
});
