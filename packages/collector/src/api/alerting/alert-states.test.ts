import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingCollector } from '../../testing/alerting-collector.ts';
import type { AlertingCollector } from '../../testing/alerting-collector.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

let collector: AlertingCollector;
const users = Array.from({ length: 9 }, (_, at) => `u:${at}`);

/** Each user spends the dollars of its number. */
beforeAll(async () => {
  collector = await openAlertingCollector();
  const rule = { measure: 'cost', of: 'user', window: 'day', channels: [] };
  await collector.request('PUT', '/api/alerts/any', { ...rule, thresholds: [{ value: '0.5' }] });
  await collector.request('PUT', '/api/alerts/much', { ...rule, thresholds: [{ value: '7' }] });
  await collector.request('PUT', '/api/alerts/hour', {
    ...rule,
    window: '5m',
    thresholds: [{ value: '0.5', severity: 'critical' }],
  });
  await collector.request('PUT', '/api/budgets', { id: 'cap', group: 'acme', usd: '20' });
  await collector.store.pipeline.write(
    batch(
      ...users.map((id, at) => ({
        id: at + 1,
        trace: at + 1,
        atMs: -60_000,
        attributes: {
          ...call({ 'gen_ai.usage.cost': at }),
          ...user(id, { 'user.name': `User ${at}`, 'userspan.user.group': 'acme' }),
        },
      })),
    ),
  );
  await collector.pass(5_000);
  // The five-minute window has ended for all users, so all alerts resolve.
  await collector.pass(600_000);
  await collector.pass(5_000);
}, 60_000);
afterAll(async () => {
  await collector.close();
});

interface State {
  readonly rule: string;
  readonly of: string;
  readonly subject: string;
  readonly subjectName: string | null;
  readonly isActive: boolean;
}
interface Page<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
  readonly total: number;
  readonly active: number;
  readonly byRule: readonly object[];
}

