import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../../testing/test-collector.ts';
import type { TestCollector } from '../../../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../../../testing/trace-of.ts';
import { RecentAnswers } from '../query/recent-answers.ts';
import { readMatchingKeys } from '../users/matching-keys.ts';
import { BUCKETS } from './series-query.ts';
import type { Series, SeriesQuery } from './series-query.ts';
import { usageReader } from './usage-reader.ts';

// Random calls of users in groups, some of them merged or claimed, at the edges of quarters of an hour, days and months.
// A series from the totals in memory equals the one from the minutes.

const QUARTER_MS = 900_000;
const DAY_MS = 96 * QUARTER_MS;
const USERS = ['u1', 'u2', 'u3', "it's"];

const callOf = fc.record({
  user: fc.constantFrom(...USERS, ''),
  day: fc.integer({ min: -60, max: 1 }),
  quarter: fc.integer({ min: 0, max: 95 }),
  ms: fc.constantFrom(-1, 0, 1, 500_000),
  isClaimed: fc.boolean(),
  model: fc.constantFrom('gpt-4o-mini', 'gpt-4.1', 'm"1'),
  service: fc.constantFrom('web', 'jobs'),
  tags: fc.constantFrom([], ['a'], ['a', 'b'], ['b']),
  cost: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
});
const questionOf = fc.record({
  filter: fc.constantFrom({}, { model: ['gpt-4.1', 'm"1'] }, { tag: ['a'] }, { service: ['jobs'] }),
  users: fc.constantFrom(
    { props: new Map(), group: ['acme'] },
    { props: new Map(), group: ['other', 'none'] },
    { props: new Map([['plan', ['pro']]]) },
    { props: new Map(), q: 'u' },
  ),
  timeZone: fc.constantFrom('UTC', 'America/Los_Angeles', 'Asia/Kathmandu', 'Pacific/Kiritimati'),
  bucket: fc.constantFrom(...BUCKETS.filter((bucket) => bucket !== 'hour')),
  by: fc.constantFrom(undefined, 'model' as const, 'tag' as const, 'service' as const, 'group' as const),
  fromQuarter: fc.integer({ min: -31 * 96, max: -1 }),
  hasKeys: fc.boolean(),
  quarters: fc.integer({ min: 1, max: 32 * 96 }),
});

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

test('series from the totals in memory equal those from the disk, whatever was just written', async () => {
  const { store } = collector;
  let projects = 0;
  let fills = 0;
  const fill = store.fillMemoryTable?.bind(store);
  const counting = Object.assign(Object.create(store) as typeof store, {
    query: store.query.bind(store),
    fillMemoryTable: (columns: Readonly<Record<string, string>>, ...rest: never[]) => {
      if ('quarter' in columns) fills += 1;
      return (fill as (...all: unknown[]) => unknown)(columns, ...rest);
    },
  });
  Object.defineProperty(counting, 'writes', { get: () => store.writes });
  Object.defineProperty(counting, 'claimed', { value: store.claimed });
  await fc.assert(
    fc.asyncProperty(
      fc.array(callOf, { minLength: 2, maxLength: 20 }),
      fc.array(questionOf, { minLength: 4, maxLength: 8 }),
      fc.boolean(),
      async (calls, questions, isMerged) => {
        projects += 1;
        const project = `series-${projects}`;
        const write = (some: typeof calls, from: number): Promise<unknown> =>
          collector.pipeline.write(
            batch(
              ...some.map((each, at) => ({
                project,
                trace: projects * 1_000 + from + at,
                id: 1,
                atMs: each.day * DAY_MS + each.quarter * QUARTER_MS + each.ms - (NOON_MS % DAY_MS),
                claimed: each.isClaimed,
                service: each.service,
                attributes: {
                  ...call({
                    'gen_ai.request.model': each.model,
                    ...(each.cost === undefined ? {} : { 'gen_ai.usage.cost': each.cost / 1e6 }),
                    ...(each.tags.length === 0 ? {} : { 'userspan.tags': [...each.tags] }),
                  }),
                  ...(each.user === ''
                    ? {}
                    : user(each.user, {
                        'userspan.user.group': each.user === 'u3' ? 'other' : 'acme',
                        'userspan.user.plan': each.user === 'u1' ? 'free' : 'pro',
                      })),
                },
              })),
            ),
          );
        const inMemory = new RecentAnswers(counting, { minUsers: 0 });
        const answer = async (
          answers: RecentAnswers,
          question: (typeof questions)[number],
        ): Promise<Series> => {
          const { users, fromQuarter, quarters, by, hasKeys, ...others } = question;
          const fromMs = Math.floor(NOON_MS / QUARTER_MS + fromQuarter) * QUARTER_MS;
          // Without keys, as with many users, a query on the profiles or on their memory table selects the users.
          const keys = hasKeys ? await readMatchingKeys(answers, { project, users }) : undefined;
          const query: SeriesQuery = {
            project,
            range: { fromMs, toMs: Math.min(fromMs + quarters * QUARTER_MS, NOON_MS + QUARTER_MS) },
            scope: { users, keys, hasAliases: isMerged },
            ...(by === undefined ? {} : { by }),
            ...others,
          };
          return usageReader(store, answers).readSeries(query);
        };
        const half = calls.length / 2;
        await write(calls.slice(0, half), 0);
        if (isMerged) {
          await collector.app.inject({
            method: 'POST',
            url: '/api/users/u2/alias',
            headers: { 'x-project': project },
            payload: { userId: 'u3' },
          });
        }
        for (const some of [[], calls.slice(half)]) {
          if (some.length > 0) await write(some, 500);
          for (const question of questions) {
            expect(await answer(inMemory, question), JSON.stringify(question)).toEqual(
              await answer(new RecentAnswers(store), question),
            );
          }
        }
        inMemory.clear();
      },
    ),
    { numRuns: Number(process.env['USERSPAN_PROPERTY_RUNS'] ?? 6), endOnFailure: true },
  );
  expect(fills).toBeGreaterThan(0);
});

test('the chart of a page and its cost to date fill one table', async () => {
  await collector.pipeline.write(
    batch({ id: 1, trace: 7, attributes: { ...call(), ...user('u9', { 'userspan.user.group': 'acme' }) } }),
  );
  const { store } = collector;
  const filled: string[] = [];
  const fill = store.fillMemoryTable?.bind(store);
  if (fill !== undefined) {
    store.fillMemoryTable = (columns, ...rest) => {
      filled.push(Object.keys(columns)[0] ?? '');
      return fill(columns, ...rest);
    };
  }
  const answers = new RecentAnswers(store, { minUsers: 0 });
  const users = { props: new Map(), group: ['acme'] };
  const of = { project: 'default', filter: {}, scope: { users, hasAliases: false } };
  const reader = usageReader(store, answers);
  const [chart, toDate] = await Promise.all([
    reader.readSeries({
      ...of,
      range: { fromMs: NOON_MS - 30 * DAY_MS, toMs: NOON_MS + QUARTER_MS },
      bucket: 'day',
      timeZone: 'Asia/Tokyo',
      by: 'model',
    }),
    reader.readSeries({
      ...of,
      range: { fromMs: Date.UTC(2026, 9, 1) - 9 * 4 * QUARTER_MS, toMs: NOON_MS + 2 * QUARTER_MS },
      bucket: 'day',
      timeZone: 'Asia/Tokyo',
    }),
  ]);
  expect([chart.total.calls, toDate.total.calls]).toEqual([1, 1]);
  expect(filled.toSorted()).toEqual(['key', 'quarter']);
});
