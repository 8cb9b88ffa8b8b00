import { expect, test } from 'vitest';
import { niceScale } from './axis-ticks.ts';
import { stackUsage } from './stack-usage.ts';

const start = new Date(2026, 10, 23).getTime();
const day = 86_400_000;

type Row = Parameters<typeof stackUsage>[0][number];

function row(at: number, key: string | null, cost: number | null): Row {
  return {
    at: new Date(at).toISOString(),
    key,
    calls: 2,
    unpricedCalls: 0,
    inputTokens: 10,
    outputTokens: 5,
    cost,
  };
}

const options = { bucket: 'day', fromMs: start, toMs: start + 3 * day, by: 'model' } as const;

test('puts the largest series first and keeps empty days', () => {
  const rows = [row(start, 'small', 1), row(start + 2 * day, 'big', 5), row(start, null, null)];
  const stack = stackUsage(rows, { ...options, metric: 'cost' });
  expect(stack.series.map(({ label, values, total }) => [label, values, total])).toEqual([
    ['big', [0, 0, 5], 5],
    ['small', [1, 0, 0], 1],
    ['no model', [0, 0, 0], 0],
  ]);
  expect(stack.sums).toEqual([1, 0, 5]);
});

test('combines series beyond the seventh', () => {
  const rows = Array.from({ length: 12 }, (_, at) => row(start, `m${at}`, 12 - at));
  const { series } = stackUsage(rows, { ...options, metric: 'cost' });
  expect(series.map(({ label, total }) => [label, total])).toEqual([
    ['m0', 12],
    ['m1', 11],
    ['m2', 10],
    ['m3', 9],
    ['m4', 8],
    ['m5', 7],
    ['other models', 21],
  ]);
});

test('a tag with the name of the combined series has its own series and is hidden separately', () => {
  const rows = [
    ...Array.from({ length: 8 }, (_, at) => row(start, `t${at}`, 9 - at)),
    row(start, 'other', 20),
    { ...row(start, 'other', 100), rest: true },
  ];
  const stack = stackUsage(rows, {
    ...options,
    by: 'tag',
    metric: 'cost',
    hidden: new Set(['key:other'] as const),
  });
  expect(stack.series.map(({ id, label, total }) => [id, label, total])).toEqual([
    ['key:other', 'other', 20],
    ...[0, 1, 2, 3, 4].map((at) => [`key:t${at}`, `t${at}`, 9 - at]),
    ['rest', 'other tags', 109],
  ]);
  expect(stack.sums[0]).toBe(9 + 8 + 7 + 6 + 5 + 109);
});

test('counts calls without a price separately from the cost, also in the combined series', () => {
  const rows = [
    ...Array.from({ length: 8 }, (_, at) => row(start, `m${at}`, 9 - at)),
    { ...row(start, 'house', null), unpricedCalls: 931 },
    { ...row(start + day, 'house', 0), unpricedCalls: 2 },
  ];
  const cost = stackUsage(rows, { ...options, metric: 'cost' });
  expect(cost.series.map(({ label, unpricedCalls }) => [label, unpricedCalls]).at(-1)).toEqual([
    'other models',
    933,
  ]);
  expect(cost.unpricedCalls).toEqual([931, 2, 0]);
  const calls = stackUsage(rows, { ...options, metric: 'calls' });
  expect([calls.series[0]?.unpricedCalls, calls.unpricedCalls]).toEqual([undefined, [0, 0, 0]]);
});

test('calls with a wrong clock do not extend the range "all time", but are in the totals and counted separately', () => {
  const rows = [row(0, 'a', 1), row(start, 'a', 2), row(Date.UTC(2262, 0, 1), 'a', 4)];
  const stack = stackUsage(rows, { ...options, fromMs: undefined, metric: 'cost' });
  expect(stack.starts).toEqual([start, start + day, start + 2 * day]);
  expect([stack.series[0]?.total, stack.sums, stack.misdatedCalls]).toEqual([7, [2, 0, 0], 4]);
});

test('a hidden series keeps its place, colour and total, and has no bars', () => {
  const rows = [row(start, 'small', 1), row(start, 'big', 5)];
  const all = stackUsage(rows, { ...options, metric: 'cost' });
  const stack = stackUsage(rows, { ...options, metric: 'cost', hidden: new Set(['key:big'] as const) });
  expect(stack.series.map(({ label, colour, total }) => [label, colour, total])).toEqual(
    all.series.map(({ label, colour, total }) => [label, colour, total]),
  );
  expect([stack.series.map(({ isHidden }) => isHidden), stack.sums]).toEqual([
    [true, false],
    [1, 0, 0],
  ]);
});

test('counts calls and tokens', () => {
  const rows = [row(start, 'a', 1)];
  expect(stackUsage(rows, { ...options, metric: 'calls' }).sums[0]).toBe(2);
  expect(stackUsage(rows, { ...options, metric: 'tokens' }).sums[0]).toBe(15);
});

test('the range "all time" starts with the first call', () => {
  const stack = stackUsage([row(start + day, 'a', 1)], { ...options, fromMs: undefined, metric: 'cost' });
  expect(stack.starts).toEqual([start + day, start + 2 * day]);
});

test.each([
  [0, [0, 1]],
  [Number.NaN, [0, 1]],
  [10, [0, 5, 10]],
  [9, [0, 5, 10]],
  [0.00034, [0, 0.0002, 0.0004]],
  [1234, [0, 500, 1000, 1500]],
])('rounds an axis up from %d', (most, ticks) => {
  expect(niceScale(most)).toEqual(ticks);
});
