import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { colourRules, seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { everydayRows } from '../../packages/collector/src/testing/everyday-runs.ts';
import { demoSpans, demoUsers } from './demo-spans.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';
import { takePicture } from './take-picture.ts';

/** Pages whose layout is that of another page: a list, the page of a subject, or cards below each other. */
const sameLayout: ReadonlySet<string> = new Set([
  'users by parameters that do not exist',
  'threads of a user',
  'threads',
  'groups',
  'features',
  'feature',
  'unattributed',
]);

interface UsersAnswer {
  readonly total: number;
  readonly data: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly costExact: string | null;
  }[];
}

interface CallsAnswer {
  readonly data: readonly { readonly traceId: string; readonly spanId: string; readonly costExact: string }[];
}

describe.skipIf(cannotLook !== undefined)('pages of a month of traffic', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;
  let call = '';

  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector.url, demoSpans(Date.now()));
    await waitForJson<UsersAnswer>(`${collector.url}/api/users`, ({ total }) => total === demoUsers.length);
    const calls = await waitForJson<CallsAnswer>(
      `${collector.url}/api/calls?user=u_1042&model=gpt-4.1&limit=5`,
      ({ data }) => data.length > 0,
    );
    const found = calls.data.find(({ costExact }) => costExact !== null);
    call = `trace=${found?.traceId}&span=${found?.spanId}`;
    pages = await openPages(collector.url);
  }, 60_000);

  afterEach(() => pages.mustBeQuiet());

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  const list: readonly (readonly [name: string, path: () => string, sign: string])[] = [
    // Its band of changes comes last.
    ['users', () => '/', 'forecast $'],
    ['users by parameters that do not exist', () => '/?modle=gpt-4.1&timeZone=Asia%2FTokyo', 'Did you mean'],
    ['users with a look at one', () => '/?open=u_1042', 'verified'],
    ['user', () => '/user?id=u_1042', 'ada@acme.example'],
    ['threads of a user', () => '/user?id=u_1042&tab=threads', 'u_1042-t1'],
    ['threads', () => '/threads', 'u_1042-t1'],
    ['thread', () => '/thread?id=u_1042-t5', 'Turn 1'],
    ['calls', () => '/calls', 'gpt-4.1'],
    ['call', () => `/call?${call}`, 'How the cost adds up'],
    ['groups', () => '/groups', 'globex'],
    ['features', () => '/features', 'support'],
    ['group', () => '/group?id=acme', 'Ada Lovelace'],
    ['feature', () => '/feature?id=support&list=models', 'claude-sonnet-4-5'],
    ['models', () => '/models', 'claude-sonnet-4-5'],
    ['prices', () => '/prices', 'acme-support-v3'],
    ['unattributed', () => '/unattributed', 'identify('],
    ['collector', () => '/collector', 'Write-ahead log'],
    ['connect', () => '/connect', 'npm install @userspan/node'],
  ];

  describe.each(everydayRows(list, ([name]) => !sameLayout.has(name)))('%s', (name, path, sign) => {
    test('renders, and axe finds nothing serious in either theme', async () => {
      const page = await pages.open(path());
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await page.getByText(sign).first().waitFor();
        await page.waitForFunction(() => document.querySelector('.skeleton') === null);
        // The other theme has the same elements in other colours.
        expect(await seriousFindings(page, theme === 'dark' ? colourRules : undefined)).toEqual([]);
        await takePicture(page, `${name.replaceAll(' ', '-')}-${theme}`);
      }
      await page.context().close();
    });

    test('from 380 px on nothing overflows, and axe finds nothing serious', async () => {
      const page = await pages.open(path(), { width: 380, height: 780 });
      await page.getByText(sign).first().waitFor({ state: 'attached' });
      for (const width of [1280, 1181, 1024, 760, 380]) {
        await page.setViewportSize({ width, height: 780 });
        // Charts follow the window a frame later.
        const sticking = (): Promise<object> =>
          page.evaluate(() => {
            const main = document.querySelector('main');
            const right = (main?.getBoundingClientRect().left ?? 0) + (main?.clientWidth ?? 0);
            return {
              window: document.documentElement.scrollWidth - window.innerWidth,
              main: (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0),
              tables: Array.from(document.querySelectorAll('.table'))
                .map((table) => [table.scrollWidth, table.parentElement?.clientWidth ?? 0] as const)
                .filter(([table, card]) => table > card || card > right),
            };
          });
        await expect
          .poll(sticking, { message: `at ${width} px` })
          .toEqual({ window: 0, main: 0, tables: [] });
      }
      // What has no room for words there still has a name.
      expect(await seriousFindings(page)).toEqual([]);
      await takePicture(page, `${name.replaceAll(' ', '-')}-380`);
      await page.context().close();
    });
  });

  test('the list shows the figures of the API, to the first significant digits', async () => {
    const page = await pages.open('/?range=all');
    const { data } = await waitForJson<UsersAnswer>(`${collector.url}/api/users?limit=100`, () => true);
    await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).waitFor();
    for (const user of data.filter(({ costExact }) => costExact !== null)) {
      const row = page
        .getByRole('row')
        .filter({ hasText: user.name ?? user.id })
        .last();
      const cell = row.getByRole('cell').last();
      expect(await cell.locator('span').first().getAttribute('data-tip')).toContain(`$${user.costExact}`);
      expect(await cell.textContent()).not.toBe('$0.00');
    }
    await page.context().close();
  });

  test('an unknown cost is a dash with its reason', async () => {
    const page = await pages.open('/models');
    const row = page.getByRole('row').filter({ hasText: 'acme-support-v3' });
    const cell = row.getByRole('cell').last();
    expect(await cell.textContent()).toBe('— No price for 9 calls');
    await page.context().close();
  });

  test('the header has the sums, and the top row the unattributed calls', async () => {
    const page = await pages.open('/?range=all');
    const row = page.getByRole('row').filter({ hasText: 'unattributed' });
    expect(await row.textContent()).toContain('40');
    await row.getByRole('link').click();
    await page.getByRole('heading', { name: 'indexer' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/unattributed');
    await page.context().close();
  });

  test.each(['org/9?x=1#é', '..', 'anon-7f3a'])('the user %s has a page', async (id) => {
    const user = demoUsers.find((one) => one.id === id);
    const page = await pages.open('/?range=all');
    await page.getByRole('link', { name: user?.name ?? id, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: user?.name ?? id }).waitFor();
    expect(new URL(page.url()).searchParams.get('id')).toBe(id);
    await page.getByRole('table', { name: 'Calls' }).getByRole('row').nth(1).waitFor();
    await page.context().close();
  });

  test('the arithmetic of a call adds up to its cost', async () => {
    const page = await pages.open(`/call?${call}`);
    const sheet = page.getByRole('region', { name: 'Cost' });
    await sheet.getByText('Total').waitFor();
    const [traceId, spanId] = Array.from(new URLSearchParams(call).values());
    const { costExact } = await waitForJson<{ readonly costExact: string }>(
      `${collector.url}/api/calls/${traceId}/${spanId}`,
      () => true,
    );
    expect(await sheet.locator('tfoot td').textContent()).toBe(`$${costExact}`);
    expect(await sheet.textContent()).toMatch(/price list as of \d{4}-\d\d-\d\d/u);
    await page.context().close();
  });

  // With a filter on users, the chart is requested when list and totals have arrived.
  test.each([
    ['/', ['/api/users', '/api/summary', '/api/usage']],
    [
      '/?sort=name&plan=pro&prop.plan=pro&range=7d&columns=user,median,cost&q=a&metric=calls&by=tag',
      ['/api/users', '/api/summary'],
    ],
  ])(
    'the list at %s is requested before the code of the page, and everything is requested once',
    async (path, early) => {
      const page = await pages.open(path);
      await page.locator('[data-row]').first().waitFor();
      await page.locator('.strip-value').filter({ hasText: /\d/u }).first().waitFor();
      // A request is in the list of resources when it has ended.
      await page.waitForFunction(() =>
        performance.getEntriesByType('resource').some(({ name }) => new URL(name).pathname === '/api/usage'),
      );
      const asked = await page.evaluate(() => {
        const resources = performance.getEntriesByType('resource');
        const code = resources.find(({ name }) => /\/assets\/main-[^/]*\.js$/u.test(name));
        return resources
          .filter(({ name }) => new URL(name).pathname.startsWith('/api/'))
          .map(({ name, startTime }) => ({
            path: new URL(name).pathname,
            isEarly: startTime <= (code?.startTime ?? 0),
          }));
      });
      expect(asked.slice(0, early.length)).toEqual(
        early.map((expected) => ({ path: expected, isEarly: true })),
      );
      const paths = asked.map((one) => one.path);
      expect(paths).toContain('/api/usage');
      expect(paths.toSorted()).toEqual(Array.from(new Set(paths)).toSorted());
      await page.context().close();
    },
  );

  test.each([
    ['/groups/globex', '/group?id=globex', 'globex'],
    ['/users/u_1042?range=7d', '/user?range=7d&id=u_1042', 'Ada Lovelace'],
    ['/threads/odd.name%2Fx.js', '/thread?id=odd.name%2Fx.js', 'odd.name/x.js'],
  ])('the typed address %s leads to %s', async (typed, leadsTo, title) => {
    const page = await pages.open(typed, { allow: /404/u });
    await page.locator('h1').getByText(title, { exact: true }).waitFor();
    const { pathname, searchParams } = new URL(page.url());
    expect(pathname).toBe(new URL(leadsTo, page.url()).pathname);
    expect(Object.fromEntries(searchParams)).toEqual(
      Object.fromEntries(new URL(leadsTo, page.url()).searchParams),
    );
    await page.context().close();
  });

  test('the CSV file contains exactly the rows shown', async () => {
    const page = await pages.open(
      '/?range=all&group=acme&sort=name&order=asc&columns=user,calls,cost,prop.plan',
    );
    await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Download CSV').click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    const { data } = await waitForJson<{
      readonly data: readonly {
        readonly calls: number;
        readonly costExact: string;
        readonly unpricedCalls: number;
      }[];
    }>(`${collector.url}/api/users?group=acme&sort=name&order=asc`, () => true);
    const figures = data.map(
      ({ calls, costExact, unpricedCalls }) => `${calls},${costExact},${unpricedCalls},0,team`,
    );
    expect(Buffer.concat(chunks).toString()).toBe(
      [
        '\uFEFFId,Name,Email,Calls,Cost (USD),Unpriced calls,Calls with estimated tokens,plan',
        `u_1042,Ada Lovelace,ada@acme.example,${figures[0]}`,
        `u_1077,Grace Hopper,grace@acme.example,${figures[1]}`,
        '',
      ].join('\r\n'),
    );
    await page.context().close();
  });

  test('the search can be opened again right after Escape', async () => {
    const page = await pages.open('/prices');
    await page.getByRole('heading', { level: 1, name: 'Prices' }).waitFor();
    // At once after Escape, before the dialog said that it is closed; the key may still go to its field.
    for (const focused of ['body', '[role=combobox]', 'body', '[role=combobox]']) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('ada');
      await page.evaluate((selector) => {
        const target = document.querySelector(selector);
        document.querySelector('dialog')?.close();
        target?.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }),
        );
      }, focused);
      await page.getByRole('option', { name: 'Alerts' }).waitFor();
      expect(await page.getByRole('combobox').inputValue()).toBe('');
      expect(await page.getByRole('dialog').count()).toBe(1);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.context().close();
  });
});
