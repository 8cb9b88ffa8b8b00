import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../../testing/test-collector.ts';
import type { TestCollector } from '../../../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../../../testing/trace-of.ts';
import { readCallsAhead, readUsersOfSpans } from './calls-ahead.ts';
import type { TimeSpan } from './window-parts.ts';
import { NO_SUMS, readWindowSums } from './window-sums.ts';
import type { SeriesBound } from './window-sums.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const UNIT = 10n ** 18n;

/** Calls from the last minute to forty days ago, with gaps of every size. */
const AGES = [
  0, 1, 4, 14, 16, 59, 61, 75, 200, 719, 721, 1000, 1439, 1441, 3000, 10_000, 10_081, 30_000, 44_640, 57_600,
];
const CALLS = AGES.map((minutes, at) => ({
  id: at + 1,
  atMs: -minutes * MINUTE,
  userId: at % 3 === 0 ? '' : `u${at % 2}`,
}));

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await collector.pipeline.write(
    batch(
      ...CALLS.map(({ id, atMs, userId }) => ({
        id,
        trace: id,
        atMs,
        attributes: { ...call({ 'gen_ai.usage.cost': 1 }), ...(userId === '' ? {} : user(userId)) },
      })),
    ),
  );
}, 60_000);
afterAll(async () => {
  await collector.close();
}, 60_000);

test('returns the sums of calls in windows of any length from any minute, for the project and each user', async () => {
  const lengths = [5, 15, 60, 75, 360, 1440, 10_080, 44_640];
  const spans = [0, 1, 7, 45, 333, 1500].flatMap((ago) =>
    lengths.map((length): TimeSpan => {
      const toMs = NOON_MS + MINUTE - ago * MINUTE;
      return { fromMs: toMs - length * MINUTE, toMs };
    }),
  );
  // A day of a zone whose offset ends with three quarters of an hour.
  spans.push({ fromMs: NOON_MS - DAY + 15 * MINUTE, toMs: NOON_MS + 15 * MINUTE });
  const series = spans.map((span) => ({ span, filter: {}, sums: ['calls', 'cost', 'attributed'] as const }));
  const inside = ({ fromMs, toMs }: TimeSpan, isOf: (userId: string) => boolean): bigint =>
    BigInt(
      CALLS.filter(({ atMs, userId }) => isOf(userId) && NOON_MS + atMs >= fromMs && NOON_MS + atMs < toMs)
        .length,
    );
  const ofProject = await readWindowSums(collector.store, { project: 'default', by: 'project', series });
  const ofUsers = await readWindowSums(collector.store, { project: 'default', by: 'user', series });
  const named = await readWindowSums(collector.store, {
    project: 'default',
    by: 'user',
    userIds: ['u1'],
    series,
  });
  for (const [at, span] of spans.entries()) {
    const all = inside(span, () => true);
    expect(ofProject.get('')?.[at]).toEqual({
      ...NO_SUMS,
      calls: all,
      cost: all * UNIT,
      attributed: inside(span, (userId) => userId !== ''),
    });
    for (const userId of ['u0', 'u1']) {
      expect([userId, at, ofUsers.get(userId)?.[at]?.calls]).toEqual([
        userId,
        at,
        inside(span, (id) => id === userId),
      ]);
    }
    expect(named.get('u1')?.[at]).toEqual(ofUsers.get('u1')?.[at]);
  }
  expect([...named.keys()]).toEqual(['u1']);
});

test('bounds exclude users who reach none of them, without changing other sums or excluding users that are always requested', async () => {
  const span = { fromMs: NOON_MS - 45 * DAY, toMs: NOON_MS + MINUTE };
  const sums = ['calls', 'priced', 'cost'] as const;
  const whole = await readWindowSums(collector.store, {
    project: 'default',
    by: 'user',
    series: [{ span, filter: {}, sums }],
  });
  const callsOf = (id: string): number => Number(whole.get(id)?.[0]?.calls ?? 0n);
  const [most, least] = callsOf('u0') > callsOf('u1') ? ['u0', 'u1'] : ['u1', 'u0'];
  expect(callsOf(most)).toBeGreaterThan(callsOf(least));
  const bounded = async (
    bounds: readonly SeriesBound[],
    always: readonly string[] = [],
  ): Promise<readonly string[]> => {
    const series = [
      { span, filter: {}, sums, bounds },
      { span, filter: { model: ['no such model'] }, sums, bounds: [{ sum: 'calls', least: 1 } as const] },
    ];
    const found = await readWindowSums(collector.store, { project: 'default', by: 'user', series, always });
    for (const [id, [first]] of found) expect(first).toEqual(whole.get(id)?.[0]);
    return [...found.keys()].filter((id) => id !== '').toSorted();
  };
  const top = callsOf(most);
  expect(await bounded([{ sum: 'calls', least: top }])).toEqual([most]);
  expect(await bounded([{ sum: 'cost', least: top }])).toEqual([most]);
  expect(await bounded([{ sum: 'cost', least: top }], [least])).toEqual(['u0', 'u1']);
  expect(await bounded([{ sum: 'cost', least: top + 1 }])).toEqual([]);
  expect(await bounded([{ sum: 'unpriced', least: 1 }])).toEqual([]);
  expect(
    await bounded([
      { sum: 'unpriced', least: 1 },
      { sum: 'cost', least: 0.5 },
    ]),
  ).toContain(most);
});

test('does not return a user without calls', async () => {
  const atMs = 10 * MINUTE;
  await collector.pipeline.write(
    batch(
      { id: 901, trace: 901, atMs, attributes: user('only-named') },
      { id: 902, trace: 902, atMs, attributes: { ...call(), ...user('calling') } },
    ),
  );
  const span = { fromMs: NOON_MS + 5 * MINUTE, toMs: NOON_MS + 15 * MINUTE };
  expect(await readUsersOfSpans(collector.store, 'default', [span])).toEqual([new Set(['calling'])]);
  const minute = NOON_MS + atMs;
  expect(await readCallsAhead(collector.store, { project: 'default', afterMs: span.fromMs })).toEqual(
    new Map([
      ['calling', minute],
      ['', minute],
    ]),
  );
  const userIds = ['only-named'];
  expect(
    await readCallsAhead(collector.store, { project: 'default', afterMs: span.fromMs, userIds }),
  ).toEqual(new Map([['', minute]]));
});
