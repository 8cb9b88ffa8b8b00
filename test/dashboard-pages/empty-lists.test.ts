import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { everydayRows } from '../../packages/collector/src/testing/everyday-runs.ts';
import { seriousFindings } from './axe.ts';
import { cannotLook } from './chromium.ts';
import { demoSpans, demoUsers } from './demo-spans.ts';
import { openPages, type Pages } from './open-pages.ts';
import { sendSpans } from './otlp-span.ts';
import { startCollector, waitForJson, type RunningCollector } from './start-collector.ts';

/** Days before the first call. */
const before = 'from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z';

const clear = 'Clear search and filters';
const showAll = 'Show all time';

describe.skipIf(cannotLook !== undefined)('lists without rows', { timeout: 60_000 }, () => {
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

  /** Every day: each text once, and the page of a user, whose filters differ. */
  const everydayPaths: ReadonlySet<string> = new Set([
    '/?q=nobody&currency=EUR@0.5',
    `/?${before}&currency=EUR@0.5`,
    `/groups?${before}`,
    '/threads?q=no-such-thread',
    `/threads?${before}`,
    `/user?id=u_1042&group=globex&${before}`,
    '/calls?only=errors&model=text-embedding-3-small',
  ]);
  const empty = [
    ['/?q=nobody&currency=EUR@0.5', 'No users match.', clear],
    [`/?${before}&currency=EUR@0.5`, 'No users in this range.', showAll],
    ['/models?model=gpt-0&currency=EUR@0.5', 'No calls match.', clear],
    [`/groups?${before}`, 'No calls in this range.', showAll],
    ['/group?id=acme&model=gpt-0', 'No users match.', clear],
    ['/threads?q=no-such-thread', 'No threads match.', clear],
    [`/threads?${before}`, 'No threads in this range.', showAll],
    ['/user?id=u_1042&only=unpriced', 'No calls match.', clear],
    // A filter on users has no effect on the page of one: it is not why there are no calls.
    [`/user?id=u_1042&group=globex&${before}`, 'No calls in this range.', showAll],
    [`/unattributed?${before}`, 'No calls in this range.', showAll],
    [`/calls?${before}`, 'No calls in this range.', showAll],
    ['/calls?only=errors&model=text-embedding-3-small', 'No calls match.', clear],
  ] as const;
  test.each(everydayRows(empty, ([path]) => everydayPaths.has(path)))('%s: %s', async (path, text, link) => {
    const page = await pages.open(path);
    const notice = page.locator('.nothing').filter({ hasText: text });
    await notice.first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await notice.first().getByRole('link', { name: link }).click();
    await page.locator('[data-row]').first().waitFor();
    // Everything else of the URL stays.
    const kept = (url: string): readonly (string | null)[] =>
      ['id', 'currency'].map((name) => new URL(url).searchParams.get(name));
    expect(kept(page.url())).toEqual(kept(collector.url + path));
    await page.context().close();
  });

  test('a month without calls leads to the month before', async () => {
    const page = await pages.open('/margin?month=2020-01&by=group&currency=EUR@0.5');
    const notice = page.locator('.nothing').filter({ hasText: 'No revenue and no cost in January 2020.' });
    await notice.getByRole('link', { name: 'Show December 2019' }).click();
    await page.getByText('No revenue and no cost in December 2019.').waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      month: '2019-12',
      by: 'group',
      currency: 'EUR@0.5',
    });
    await page.context().close();
  });

  test('calls without a price lead to the prices', async () => {
    const { data } = await waitForJson<{ data: readonly { traceId: string; spanId: string }[] }>(
      `${collector.url}/api/calls?unpriced=true&limit=1`,
      (answer) => answer.data.length > 0,
    );
    for (const [path, link] of [
      ['/?model=acme-support-v3', 'See the unpriced models'],
      [`/call?trace=${data[0]?.traceId}&span=${data[0]?.spanId}`, 'See all unpriced models, and add a price'],
    ] as const) {
      const page = await pages.open(path);
      await page.getByRole('link', { name: link }).click();
      const unpriced = page.getByRole('region', { name: 'Unpriced' });
      await expect.poll(() => unpriced.textContent()).toContain('acme-support-v3');
      await page.context().close();
    }
  });

  test('a call that is not there', async () => {
    const page = await pages.open(`/call?trace=${'0'.repeat(31)}1&span=${'0'.repeat(15)}1`, {
      allow: /404/u,
    });
    await page.getByText('No call has these ids.').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.context().close();
  });

  test.each([
    ['/group?id=no-such-group', 'No calls of this group in this project.', 'Show all groups', 'Groups'],
    ['/feature?id=Support', 'No calls of this feature in this project.', 'Show all features', 'Features'],
  ])('%s: %s', async (path, text, link, list) => {
    const page = await pages.open(path, { allow: /404/u });
    const notice = page.locator('.nothing').filter({ hasText: text });
    await notice.waitFor();
    expect(await page.locator('.stat-strip').count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await notice.getByRole('link', { name: link }).click();
    await page.getByRole('heading', { level: 1, name: list }).waitFor();
    await page.locator('[data-row]').first().waitFor();
    await page.context().close();
  });

  test.each([
    ['/group?id=globex&sort=name&order=asc', 'Linus Pauling', '1 of 3'],
    ['/feature?id=support&sort=name&order=asc', 'Ada Lovelace', `2 of ${demoUsers.length}`],
  ])('%s: the position of a user is the one in the list', async (path, name, position) => {
    const page = await pages.open(path);
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await expect.poll(() => page.locator('.neighbors').textContent()).toContain(position);
    await page.context().close();
  });
});
