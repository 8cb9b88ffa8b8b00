import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everydayRows } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

let collector: TestCollector;
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await collector.send('POST', '/api/sample');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

interface Page {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor: string | null;
}

async function allPages(url: string): Promise<Page['data']> {
  const rows: Page['data'][number][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page = await collector.get<Page>(`${url}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

const LISTS = [
  ...['cost', 'calls', 'tokens', 'errors', 'lastSeen', 'firstSeen', 'name'].flatMap((sort) =>
    ['asc', 'desc'].map((order) => `/api/users?sort=${sort}&order=${order}`),
  ),
  ...['lastSeen', 'firstSeen', 'cost', 'calls', 'tokens'].map((sort) => `/api/threads?sort=${sort}`),
  ...['cost', 'calls', 'tokens', 'errors', 'users'].flatMap((sort) => [
    `/api/groups?sort=${sort}`,
    `/api/models?sort=${sort}`,
  ]),
  '/api/calls?model=gpt-4o',
  '/api/users/sample-ada.lovelace/calls?operation=chat',
];

/** Every day, users in one direction of each order. */
const USERS_EVERY_DAY =
  /sort=(?:cost|lastSeen|name)&order=asc|sort=(?:calls|tokens|errors|firstSeen)&order=desc/;
const TESTED_LISTS = everydayRows(
  LISTS,
  (url) => !url.startsWith('/api/users?') || USERS_EVERY_DAY.test(url),
);

describe.each(TESTED_LISTS)('%s', (url) => {
  test('all pages together equal the complete list', async () => {
    const pages = await allPages(`${url}&limit=3`);
    const whole = await allPages(`${url}&limit=500`);
    expect(pages.length).toBeGreaterThan(3);
    expect(pages).toEqual(whole);
    const keys = whole.map((row) =>
      JSON.stringify([
        row['id'],
        row['userId'],
        row['group'],
        row['model'],
        row['provider'],
        row['traceId'],
        row['spanId'],
      ]),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('CSV and NDJSON contain the same rows', async () => {
    const whole = await allPages(`${url}&limit=500`);
    const csv = await collector.app.inject({ url, headers: { accept: 'text/csv' } });
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.body.trim().split('\r\n').length).toBe(whole.length + 1);
    const lines = await collector.app.inject({ url, headers: { accept: 'application/x-ndjson' } });
    expect(
      lines.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(whole);
  });
});

test('answers 304 for an unchanged list', async () => {
  const first = await collector.app.inject('/api/users');
  const etag = String(first.headers['etag']);
  const again = await collector.app.inject({ url: '/api/users', headers: { 'if-none-match': etag } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  const other = await collector.app.inject({ url: '/api/users?limit=1', headers: { 'if-none-match': etag } });
  expect(other.statusCode).toBe(200);
});

test('the sums of hourly ranges add up to the whole range', async () => {
  const spans = Array.from({ length: 80 }, (_, at) => ({
    id: at + 1,
    trace: at + 1,
    project: 'hours',
    atMs: at * HOUR_MS + 1,
    attributes: { ...call(), ...user(`u${at % 3}`) },
  }));
  await collector.pipeline.write(batch(...spans));
  for (const [from, to] of [
    [0, 80],
    [0, 12],
    [1, 37],
    [11, 13],
    [12, 36],
    [5, 80],
    [30, 31],
  ] as const) {
    const query = `from=${NOON_MS + from * HOUR_MS}&to=${NOON_MS + to * HOUR_MS}`;
    const users = await collector.get<{ totals: { calls: number }; data: { calls: number }[] }>(
      `/api/users?${query}`,
      'hours',
    );
    const summary = await collector.get<{ calls: number }>(`/api/summary?${query}`, 'hours');
    const usage = await collector.get<{ data: { calls: number }[] }>(
      `/api/usage?bucket=day&${query}`,
      'hours',
    );
    const sum = (rows: readonly { calls: number }[]): number =>
      rows.reduce((total, { calls }) => total + calls, 0);
    expect([from, to, sum(users.data), users.totals.calls, summary.calls, sum(usage.data)]).toEqual([
      from,
      to,
      ...Array<number>(4).fill(to - from),
    ]);
  }
});

test('counts users exactly for a filter that matches very many, with and without aliases', async () => {
  const many = 1_200;
  await collector.pipeline.write(
    batch(
      ...Array.from({ length: many + 300 }, (_, at) => ({
        id: at + 1,
        trace: at + 1,
        project: 'many',
        atMs: at * 60_000,
        attributes: { ...call(), ...user(`u${at}`, { 'userspan.user.plan': at < many ? 'pro' : 'free' }) },
      })),
    ),
  );
  // A quarter of an hour and whole days use different roll-ups.
  const query = `prop.plan=pro&from=${NOON_MS}&to=${NOON_MS + 48 * HOUR_MS}`;
  const read = async (): Promise<unknown> => {
    const list = await collector.get<{ total: number; totals: { calls: number; costExact: string } }>(
      `/api/users?${query}&limit=1`,
      'many',
    );
    const summary = await collector.get<{
      users: number;
      newUsers: number;
      calls: number;
      costExact: string;
    }>(`/api/summary?${query}`, 'many');
    const usage = await collector.get<{ total: { calls: number } }>(`/api/usage?bucket=day&${query}`, 'many');
    return [
      [list.total, list.totals.calls, list.totals.costExact],
      [summary.users, summary.newUsers, summary.calls, summary.costExact],
      usage.total.calls,
    ];
  };
  expect(await read()).toEqual([[many, many, '300'], [many, many, many, '300'], many]);
  await collector.send('POST', '/api/users/u1/alias', { userId: 'u0' }, 'many');
  expect(await read()).toEqual([[many - 1, many, '300'], [many - 1, many - 1, many, '300'], many]);
});

test.each([
  ['/api/users?sort=wrong', 400],
  ['/api/users?limit=0', 400],
  ['/api/users?from=never', 400],
  ['/api/users?from=2026-02-02&to=2026-02-01', 400],
  ['/api/users?cursor=WyJ4Il0', 400],
  ['/api/users?cursor=%00', 400],
  ['/api/usage?tz=Mars/Olympus', 400],
  ['/api/usage?tz=%27', 400],
  ['/api/users/nobody', 404],
  ['/api/threads/nothing', 404],
  ['/api/calls/1/2', 400],
  [`/api/calls/${'0'.repeat(32)}/${'0'.repeat(16)}`, 404],
])('GET %s is answered with %i', async (url, status) => {
  const reply = await collector.app.inject(url);
  expect(reply.statusCode).toBe(status);
});

test('returns facets as strings that the filter of the same name accepts', async () => {
  const project = 'facets';
  const values = { plan: 'pro', seats: 5, trial: true, code: '5', note: 'a "b"' };
  await collector.pipeline.write(
    batch(
      ...Object.entries(values).map(([name, value], at) => ({
        id: 900 + at,
        trace: 900 + at,
        project,
        attributes: { ...call(), ...user(`u${at}`, { [`userspan.user.${name}`]: value }) },
      })),
      {
        id: 990,
        trace: 990,
        project,
        attributes: { ...call(), ...user('text', { 'userspan.user.seats': '5' }) },
      },
    ),
  );
  const { props } = await collector.get<{ readonly props: Readonly<Record<string, readonly string[]>> }>(
    '/api/facets',
    project,
  );
  expect(props).toEqual({ plan: ['pro'], seats: ['5'], trial: ['true'], code: ['5'], note: ['a "b"'] });
  for (const [name, [value = '']] of Object.entries(props)) {
    const { total } = await collector.get<{ readonly total: number }>(
      `/api/users?prop.${name}=${encodeURIComponent(value)}`,
      project,
    );
    expect(total, name).toBe(name === 'seats' ? 2 : 1);
  }
});
