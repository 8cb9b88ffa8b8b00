import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cannotLook } from './chromium.ts';
import { demoSpans, demoUsers } from './demo-spans.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

describe.skipIf(cannotLook !== undefined)('interaction', { timeout: 60_000 }, () => {
  let collector: RunningCollector;
  let pages: Pages;

  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector.url, demoSpans(Date.now()));
    await waitForJson<{ readonly total: number }>(
      `${collector.url}/api/users`,
      ({ total }) => total === demoUsers.length,
    );
    pages = await openPages(collector.url);
  }, 60_000);

  afterEach(() => pages.mustBeQuiet());

  afterAll(async () => {
    await pages?.close();
    await collector?.stop();
  });

  /** The users page with its list there. */
  async function openUsers(search = ''): Promise<Page> {
    const page = await pages.open(`/${search}`);
    await page.locator('[data-row]').first().waitFor();
    return page;
  }

  function searchOf(page: Page): Record<string, string> {
    return Object.fromEntries(new URL(page.url()).searchParams);
  }

  async function names(page: Page): Promise<readonly string[]> {
    return page.locator('[data-row] .row-link').allTextContents();
  }

  test('/ searches by id, name and email; the link has the search', async () => {
    const page = await openUsers();
    await page.keyboard.press('/');
    for (const [typed, found] of [
      ['radia', 'Radia Perlman'],
      ['u_3100', 'Þóra Ægisdóttir'],
      ['zoe@', 'Zoë Łukasiewicz'],
    ] as const) {
      await page.getByRole('searchbox').fill(typed);
      await page.waitForFunction((text) => new URLSearchParams(location.search).get('q') === text, typed);
      await expect.poll(() => names(page)).toEqual([found]);
    }
    const other = await pages.open(new URL(page.url()).search.replace(/^/u, '/'));
    await other.locator('[data-row]').first().waitFor();
    expect(await names(other)).toEqual(['Zoë Łukasiewicz']);
    await page.context().close();
    await other.context().close();
  });

  test('j, k, Enter, ] and u move through the list and back', async () => {
    const page = await openUsers('?sort=name&order=asc');
    const [first = '', second = '', third = ''] = await names(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.locator('.table-row.current').getByText(second).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: second }).waitFor();
    await page.getByLabel(`Next user: ${third}`).waitFor();
    await page.keyboard.press(']');
    await page.getByRole('heading', { level: 1, name: third }).waitFor();
    await page.getByLabel(`Previous user: ${second}`).waitFor();
    await page.keyboard.press('[');
    await page.getByRole('heading', { level: 1, name: second }).waitFor();
    await page.keyboard.press('u');
    await page.getByRole('row').filter({ hasText: first }).waitFor();
    expect(searchOf(page)).toEqual({ sort: 'name', order: 'asc' });
    await page.context().close();
  });

  test('Space previews a user beside the list, and the URL keeps it open', async () => {
    const page = await openUsers('?sort=name&order=asc');
    const [, second = '', third = ''] = await names(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press(' ');
    const look = page.getByRole('complementary');
    await look.getByRole('heading', { level: 1, name: second }).waitFor();
    await page.keyboard.press('j');
    await look.getByRole('heading', { level: 1, name: third }).waitFor();
    const { open } = searchOf(page);
    const other = await pages.open(`/?open=${open}`);
    await other.getByRole('complementary').getByRole('heading', { level: 1, name: third }).waitFor();
    await page.keyboard.press('Escape');
    await look.waitFor({ state: 'detached' });
    expect(searchOf(page)['open']).toBeUndefined();
    await page.context().close();
    await other.context().close();
  });

  test('Ctrl K finds a user anywhere, ? shows the shortcuts, g m opens the models page', async () => {
    const page = await pages.open('/prices');
    await page.getByRole('heading', { level: 1, name: 'Prices' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('grace');
    await page.getByRole('option', { name: /Grace Hopper/u }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Grace Hopper' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Preview the row').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/models');
    await page.context().close();
  });

  test('shortened values have a tooltip for pointer, keyboard and screen reader; Escape dismisses it', async () => {
    const page = await openUsers('?sort=name&order=asc');
    const tip = page.getByRole('tooltip');
    // The link of the row lies over the cell.
    const row = page.locator('[data-row="u_1042"]');
    const seen = await row.locator('time').first().boundingBox();
    await page.mouse.move((seen?.x ?? 0) + 4, (seen?.y ?? 0) + 4);
    await tip.waitFor();
    expect(await tip.textContent()).toMatch(/^\d+ \w+ \d{4}, \d\d:\d\d:\d\d (?:CET|GMT\+1)$/u);
    const box = await tip.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 9, (box?.y ?? 0) + 9, { steps: 4 });
    expect(await tip.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
    expect(await row.locator('[aria-describedby]').count()).toBe(0);

    await page.mouse.move(1, 1);
    await page.keyboard.press('j');
    const tips: (string | null)[] = [];
    for (let presses = 0; presses < 9; presses++) {
      await page.keyboard.press('Tab');
      const focused = page.locator('.table-row.current .tip:focus');
      if ((await focused.count()) === 0) continue;
      expect(await focused.getAttribute('aria-describedby')).toBe(await tip.getAttribute('id'));
      tips.push(await tip.textContent());
    }
    expect(tips.some((text) => /^\$0?\.?\d*/u.test(text ?? ''))).toBe(true);
    expect(tips.some((text) => /in \(.* cached\)/u.test(text ?? ''))).toBe(true);
    expect(tips.length).toBeGreaterThan(3);
    await page.context().close();
  });

  test('an unknown cost shows its reason on focus; a control shows its purpose', async () => {
    const page = await pages.open('/models');
    const row = page.getByRole('row').filter({ hasText: 'acme-support-v3' });
    await row.locator('.tip', { hasText: '—' }).last().hover({ force: true });
    const tip = page.getByRole('tooltip');
    await expect.poll(() => tip.textContent()).toBe('No price for 9 calls');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).focus();
    await expect.poll(() => tip.textContent()).toBe('Keyboard shortcuts (?)');
    await page.context().close();
  });

  test('a column header sorts, and reverses the order on the second click', async () => {
    const page = await openUsers();
    const byCost = await names(page);
    await page.getByRole('button', { name: 'Calls', exact: true }).last().click();
    await page.locator('[aria-sort=descending]', { hasText: 'Calls' }).waitFor();
    await page.getByRole('columnheader', { name: /^Cost/u }).getByRole('button').click();
    await page.getByRole('columnheader', { name: /^Cost/u }).getByRole('button').click();
    await expect.poll(() => searchOf(page)).toEqual({ sort: 'cost', order: 'asc' });
    await expect.poll(() => names(page)).not.toEqual(byCost);
    await page.context().close();
  });

  test('a filter applies to everything, and its chip removes it', async () => {
    const page = await openUsers();
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('Find a filter').fill('globex');
    await page.getByRole('button', { name: 'globex' }).click();
    await page.keyboard.press('Escape');
    await expect
      .poll(async () => (await names(page)).toSorted())
      .toEqual(['Linus Pauling', 'Margaret Hamilton', 'Pat <b>Path</b>']);
    expect(searchOf(page)).toEqual({ group: 'globex' });
    // The strip above counts the same users, calls and dollars as the head of the list.
    const totals = (): Promise<string[]> => page.locator('.head-total').allTextContents();
    const strip = page.locator('.strip-value');
    await expect.poll(() => strip.nth(0).textContent()).toBe('3');
    for (const at of [2, 3]) {
      await expect.poll(totals).toContain(await strip.nth(at).textContent());
    }
    expect(await strip.nth(4).textContent()).toBe('—');
    await page.getByLabel('Remove filter Group: globex').click();
    await expect.poll(async () => (await names(page)).length).toBe(demoUsers.length);
    await page.context().close();
  });

  test('columns can be added and removed, including a property', async () => {
    const page = await openUsers();
    await page.getByLabel('Columns').click();
    await page.getByRole('menuitemcheckbox', { name: 'Median' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'plan' }).click();
    await page.getByRole('menuitemcheckbox', { name: '30-day trend' }).click();
    await page.keyboard.press('Escape');
    const heads = await page.getByRole('columnheader').locator('.head-label').allTextContents();
    expect(heads).toEqual([
      'User',
      'Group',
      'Last seen',
      'Calls',
      'Tokens',
      'Errors',
      'vs. before',
      'Cost',
      'Median',
      'plan',
    ]);
    await page.context().close();
  });

  test('dragging over the chart sets the range, and so does the keyboard', async () => {
    const page = await openUsers();
    const chart = page.getByRole('slider');
    await page.locator('.chart-bar').first().waitFor();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('there is no chart');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.6, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Reset zoom' }).waitFor();
    const dragged = searchOf(page);
    const days = (Date.parse(dragged['to'] ?? '') - Date.parse(dragged['from'] ?? '')) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(5);
    expect(days).toBeLessThanOrEqual(8);
    await page.getByRole('button', { name: 'Reset zoom' }).click();
    await page.getByRole('button', { name: 'Last 30 days' }).waitFor();
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Reset zoom' }).waitFor();
    const { from = '', to = '' } = searchOf(page);
    expect(Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)).toBe(3);
    await page.context().close();
  });

  test('a chosen theme applies before the first paint, and on the next visit', async () => {
    const page = await openUsers();
    const dark = async (): Promise<boolean> =>
      page.evaluate(() => {
        const [red = 255] =
          getComputedStyle(document.documentElement).backgroundColor.match(/\d+/gu)?.map(Number) ?? [];
        return red < 128;
      });
    expect(await dark()).toBe(false);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Dark' }).click();
    await expect.poll(dark).toBe(true);
    // Scripts of the page are held back: what is dark now was dark before they ran.
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload({ waitUntil: 'domcontentloaded' });
    expect(await dark()).toBe(true);
    pages.forget();
    await page.context().close();
  });

  test('another currency at the configured rate', async () => {
    const page = await openUsers('?range=all');
    const cost = page.locator('[data-row]').first().getByRole('cell').last();
    expect(await cost.textContent()).toMatch(/^\$/u);
    const dollars = Number(
      /\$([\d.]+)/u.exec((await cost.locator('span').first().getAttribute('data-tip')) ?? '')?.[1],
    );
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Currency code').fill('eur');
    await page.getByLabel('Units per US dollar').fill('0.5');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await expect.poll(() => cost.textContent()).toMatch(/^€/u);
    const euros = Number(/€([\d.]+)/u.exec((await cost.textContent()) ?? '')?.[1]);
    expect(euros).toBeCloseTo(dollars / 2, 2);
    expect(searchOf(page)['currency']).toBe('EUR@0.5');
    await page.context().close();
  });

  test.each(['/user', '/thread?id=', '/call?trace=1', '/nowhere'])(
    'a link to a missing object shows a message: %s',
    async (path) => {
      const page = await pages.open(path);
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      await page.getByRole('link', { name: 'Go to the users' }).click();
      await page.locator('[data-row]').first().waitFor();
      expect(new URL(page.url()).pathname).toBe('/');
      await page.context().close();
    },
  );

  test('a failure is shown and can be retried', async () => {
    const page = await pages.open('/models', { allow: /503|Failed to load/u });
    await page.getByText('claude-sonnet-4-5').waitFor();
    await page.route('**/api/groups?*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Busy', status: 503, detail: 'the store is starting' }),
      }),
    );
    await page.getByRole('link', { name: 'Groups' }).click();
    const failure = page.getByRole('alert');
    await failure.waitFor();
    expect(await failure.textContent()).toContain('Groups could not be loaded.the store is starting');
    await page.unroute('**/api/groups?*');
    await failure.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('globex').waitFor();
    await page.context().close();
  });
});
