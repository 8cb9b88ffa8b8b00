import { toUnits } from '@userspan/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import { explainChange, forecastOf } from './forecast.ts';
import { sharesByCost } from './margin.ts';

const DAY = 86_400_000;

let collector: AlertingCollector;
beforeAll(async () => {
  collector = await openAlertingCollector();
  const span = (id: number, userId: string | undefined, usd: number, days: number): TestSpan => ({
    id,
    trace: id,
    atMs: -days * DAY,
    attributes: { ...call({ 'gen_ai.usage.cost': usd }), ...(userId === undefined ? {} : user(userId)) },
  });
  await collector.store.pipeline.write(
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
  await collector.close();
}, 60_000);

test('margin lists losses first, and shows cost without a customer separately, distributed or not at all', async () => {
  const data = [
    { user: 'a', month: '2026-11', usd: '2' },
    { user: 'b', month: '2026-11', usd: 10 },
  ];
  expect((await collector.request('PUT', '/api/revenue', { data })).body).toEqual({ written: 2 });
  await collector.request('PUT', '/api/revenue', { data });
  const margin = async (unattributed: string): Promise<unknown> =>
    (await collector.request('GET', `/api/margin?month=2026-11&unattributed=${unattributed}`)).body;
  expect(await margin('apart')).toEqual({
    month: '2026-11',
    revenue: '12',
    cost: '7.5',
    unpricedCalls: 0,
    unattributed: '1',
    unattributedUnpricedCalls: 0,
    margin: '4.5',
    total: 2,
    losses: 1,
    lines: [
      {
        customer: 'a',
        name: null,
        revenue: '2',
        cost: '5.5',
        unpricedCalls: 0,
        allocated: '0',
        margin: '-3.5',
        percent: -175,
      },
      {
        customer: 'b',
        name: null,
        revenue: '10',
        cost: '1',
        unpricedCalls: 0,
        allocated: '0',
        margin: '9',
        percent: 90,
      },
    ],
  });
  const part = async (query: string): Promise<unknown> =>
    (await collector.request('GET', `/api/margin?month=2026-11&${query}`)).body;
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
    (await collector.request('PUT', '/api/revenue', { data: [{ user: 'a', month: '2026-13', usd: 1 }] }))
      .status,
  ).toBe(400);
});

test('a forecast is the spend so far plus the average of the last seven full days for the rest of the month', async () => {
  // $0.5 today and $7 before, $5 in the last seven full days; 10.5 days remain at noon of the 20th.
  expect((await collector.request('GET', '/api/forecast')).body).toEqual({
    month: '2026-11',
    spent: '7.5',
    projected: '15',
    unpricedCalls: 0,
    days: 7,
    method: expect.stringContaining('last 7 whole days') as string,
  });
  // The first call of b, of $1, was two days ago.
  expect((await collector.request('GET', '/api/forecast?user=b')).body).toMatchObject({
    spent: '1',
    projected: '6.25',
    days: 2,
  });
});

test('margin counts calls without a price, and lists customers that have only such calls', async () => {
  const unpriced = (id: number, userId?: string): TestSpan => ({
    id,
    trace: id,
    project: 'unpriced',
    attributes: {
      ...call(),
      'gen_ai.usage.cost': 0,
      'gen_ai.request.model': 'a-model-of-ours',
      ...(userId === undefined ? {} : user(userId)),
    },
  });
  const priced = { ...call({ 'gen_ai.usage.cost': 2 }), ...user('b') };
  await collector.store.pipeline.write(
    batch(unpriced(21, 'a'), unpriced(22, 'a'), unpriced(23, 'b'), unpriced(24), {
      id: 25,
      trace: 25,
      project: 'unpriced',
      attributes: priced,
    }),
  );
  const margin = async (query: string): Promise<unknown> =>
    (await collector.request('GET', `/api/margin?month=2026-11${query}`, undefined, 'unpriced')).body;
  expect(await margin('')).toMatchObject({
    cost: '2',
    unpricedCalls: 4,
    total: 2,
    losses: 1,
    lines: [
      { customer: 'b', cost: '2', unpricedCalls: 1, margin: '-2' },
      { customer: 'a', cost: '0', unpricedCalls: 2, margin: '0' },
    ],
  });
  expect(await margin('&unattributed=none')).toMatchObject({ unpricedCalls: 3 });
  expect((await collector.request('GET', '/api/forecast?user=a', undefined, 'unpriced')).body).toMatchObject({
    spent: '0',
    unpricedCalls: 2,
    method: expect.stringContaining('2 calls') as string,
  });
});

const dayOf = (day: number): string => `2026-11-${String(day).padStart(2, '0')}`;

test.each<
  readonly [name: string, from: number, unpricedDays: readonly number[], calls: number, method: RegExp]