async function allPages<Row>(path: string, limit: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor = '';
  do {
    const { body } = await collector.request('GET', `${path}limit=${limit}${cursor}`);
    const page = body as unknown as Page<Row>;
    expect(page.data.length).toBeLessThanOrEqual(limit);
    rows.push(...page.data);
    cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  return rows;
}

const key = ({ rule, of, subject, isActive }: State): string =>
  `${rule} ${of} ${subject} ${isActive ? 'fires' : 'over'}`;
const some = (rule: string, from: number, state = 'fires'): string[] =>
  users.slice(from).map((id) => `${rule} user ${id} ${state}`);
const EVERYTHING = [
  ...some('any', 1),
  ...some('much', 7),
  ...some('hour', 1, 'over'),
  'budget:cap group acme fires',
];

test.each<[query: string, states: readonly string[]]>([
  ['', EVERYTHING],
  ['active=true&', EVERYTHING.filter((state) => state.endsWith('fires'))],
  ['active=false&', some('hour', 1, 'over')],
  ['rule=much&', some('much', 7)],
  ['rule=hour&active=true&', []],
  ['rule=of-nobody&', []],
  ['of=group&', ['budget:cap group acme fires']],
  ['subject=u:8&', ['any user u:8 fires', 'much user u:8 fires', 'hour user u:8 over']],
  ['subject=u:8&of=group&', []],
  ['subject=8&', []],
])('lists states of %s in pages, firing ones first', async (query, states) => {
  for (const limit of [1, 3, 100]) {
    const found = await allPages<State>(`/api/alert-states?${query}`, limit);
    expect(found.map(key).sort()).toEqual(states.toSorted());
    expect(found.map(({ isActive }) => isActive)).toEqual(
      found.map(({ isActive }) => isActive).toSorted((a, b) => Number(b) - Number(a)),
    );
    for (const { of, subject, subjectName } of found) {
      expect(subjectName).toBe(of === 'user' ? `User ${subject.slice(2)}` : null);
    }
  }
  const { body } = await collector.request('GET', `/api/alert-states?${query}limit=1`);
  const fires = states.filter((state) => state.endsWith('fires')).length;
  expect(body).toMatchObject({ total: states.length, active: fires });
});

test('returns the number of subjects for which each rule fires, and files with all of them', async () => {
  const { body } = await collector.request('GET', '/api/alert-states?limit=1');
  expect(body['byRule']).toEqual([
    { rule: 'any', active: 8, ended: 0 },
    { rule: 'budget:cap', active: 1, ended: 0 },
    { rule: 'hour', active: 0, ended: 8 },
    { rule: 'much', active: 2, ended: 0 },
  ]);
  for (const [accept, lines] of [
    ['text/csv', EVERYTHING.length + 1],
    ['application/x-ndjson', EVERYTHING.length],
  ] as const) {
    const text = await collector.text('/api/alert-states?limit=1', 'default', accept);
    expect(text.trim().split('\n').length).toBe(lines);
  }
});

test('rejects unknown parameters', async () => {
  for (const query of ['cursor=abc', 'cursor=WyJ4IiwieSIsInoiLCIiXQ', 'of=people', 'rul=any', 'limit=0']) {
    expect([query, (await collector.request('GET', `/api/alert-states?${query}`)).status]).toEqual([
      query,
      400,
    ]);
  }
});

test('lists messages with the same time on exactly one page', async () => {
  const all = await allPages<{ readonly id: string; readonly at: string }>('/api/deliveries?', 500);
  expect(all.length).toBeGreaterThanOrEqual(EVERYTHING.length);
  expect(new Set(all.map(({ at }) => at)).size).toBeLessThan(all.length / 4);
  for (const limit of [1, 2, 7]) {
    const paged = await allPages<{ readonly id: string }>('/api/deliveries?', limit);
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  }
  const ndjson = await collector.text('/api/deliveries', 'default', 'application/x-ndjson');
  expect(ndjson.trim().split('\n').length).toBe(all.length);
});

test('lists all users who spent from a budget, in pages and files', async () => {
  await collector.request('PUT', '/api/budgets', { id: 'each', of: 'user', usd: '5' });
  const unpriced = { ...call(), 'gen_ai.usage.cost': 0, 'gen_ai.request.model': 'a-model-of-ours' };
  await collector.store.pipeline.write(
    batch(
      ...['u:2', 'u:2', 'without'].map((id, at) => ({
        id: 101 + at,
        trace: 101 + at,
        atMs: 0,
        attributes: { ...unpriced, ...user(id) },
      })),
    ),
  );
  await collector.pass(5_000);
  const expected = [
    ...[8, 7, 6, 5, 4, 3].map((at) => [`u:${at}`, String(at), 0]),
    ['u:2', '2', 2],
    ['u:1', '1', 0],
    // At the list price, because the sender reported no cost.
    ['u:0', '0.0000045', 0],
    ['without', '0', 1],
  ];
  for (const limit of [1, 4, 500]) {
    const rows = await allPages<{ id: string; spent: string; unpricedCalls: number; isExceeded: boolean }>(
      '/api/budgets/each/spenders?',
      limit,
    );
    expect(rows.map(({ id, spent, unpricedCalls }) => [id, spent, unpricedCalls])).toEqual(expected);
    expect(rows.filter(({ isExceeded }) => isExceeded).length).toBe(4);
  }
  const { body } = await collector.request('GET', '/api/budgets/standing');
  expect(body['data']).toMatchObject([
    { budget: 'cap', spent: '36.0000045', unpricedCalls: 2 },
    { budget: 'each', spent: '36.0000045', unpricedCalls: 3, spenders: 10 },
  ]);
  const own = await collector.request('GET', '/api/users/without/budget');
  expect(own.body['budgets']).toMatchObject([{ budget: 'each', spent: '0', unpricedCalls: 1 }]);
  expect((await collector.request('GET', '/api/budgets/none/spenders')).status).toBe(404);
  expect(
    (await collector.text('/api/budgets/each/spenders', 'default', 'text/csv')).trim().split('\n').length,
  ).toBe(expected.length + 1);
});
