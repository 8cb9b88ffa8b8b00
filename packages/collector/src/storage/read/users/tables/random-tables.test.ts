import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../../../testing/test-collector.ts';
import type { TestCollector } from '../../../../testing/test-collector.ts';
import { waitFor } from '../../../../testing/wait-for.ts';
import { encodeProp } from '../../../write/profile-rows.ts';
import { RecentAnswers } from '../../query/recent-answers.ts';
import type { UserFilter } from '../../query/filters.ts';
import { readFacets } from '../../usage/facets-query.ts';
import { readMatchingKeys } from '../matching-keys.ts';
import type { UserKeys } from '../matching-keys.ts';
import { withProfileTable } from './profile-table.ts';
import { withPropTable } from './prop-table.ts';
import { searchTable, withSearchTable } from './search-table.ts';

// Random profiles with several rows each, whose properties change, are removed and have unusual names and values. The
// answers from tables in memory equal those from the disk.

const NAMES = ['plan', 'a b', "it's", 'name', 'group', 'ünï', ''];
const VALUES = ['pro', '5', 5, 5.5, true, 'true', 'null', null, '', "o'x\\", '💸', '"pro"'];
const valueOf = fc.constantFrom(...VALUES);
const rowOf = fc.record({
  user: fc.constantFrom('u1', 'u2', 'u3', '', 'user "4"', 'ü5'),
  atNs: fc.bigInt({ min: 1n, max: 5n }),
  isClaimed: fc.boolean(),
  group: fc.option(valueOf, { nil: undefined }),
  props: fc.dictionary(fc.constantFrom(...NAMES), valueOf, { maxKeys: 4 }),
});
const textsOf = fc.array(fc.constantFrom('pro', '5', '5.5', 'true', 'null', '', "o'x\\", '"pro"', 'other'), {
  minLength: 1,
  maxLength: 2,
});
const wordOf = fc.constantFrom('pro', '5', 'U', 'user', '"4"', 'null', "o'x\\", '💸', 'Ü', 'true', 'missing');
const searchOf = fc.array(wordOf, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const filterOf = fc
  .record({
    q: fc.option(searchOf, { nil: undefined }),
    group: fc.option(textsOf, { nil: undefined }),
    props: fc.dictionary(fc.constantFrom(...NAMES), textsOf, { maxKeys: 3 }),
  })
  .map(({ q, group, props }): UserFilter => ({
    ...(q === undefined ? {} : { q }),
    ...(group === undefined ? {} : { group }),
    props: new Map(Object.entries(props)),
  }));

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

const listOf = (keys: UserKeys | undefined): readonly string[] | undefined =>
  keys && 'few' in keys ? keys.few.map(String).sort() : undefined;

test('filters and their values from tables in memory equal those from the disk', async () => {
  const { store } = collector;
  const onDisk = new RecentAnswers(store);
  let projects = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(rowOf, { minLength: 1, maxLength: 25 }),
      fc.array(filterOf, { minLength: 3, maxLength: 6 }),
      async (rows, filters) => {
        projects += 1;
        const project = `random-${projects}`;
        // A part per half, so that rows of a user are not merged at once.
        for (const half of [rows.slice(0, rows.length / 2), rows.slice(rows.length / 2)]) {
          if (half.length === 0) continue;
          const values = half.map(({ user, atNs, isClaimed, group, props }) => {
            const encoded = (value: unknown): string =>
              `unhex('${Buffer.from(encodeProp(value, atNs, isClaimed)).toString('hex')}')`;
            const pairs = Object.entries(props).map(
              ([name, value]) => `unhex('${Buffer.from(name).toString('hex')}'), ${encoded(value)}`,
            );
            const map =
              pairs.length === 0 ? "CAST(map(), 'Map(String, String)')" : `map(${pairs.join(', ')})`;
            return `SELECT '${project}', unhex('${Buffer.from(user).toString('hex')}'), ${atNs}, ${atNs}, ${isClaimed ? 0 : 1}, ${group === undefined ? "''" : encoded(group)}, ${map}`;
          });
          await store.execute(
            `INSERT INTO profiles (project, user_id, first_ns, last_ns, verified, \`group\`, props) ${values.join(' UNION ALL ')}`,
          );
        }
        const inMemory = new RecentAnswers(store, { minUsers: 0 });
        // The tables are filled in the background.
        await waitFor(
          () => withPropTable(inMemory, project, async (table) => table),
          (table) => table !== undefined,
        );
        await inMemory.tables.fill(searchTable(inMemory, project));
        expect(await withSearchTable(inMemory, project, async (table) => table)).toBeDefined();
        expect(await withProfileTable(inMemory, project, async (table) => table)).toBeDefined();
        expect(await readFacets(inMemory, project)).toEqual(await readFacets(onDisk, project));
        for (const users of filters) {
          const [found, expected] = await Promise.all(
            [inMemory, onDisk].map((answers) => readMatchingKeys(answers, { project, users })),
          );
          expect(listOf(found), JSON.stringify([...users.props, users.group, users.q])).toEqual(
            listOf(expected),
          );
        }
        // A search finds a user who was just added, which the table does not have.
        await store.execute(
          `INSERT INTO profiles (project, user_id, first_ns, last_ns, verified) VALUES ('${project}', 'just added', 9, 9, 1)`,
        );
        const added = await readMatchingKeys(inMemory, { project, users: { q: 'just', props: new Map() } });
        expect(listOf(added)).toHaveLength(1);
        inMemory.clear();
      },
    ),
    { numRuns: Number(process.env['USERSPAN_PROPERTY_RUNS'] ?? 6), endOnFailure: true },
  );
});
