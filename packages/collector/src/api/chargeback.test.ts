import { sumExact } from '@userspan/pricing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';

let collector: TestCollector;
const DAY_MS = 86_400_000;

interface Row {
  readonly at: string;
  readonly key: string | null;
  readonly model: string | null;
  readonly name: string | null;
  readonly group: string | null;
  readonly calls: number;
  readonly costExact: string | null;
}

interface Usage {
  readonly data: readonly Row[];
  readonly total: { readonly calls: number; readonly costExact: string };
  readonly nextCursor?: string | null;
}

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  const ada = user('ada', { 'user.name': 'Ada', 'userspan.user.group': 'acme' });
  await collector.pipeline.write(
    batch(
      { trace: 1, id: 1, attributes: call({ ...ada, 'userspan.tags': ['search', 'chat'] }) },
      { trace: 2, id: 2, attributes: call({ ...ada, 'userspan.tags': ['chat'], 'gen_ai.usage.cost': 1 }) },
      { trace: 3, id: 3, attributes: call({ ...ada, 'gen_ai.request.model': 'gpt-4o' }), atMs: -30 * DAY_MS },
      { trace: 4, id: 4, attributes: call({ ...user('old-ada'), 'gen_ai.usage.cost': 2 }) },
      { trace: 5, id: 5, attributes: call({ ...user('=bob'), 'gen_ai.usage.cost': 4 }) },
      { trace: 6, id: 6, attributes: call({ 'gen_ai.usage.cost': 8 }) },
    ),
  );
  await collector.send('POST', '/api/users/old-ada/alias', { userId: 'ada' });
}, 60_000);
afterAll(() => collector.close());

const exact = (rows: readonly Row[]): string => sumExact(rows.map(({ costExact }) => costExact ?? '0'));

test('by tag: counts a call with two tags for both, has a row for calls without a tag, and counts every call once in the total', async () => {
  const { data, total } = await collector.get<Usage>('/api/usage?by=tag&bucket=month');
  const rows = data.map(({ at, key, calls, costExact }) => [at.slice(0, 7), key, calls, costExact].join(' '));
  expect(rows.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    '2026-10  1 0.25',
    '2026-11  3 14',
    '2026-11 chat 2 1.25',
    '2026-11 search 1 0.25',
  ]);
  expect(total).toMatchObject({ calls: 6, costExact: '15.5' });
  expect((await collector.get<Usage>('/api/usage')).total).toEqual(total);
});

test.each([
  ['/api/usage?by=tag&bucket=month', 4],
  ['/api/usage?bucket=month', 2],
  ['/api/users/ada/usage?bucket=month&by=model', 2],
])('writes the series %s as CSV with a line for each point', async (url, points) => {
  const reply = await collector.app.inject({ url, headers: { accept: 'text/csv' } });
  expect(reply.headers['content-type']).toContain('text/csv');
  const [head, ...lines] = reply.body.trimEnd().split('\r\n');
  expect(head).toMatch(/^at,key,calls,/);
  expect(lines).toHaveLength(points);
  const costs = lines.map((line) => line.split(',')[head?.split(',').indexOf('costExact') ?? -1] ?? '');
  const { data } = await collector.get<Usage>(url);
  expect(sumExact(costs)).toBe(exact(data));
});

const TABLE = [
  '2026-10 ada gpt-4o 1 0.25',
  '2026-11  gpt-4o-mini 1 8',
  '2026-11 =bob gpt-4o-mini 1 4',
  '2026-11 ada gpt-4o-mini 3 3.25',
];
const lineOf = ({ at, key, model, calls, costExact }: Row): string =>
  [at.slice(0, 7), key, model, calls, costExact].join(' ');

test.each([1, 2, 500])('by user and model, per month, in pages of %d', async (limit) => {
  const rows: Row[] = [];
  let cursor: string | null | undefined;
  do {
    const next = cursor == null ? '' : `&cursor=${cursor}`;
    const page: Usage = await collector.get(`/api/usage?by=user&limit=${limit}${next}`);
    expect(page.total.costExact).toBe('15.5');
    rows.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor != null);
  expect(rows.map(lineOf)).toEqual(TABLE);
  expect(exact(rows)).toBe('15.5');
  expect(rows.at(-1)).toMatchObject({ name: 'Ada', group: 'acme' });
});

test('by user in a time zone, with a filter, without unattributed calls', async () => {
  const query = 'by=user&tz=Asia/Kathmandu&model=gpt-4o-mini&attributed=true&bucket=day';
  const { data, total } = await collector.get<Usage>(`/api/usage?${query}`);
  expect(data.map(({ at, key, calls }) => [at, key, calls])).toEqual([
    ['2026-11-19T18:15:00.000Z', '=bob', 1],
    ['2026-11-19T18:15:00.000Z', 'ada', 3],
  ]);
  expect([exact(data), total.costExact]).toEqual(['7.25', '7.25']);
});

test('by user as CSV in one request', async () => {
  const reply = await collector.app.inject({ url: '/api/usage?by=user', headers: { accept: 'text/csv' } });
  expect(reply.headers['content-type']).toContain('text/csv');
  const [head = '', ...lines] = reply.body.trim().split('\r\n');
  expect(head).toMatch(/^at,key,name,email,group,model,provider,calls,.*,costExact\b/);
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/^2026-11-01T00:00:00.000Z,'=bob,,,,gpt-4o-mini,openai,1,/);
});

test.each([
  ['by=usr', 'by'],
  ['by=model&limit=3', 'limit can be used with by=user only'],
  ['by=user&cursor=nonsense', 'cursor'],
])('rejects %s', async (query, message) => {
  const reply = await collector.app.inject({ url: `/api/usage?${query}` });
  expect([reply.statusCode, reply.body]).toEqual([400, expect.stringContaining(message)]);
});
