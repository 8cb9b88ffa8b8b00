import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

// More points than a series may have: a call per hour for two years, of 150 users, groups and tags in turn.

const CALLS = 20_400;
const KEYS = 150;
const HOUR_MS = 3_600_000;

/** A key with a large cost has the same name as the combined rest of a series. */
const nameOf = (kind: string, key: number): string => (key === 7 ? 'other' : `${kind}${key}`);

interface Point {
  readonly at: string;
  readonly key: string | null;
  readonly rest: boolean;
  readonly calls: number;
  readonly costExact: string;
}

interface Series {
  readonly data: readonly Point[];
  readonly total: { readonly calls: number; readonly costExact: string };
}

let collector: TestCollector;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  for (let first = 0; first < CALLS; first += 5_100) {
    const spans = Array.from({ length: 5_100 }, (_, at) => {
      const id = first + at + 1;
      const key = id % KEYS;
      return {
        id,
        trace: id,
        atMs: -id * HOUR_MS,
        attributes: {
          ...call({ 'gen_ai.usage.cost': key === 7 ? 2 : 0.5 }),
          ...user(`u${key}`, { 'userspan.user.group': nameOf('g', key) }),
          'userspan.tags': [nameOf('t', key)],
        },
      };
    });
    await collector.pipeline.write(batch(...spans));
  }
}, 60_000);
afterAll(() => collector.close());

test.each(['group', 'tag'])(
  'the chart by %s includes every call, and the keys with the largest cost',
  async (by) => {
    const { data, total } = await collector.get<Series>(`/api/usage?bucket=day&by=${by}`);
    expect(total).toMatchObject({ calls: CALLS, costExact: String(CALLS * 0.5 + (CALLS / KEYS) * 1.5) });
    expect(data.reduce((sum, { calls }) => sum + calls, 0)).toBe(CALLS);
    const namesOf = (points: readonly Point[]): Set<string> =>
      new Set(points.map(({ key, rest }) => `${key} ${rest}`));
    expect(namesOf(data).size).toBe(12);
    expect(namesOf(data.filter(({ rest }) => rest))).toEqual(new Set(['other true']));
    const named = data.filter(({ key, rest }) => key === 'other' && !rest);
    expect(named.reduce((sum, { calls }) => sum + calls, 0)).toBe(CALLS / KEYS);
    expect(named.every(({ calls, costExact }) => costExact === String(calls * 2))).toBe(true);
    // One point per key and day.
    expect(new Set(data.map(({ at, key, rest }) => `${at} ${key} ${rest}`)).size).toBe(data.length);
    // The same result if all points fit and the collector combines the rest.
    const months = await collector.get<Series>(`/api/usage?bucket=month&by=${by}`);
    const sumOf = (points: readonly Point[], isRest: boolean): number =>
      points
        .filter(({ key, rest }) => key === 'other' && rest === isRest)
        .reduce((sum, { calls }) => sum + calls, 0);
    expect([sumOf(months.data, false), sumOf(months.data, true)]).toEqual([
      CALLS / KEYS,
      CALLS - 11 * (CALLS / KEYS),
    ]);
    expect(sumOf(data, true)).toBe(CALLS - 11 * (CALLS / KEYS));
  },
);

test('rejects a series with too many points, and names smaller requests', async () => {
  const reply = await collector.app.inject('/api/usage?bucket=hour&by=tag');
  expect(reply.statusCode).toBe(400);
  expect(reply.body).toContain('more than 20,000 points');
  const whole = await collector.get<Series>('/api/usage?bucket=day');
  expect(whole.data.reduce((sum, { calls }) => sum + calls, 0)).toBe(CALLS);
});