>([
  ['every call has a price', 10, [], 0, /for the rest of the month\.$/],
  [
    'an unpriced call today',
    10,
    [20],
    1,
    /1 call without a price is left out, so it comes to at least this\.$/,
  ],
  ['unpriced calls on some averaged days', 10, [13, 19], 2, /2 calls without a price are left out/],
  [
    'an unpriced call before the averaged days, in the month',
    10,
    [10, 12],
    2,
    /2 calls without a price are left out/,
  ],
  ['the first full day', 19, [19], 1, /average of the last whole day for .* 1 call without/],
  ['no full day yet', 20, [20], 1, /only the spend so far\. 1 call without a price is left out/],
])('a forecast counts the calls that it excludes: %s', (_, from, unpricedDays, calls, method) => {
  const days = Array.from({ length: 21 - from }, (_each, at) => from + at).map((day) => ({
    day: dayOf(day),
    calls: 1,
    cost: '1',
    unpricedCalls: unpricedDays.filter((each) => each === day).length,
  }));
  const forecast = forecastOf({
    days,
    isWithin: (day) => day >= dayOf(10),
    nowMs: Date.UTC(2026, 10, 20, 12),
    endMs: Date.UTC(2026, 11, 1),
    period: 'month',
  });
  expect(forecast).toMatchObject({ unpricedCalls: calls, method: expect.stringMatching(method) as string });
});

test.each<
  readonly [name: string, callDays: readonly number[], days: number, projected: string, method: RegExp]
>([
  ['calls on every day', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 7, '30.5', /the last 7 whole days/],
  ['the first call today', [10], 0, '1', /only the spend so far/],
  ['the first call yesterday', [9, 10], 1, '22.5', /the last whole day/],
  [
    'the first call three days ago, none yesterday',
    [7, 8],
    3,
    '15.666666666666666666',
    /the last 3 whole days/,
  ],
  ['a pause of six days after earlier calls', [1, 9, 10], 7, '5.928571428571428571', /the last 7 whole days/],
  ['no call since more than seven days', [1], 7, '1', /the last 7 whole days/],
  ['no calls', [], 7, '0', /the last 7 whole days/],
])('a forecast averages the days since the first call: %s', (_, callDays, count, projected, method) => {
  const days = Array.from({ length: 10 }, (_each, at) => at + 1).map((day) => {
    const calls = callDays.filter((each) => each === day).length;
    return { day: dayOf(day), calls, cost: `${calls}`, unpricedCalls: 0 };
  });
  const forecast = forecastOf({
    days,
    isWithin: () => true,
    nowMs: Date.UTC(2026, 10, 10, 12),
    endMs: Date.UTC(2026, 11, 1),
    period: 'month',
  });
  expect(forecast).toMatchObject({ days: count, projected, method: expect.stringMatching(method) as string });
});

test('averaged days before the month count, and earlier days do not', () => {
  const days = [28, 29, 30].map((day) => ({ day: `2026-10-${day}`, calls: 1, cost: '1', unpricedCalls: 1 }));
  const first = { day: '2026-11-01', calls: 1, cost: '1', unpricedCalls: 1 };
  const forecast = forecastOf({
    days: [{ day: '2026-10-20', calls: 1, cost: '1', unpricedCalls: 5 }, ...days, ...days, first, first],
    isWithin: (day) => day >= dayOf(1),
    nowMs: Date.UTC(2026, 10, 1, 12),
    endMs: Date.UTC(2026, 11, 1),
    period: 'month',
  });
  expect(forecast.unpricedCalls).toBe(8);
});

test('explains a change by model, calls, tokens per call and price, exactly', async () => {
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
  expect((await collector.request('GET', '/api/explain?user=a')).body).toMatchObject({
    before: '2',
    after: '3.5',
  });
});

test.each<readonly [name: string, amount: bigint, costs: readonly (readonly [string, bigint])[]]>([
  [
    'amounts that are not divisible',
    10n,
    [
      ['a', 1n],
      ['b', 1n],
      ['c', 1n],
    ],
  ],
  [
    'the first customer has no usage',
    10n,
    [
      ['free', 0n],
      ['a', 1n],
      ['b', 2n],
    ],
  ],
  [
    'an amount with fewer units than customers',
    1n,
    [
      ['a', 5n],
      ['b', 7n],
      ['c', 5n],
    ],
  ],
  ['one', 3n, [['a', 9n]]],
])('distributes an amount by cost, with nothing for customers without cost: %s', (_, amount, list) => {
  const costs = new Map(list);
  const shares = sharesByCost(amount, costs);
  expect([...shares.values()].reduce((sum, share) => sum + share, 0n)).toBe(amount);
  for (const [customer, share] of shares) if (costs.get(customer) === 0n) expect(share).toBe(0n);
});
