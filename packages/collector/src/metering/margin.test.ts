import { toUnits } from '@userspan/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingRoom } from '../testing/alerting-room.ts';
import type { AlertingRoom } from '../testing/alerting-room.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import { explainChange } from './forecast.ts';
import { sharesByCost } from './margin.ts';

const DAY = 86_400_000;

let room: AlertingRoom;
beforeAll(async () => {
  room = await openAlertingRoom();
  const span = (id: number, userId: string | undefined, usd: number, days: number): TestSpan => ({
    id,
    trace: id,
    atMs: -days * DAY,
    attributes: { ...call({ 'gen_ai.usage.cost': usd }), ...(userId === undefined ? {} : user(userId)) },
  });
  await room.store.pipeline.write(
    batch(
      span(1, 'a', 3, 1),
      span(2, 'b', 1, 2),
      span(3, undefined, 1, 3),
      span(4, 'a', 0.5, 0),
      span(5, 'a', 2, 9),
    ),
  );
}, 60_000);
afterAll(async () => {
  await room.close();
}, 60_000);

test('margin: loss-makers first, and what has no customer apart, shared or left out', async () => {
  const data = [
    { user: 'a', month: '2026-11', usd: '2' },
    { user: 'b', month: '2026-11', usd: 10 },
  ];
  expect((await room.request('PUT', '/api/revenue', { data })).body).toEqual({ written: 2 });
  await room.request('PUT', '/api/revenue', { data });
  const margin = async (unattributed: string): Promise<unknown> =>
    (await room.request('GET', `/api/margin?month=2026-11&unattributed=${unattributed}`)).body;
  expect(await margin('apart')).toEqual({
    month: '2026-11',
    revenue: '12',
    cost: '7.5',
    unattributed: '1',
    margin: '4.5',
    total: 2,
    losses: 1,
    lines: [
      { customer: 'a', name: null, revenue: '2', cost: '5.5', allocated: '0', margin: '-3.5', percent: -175 },
      { customer: 'b', name: null, revenue: '10', cost: '1', allocated: '0', margin: '9', percent: 90 },
    ],
  });
  const part = async (query: string): Promise<unknown> =>
    (await room.request('GET', `/api/margin?month=2026-11&${query}`)).body;
  for (const [query, customers] of [
    ['limit=1', ['a']],
    ['customer=b', ['b']],
    ['customer=nobody', []],
  ] as const) {
    expect(await part(query)).toMatchObject({
      cost: '7.5',
      total: 2,
      losses: 1,
      lines: customers.map((customer) => ({ customer })),
    });
  }
  expect(await margin('none')).toMatchObject({ cost: '6.5', margin: '5.5', unattributed: '1' });
  const shared = (await margin('by-cost')) as { cost: string; lines: { allocated: string }[] };
  expect(shared).toMatchObject({ cost: '7.5', margin: '4.5', unattributed: '0' });
  expect(shared.lines.reduce((sum, { allocated }) => sum + toUnits(allocated), 0n)).toBe(toUnits('1'));
  expect(
    (await room.request('PUT', '/api/revenue', { data: [{ user: 'a', month: '2026-13', usd: 1 }] })).status,
  ).toBe(400);
});

test('forecast: spent, and the average of the last seven whole days for the rest of the month', async () => {
  // 0.5 today and 7 before; 5 in the last seven whole days; ten days and a half are left at noon of the twentieth.
  expect((await room.request('GET', '/api/forecast')).body).toEqual({
    month: '2026-11',
    spent: '7.5',
    projected: '15',
    days: 7,
    method: expect.stringContaining('last 7 whole days') as string,
  });
  expect((await room.request('GET', '/api/forecast?user=b')).body).toMatchObject({
    spent: '1',
    projected: '2.5',
  });
});

test('a change is taken apart by model, calls, tokens per call and price, to the last digit', async () => {
  const before = [{ model: 'm', calls: 10, tokens: 100, cost: '1' }];
  const after = [
    { model: 'm', calls: 20, tokens: 400, cost: '8' },
    { model: 'new', calls: 1, tokens: 1, cost: '0.3' },
  ];
  expect(explainChange(before, after)).toEqual([
    { model: 'm', factor: 'price per token', difference: '4' },
    { model: 'm', factor: 'tokens per call', difference: '2' },
    { model: 'm', factor: 'calls', difference: '1' },
    { model: 'new', factor: 'calls', difference: '0.3' },
  ]);
  expect((await room.request('GET', '/api/explain?user=a')).body).toMatchObject({
    before: '2',
    after: '3.5',
  });
});

test.each<readonly [name: string, amount: bigint, costs: readonly (readonly [string, bigint])[]]>([
  [
    'what does not divide',
    10n,
    [
      ['a', 1n],
      ['b', 1n],
      ['c', 1n],
    ],
  ],
  [
    'the first one used nothing',
    10n,
    [
      ['free', 0n],
      ['a', 1n],
      ['b', 2n],
    ],
  ],
  [
    'less than there are customers',
    1n,
    [
      ['a', 5n],
      ['b', 7n],
      ['c', 5n],
    ],
  ],
  ['one', 3n, [['a', 9n]]],
])('shares by cost add up to the amount, and who used nothing gets none: %s', (_, amount, list) => {
  const costs = new Map(list);
  const shares = sharesByCost(amount, costs);
  expect([...shares.values()].reduce((sum, share) => sum + share, 0n)).toBe(amount);
  for (const [customer, share] of shares) if (costs.get(customer) === 0n) expect(share).toBe(0n);
});
