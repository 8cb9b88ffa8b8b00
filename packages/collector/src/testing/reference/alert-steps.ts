import fc from 'fast-check';

import { ALERT_MEASURES } from '../../alerts/measure.ts';
import type { ReferenceRule } from './alert-reference.ts';

export const USERS: readonly string[] = ['', 'a', 'b', 'c', 'd'];
/** The group of each user. The group of the last user changes. */
export const GROUPS: readonly string[] = ['', 'red', 'blue', 'red'];
export const MOVER = 4;
const COSTS = [0.1, 0.5, 1, 2.000000000001];
const TAGS = ['chat', 'search'];
/** Times a few hours before a change to or from daylight saving time, and in the middle of summer and winter. */
export const STARTS: readonly number[] = [
  '2025-10-05T09:10:11Z',
  '2025-10-25T21:30:31Z',
  '2025-11-02T02:59:59Z',
  '2026-03-08T04:15:00Z',
  '2026-03-28T22:00:30Z',
  '2026-04-04T10:44:00Z',
  '2026-07-31T20:00:00Z',
].map(Date.parse);
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Kiritimati',
];
const WINDOWS = ['5m', '17m', '1h', '90m', '1d', '7d', '31d', 'day', 'day', 'week', 'month'];
/** Ages of calls at their arrival in minutes; negative if the clock of the sender is ahead. */
const AGES = [0, 0, 0, 0, 2, 12, 75, 1441, 11_000, 50_000, -1, -45];
const LEVELS: Readonly<Record<string, readonly string[]>> = {
  cost: ['0.5', '1', '2.5'],
  calls: ['1', '2', '4'],
  tokens: ['20', '60'],
  errors: ['1', '3'],
  errorRate: ['0.34', '0.6', '1'],
  latencyP95: ['200', '800'],
  unpriced: ['1', '2'],
  coverage: ['0.9', '0.5'],
};

export const anyRule: fc.Arbitrary<Omit<ReferenceRule, 'id'>> = fc
  .record({
    measure: fc.constantFrom('cost', ...ALERT_MEASURES),
    of: fc.constantFrom('user', 'user', 'user', 'group', 'project', 'model', 'service', 'tag'),
    window: fc.constantFrom(...WINDOWS),
    timeZone: fc.constantFrom(...ZONES),
    isBelow: fc.integer({ min: 0, max: 7 }).map((at) => at === 0),
    levels: fc.integer({ min: 1, max: 3 }),
    minimumCalls: fc.constantFrom(0, 0, 2),
    comparedToBefore: fc.integer({ min: 0, max: 5 }).map((at) => at === 0),
    noData: fc.constantFrom('zero' as const, 'zero' as const, 'keep' as const, 'alert' as const),
    renotifySeconds: fc.constantFrom(undefined, undefined, 60, 600, 86_400),
    filter: fc.constantFrom(
      {},
      {},
      {},
      { user: 'a' },
      { group: 'red' },
      { model: 'm1' },
      { service: 'web' },
      { tag: 'chat' },
    ),
  })
  .map(({ isBelow, levels, renotifySeconds, filter, ...rest }) => {
    const isCoverage = rest.measure === 'coverage';
    const of = isCoverage && (rest.of === 'user' || rest.of === 'group') ? 'model' : rest.of;
    const direction = isCoverage || isBelow ? 'below' : 'above';
    const comparedToBefore = rest.comparedToBefore && direction === 'above' && rest.measure !== 'latencyP95';
    const all = comparedToBefore ? ['1.5', '3'] : (LEVELS[rest.measure] ?? []);
    const thresholds = all.slice(0, levels);
    if (direction === 'below' && !isCoverage) thresholds.reverse();
    return {
      ...rest,
      of,
      direction,
      comparedToBefore,
      thresholds,
      filter: of === 'group' && filter.user !== undefined ? {} : filter,
      ...(renotifySeconds === undefined ? {} : { renotifySeconds }),
    };
  });

export const indexOf = (of: readonly unknown[]): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: of.length - 1 });
const usage = fc.record({
  model: fc.constantFrom('m1', 'm2', 'house'),
  service: fc.constantFrom('app', 'web'),
  tags: fc.subarray(TAGS),
  cost: fc.constantFrom(...COSTS),
  tokens: fc.constantFrom(5, 15, 30),
  isError: fc.boolean(),
  durationMs: fc.constantFrom(5, 250, 900),
  age: fc.constantFrom(...AGES),
});
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      user: indexOf(USERS),
      isMoved: fc.boolean(),
      usage,
    }),
  },
  // The span with the user arrives later.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('orphan' as const), usage }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('adopt' as const), user: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('price' as const), usd: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('alias' as const),
      from: fc.integer({ min: 1, max: 3 }),
      to: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('unalias' as const), from: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('erase' as const), user: fc.integer({ min: 1, max: 3 }) }),
  },
  // Retention: the number of days to keep, including the current one.
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('retain' as const), days: fc.constantFrom(1, 1, 2, 8) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('silence' as const),
      what: fc.constantFrom('rule', 'a', 'b'),
      minutes: fc.constantFrom(1, 10, 1500),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('evaluate' as const),
      // Minutes before the step.
      minutes: fc.constantFrom(0, 0, 1, 1, 3, 6, 16, 61, 700, 1440, 8 * 1440),
      // The number of the write before or after which the process dies.
      death: fc.constantFrom(undefined, undefined, undefined, 0, 1, 2, 3),
      isWritten: fc.boolean(),
    }),
  },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export const anyStep: fc.Arbitrary<Step> = step;
