import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import type { UserJson } from '../storage/read/users/user-rows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MODELS = ['gpt-4o-mini', 'gpt-4o', 'nobody-knows-it'];

const { 'gen_ai.usage.cost': _cost, ...UNPRICED } = call();

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
  // A call every seven hours of the last forty days.
  const spans = Array.from({ length: 137 }, (_, at): TestSpan => {
    const model = MODELS[at % 3] ?? '';
    const who = at === 60 ? 'rare' : at % 2 === 0 ? 'ada' : 'bob';
    return {
      id: at + 1,
      trace: at + 1,
      atMs: -at * 7 * HOUR_MS,
      attributes: {
        ...(at % 3 === 2 ? UNPRICED : call()),
        'gen_ai.request.model': model,
        ...user(who),
      },
    };
  });
  const further = [
    // A call with a wrong clock.
    ['ada', 2],
    ['anon-7f3a', -3],
    ['anon-7f3a', -35],
  ] as const;
  for (const [at, [who, days]] of further.entries()) {
    const attributes = { ...call(), ...user(who) };
    spans.push({ id: 1001 + at, trace: 1001 + at, atMs: days * DAY_MS, attributes });
  }
  await collector.pipeline.write(batch(...spans));
  await collector.send('POST', '/api/users/anon-7f3a/alias', { userId: 'bob' });
}, 60_000);
afterAll(async () => {
  await collector.close();
});

const RANGES = {
  'without bounds': '',
  'whole days': `from=${NOON_MS - 10.5 * DAY_MS}&to=${NOON_MS - 2.5 * DAY_MS}`,
  'days and hours': `from=${NOON_MS - 29 * DAY_MS}`,
  'hours of one day': `from=${NOON_MS - 3 * HOUR_MS}&to=${NOON_MS + HOUR_MS}`,
  'before the trend': `to=${NOON_MS - 33 * DAY_MS}`,
};
const FILTERS = ['', 'model=gpt-4o', 'model=nobody-knows-it'];

test.each(
  Object.entries(RANGES).flatMap(([name, range]) => FILTERS.map((filter) => [name, filter, range] as const)),
)(
  '%s %s: the trend does not change other figures, and equals the sums of the days',
  async (_, filter, range) => {
    const list = async (query: string): Promise<readonly UserJson[]> =>
      (await collector.get<{ data: UserJson[] }>(`/api/users?${range}&${filter}&${query}`)).data;
    const plain = await list('');
    const rows = await list('include=trend');
    expect(rows.map(({ trend: _trend, ...row }) => row)).toEqual(plain);
    const until = Math.floor(NOON_MS / DAY_MS) * DAY_MS;
    for (const { id, trend = [] } of rows) {
      const { data } = await collector.get<{ data: { at: string; calls: number; cost: number | null }[] }>(
        `/api/users/${id}/usage?bucket=day&${filter}&from=${until - 29 * DAY_MS}&to=${until + DAY_MS}`,
      );
      expect(trend.map(({ day }) => day)).toEqual(
        Array.from({ length: 30 }, (__, at) =>
          new Date(until - (29 - at) * DAY_MS).toISOString().slice(0, 10),
        ),
      );
      const days = trend.filter(({ calls }) => calls > 0);
      expect(days.map(({ day, calls, cost }) => [day, calls, cost])).toEqual(
        data.map(({ at, calls, cost }) => [at.slice(0, 10), calls, cost]),
      );
      const one = await collector.get<UserJson>(`/api/users/${id}?${range}&${filter}`);
      expect([one.calls, one.costExact, one.trend]).toEqual([
        rows.find((row) => row.id === id)?.calls,
        rows.find((row) => row.id === id)?.costExact,
        trend,
      ]);
    }
  },
);

test('has users in every list unless none were active', async () => {
  for (const [name, range] of Object.entries(RANGES)) {
    const { data } = await collector.get<{ data: UserJson[] }>(`/api/users?${range}`);
    const ids = data.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1));
    expect([name, ids]).toEqual([
      name,
      name === 'hours of one day'
        ? ['ada']
        : name === 'without bounds' || name === 'days and hours'
          ? ['ada', 'bob', 'rare']
          : ['ada', 'bob'],
    ]);
  }
});
