import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../../testing/test-collector.ts';
import type { TestCollector } from '../../../testing/test-collector.ts';
import type { Parameters } from '../../engine/store.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { RecentAnswers } from '../query/recent-answers.ts';
import { Sql } from '../../engine/sql.ts';
import { EVERYBODY } from './matching-keys.ts';
import { userSums } from './tables/user-sums.ts';
import { readUserUsage } from './user-usage.ts';
import type { UserUsageQuery } from './user-usage.ts';

const DAY_MS = 86_400_000;
const START_MS = 20_000 * DAY_MS;

/** Calls at the edges of the ranges, at the edges of the days around them, and within. */
const atMs = fc
  .tuple(fc.constantFrom(0, 10, 20, 30, 40), fc.constantFrom(-1, 0, 1, 6 * 60, 12 * 60))
  .map(([day, minute]) => START_MS + day * DAY_MS + minute * 60_000);
const callOf = fc.record({
  user: fc.constantFrom('u1', 'u2', 'u3', "it's"),
  key: fc.constantFrom('', '', '', '', '', '', '', 'u1'),
  atMs,
  isClaimed: fc.boolean(),
  calls: fc.integer({ min: 0, max: 3 }),
  tokens: fc.integer({ min: 0, max: 9 }),
  cost: fc.integer({ min: 0, max: 1_000_000 }),
});

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

test('figures of users with the sums in memory equal those from the disk, also if two ids have one key', async () => {
  const { store } = collector;
  let projects = 0;
  let fromMemory = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(callOf, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(0, 6 * 60 * 60_000),
      fc.boolean(),
      async (calls, shiftMs, hasTrend) => {
        projects += 1;
        const project = `usage-${projects}`;
        for (const unit of ['day', 'minute'] as const) {
          const rows = calls.map(({ user, key, atMs: ms, isClaimed, calls: n, tokens, cost }) => {
            const at = unit === 'day' ? Math.floor(ms / DAY_MS) : ms / 1000;
            const id = `'${user.replace("'", "\\'")}'`;
            // The roll-up of minutes computes the key.
            const ofKey = unit === 'day' ? `, cityHash64(${key === '' ? id : `'${key}'`})` : '';
            return `('${project}', ${at}, ${id}${ofKey}, ${isClaimed ? 1 : 0}, 1, ${n}, ${n}, ${tokens}, ${tokens}, ${cost} / 1000000)`;
          });
          await store.execute(
            `INSERT INTO ${USAGE_TABLES[unit]} (project, ${unit}, user_id${unit === 'day' ? ', user_key' : ''}, user_claimed, seen, calls, priced, input_tokens, output_tokens, cost) VALUES ${rows.join(', ')}`,
          );
        }
        const middleMs = START_MS + 20 * DAY_MS + shiftMs;
        const query: UserUsageQuery = {
          project,
          range: { fromMs: middleMs, toMs: middleMs + 20 * DAY_MS },
          before: { fromMs: middleMs - 20 * DAY_MS, toMs: middleMs },
          filter: {},
          trendUntilMs: hasTrend ? START_MS + 35 * DAY_MS : undefined,
        };
        const members = new Map(['u1', 'u2', "it's", 'missing'].map((id) => [id, [id]]));
        const answers = new RecentAnswers(store, { minUsers: 0 });
        const scope = { ...EVERYBODY, hasAliases: false };
        await answers.tables.fill(userSums({ ...query, scope }, new Sql(answers)));
        const read: string[] = [];
        const watched: typeof store = Object.create(store, {
          query: {
            value: (sql: string, parameters?: Parameters) => {
              read.push(sql);
              return store.query(sql, parameters);
            },
          },
        });
        const found = await readUserUsage(watched, query, members, { answers, hasAliases: false });
        expect(found).toEqual(await readUserUsage(store, query, members));
        if (read.some((sql) => sql.includes('userspan_memory'))) fromMemory += 1;
        answers.clear();
      },
    ),
    { numRuns: Number(process.env['USERSPAN_PROPERTY_RUNS'] ?? 10), endOnFailure: true },
  );
  expect(fromMemory).toBe(projects);
});
