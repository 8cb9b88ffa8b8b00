import { namesCalls } from '../../query/filters.ts';
import type { CallFilter } from '../../query/filters.ts';
import type { KeptQuery } from '../../query/memory-answers.ts';
import type { Range } from '../../query/range.ts';
import type { RecentAnswers } from '../../query/recent-answers.ts';
import { USAGE_TABLES } from '../../../engine/schema.ts';
import { all, Sql } from '../../../engine/sql.ts';
import { SUMMED_COLUMNS } from '../../usage/figures.ts';
import { rowsOfAllUsers, unitsOf } from '../../usage/usage-source.ts';
import { canonicalKey } from '../resolved-aliases.ts';
import { isLookedUp, readMatchingKeys, withMatching } from '../matching-keys.ts';
import type { Matching, UserKeys, UserScope } from '../matching-keys.ts';
import type { UsersQuery } from '../users-query.ts';

/** The sums of all users of a project in a range, of calls that match a filter. */
export interface UserSumsQuery {
  readonly project: string;
  readonly range: Range;
  /** The range to compare with, if there is one. */
  readonly before?: Range | undefined;
  readonly filter: CallFilter;
  readonly scope: UserScope;
}

/** A memory table of user sums. */
export interface UserSums {
  /** Name for use in a statement. */
  readonly table: string;
  /** Whether it has one row for each user and range, because no call is claimed. */
  readonly isUnique: boolean;
  /** The query for the keys of the users that match the filter, on other memory tables, if there are any. */
  readonly matching?: Matching | undefined;
}

/** The query for the sums that rank a list. */
export function sumsOf(
  query: Pick<UsersQuery, 'project' | 'range' | 'before' | 'calls' | keyof UserScope>,
): UserSumsQuery {
  const { project, range, before, calls: filter, users, keys, hasAliases } = query;
  return { project, range, before, filter, scope: { users, keys, hasAliases } };
}

/** Values of the column `place`: whether the sums are of the range or of the one before. */
export const IN_RANGE = 'place = 0';
export const IN_BEFORE = 'place = 1';

/**
 * Columns of the memory table. Like a roll-up it has a row for each user, range and kind of call (claimed or not), with
 * all sums that figures need, so that the same SQL of sums works on both.
 */
const COLUMNS: Readonly<Record<string, string>> = {
  key: 'UInt64',
  place: 'UInt8',
  user_claimed: 'UInt8',
  ...Object.fromEntries(
    SUMMED_COLUMNS.map((column) => [column, column === 'cost' ? 'Decimal(38, 18)' : 'Int64']),
  ),
};

/** The SQL of a row's share in whether a user is in a range: the user is, if the sum is greater than 0. */
export function presenceOf(filter: CallFilter): string {
  // With a filter of calls, users without a matching call are not in the list.
  return namesCalls(filter) ? 'calls' : 'calls + seen';
}

/** The memory table with the sums of all users, so that all user filters share one. */
export function userSums({ project, range, before, filter, scope }: UserSumsQuery, sql: Sql): KeptQuery {
  const ranges = before === undefined ? [range] : [range, before];
  const rows = unitsOf(ranges, sql).map(({ unit, within: [now = '0', then = '0'] }) => {
    const conditions = [...rowsOfAllUsers({ project, filter }, sql), `(${now} OR ${then})`];
    // Rows and not their sums, so that users are grouped only once.
    return `SELECT user_key, if(${now}, 0, 1) AS place, user_claimed, ${SUMMED_COLUMNS.join(', ')}
      FROM ${USAGE_TABLES[unit]} WHERE ${all(conditions)}`;
  });
  const { key, join } = canonicalKey({ project, hasAliases: scope.hasAliases }, sql);
  return {
    sql: `SELECT ${key} AS key_, u.place, u.user_claimed, ${SUMMED_COLUMNS.map((column) => `sum(u.${column})`).join(', ')}
      FROM (${rows.join(' UNION ALL ')}) AS u${join} GROUP BY key_, u.place, u.user_claimed`,
    parameters: sql.parameters,
    columns: COLUMNS,
    flag: 'user_claimed = 1',
  };
}

/**
 * Runs `read` with the memory table of user sums, or with `undefined` if there is none. See `MemoryAnswers.use`.
 */
export function withUserSums<T>(
  answers: RecentAnswers,
  query: UserSumsQuery,
  read: (sums: UserSums | undefined) => Promise<T>,
  only?: 'exact',
): Promise<T> {
  // Reading the rows of a few users is faster than filling a table.
  if (isLookedUp(query.scope)) return read(undefined);
  const { project, scope } = query;
  return answers.tables.use(
    userSums(query, new Sql(answers)),
    (kept) => {
      if (kept === undefined) return read(undefined);
      const sums = { table: kept.name, isUnique: !kept.isFlagged };
      return withMatching(answers, { project, users: scope.users }, (matching) =>
        read({ ...sums, matching }),
      );
    },
    only,
  );
}

/**
 * The keys of the users that match a filter, for the ranking of a list: `undefined` if the memory tables include
 * everything written so far, so that a query on them selects the users, and the list does not wait for their keys.
 */
export async function keysForRanking(
  answers: RecentAnswers,
  query: UserSumsQuery,
): Promise<UserKeys | undefined> {
  const { project, scope } = query;
  const { users, hasAliases } = scope;
  // Without keys, also the sums of a few users come from the table.
  const ofTable = { ...query, scope: { users, hasAliases } };
  const isInTables = await withUserSums(
    answers,
    ofTable,
    (sums) => Promise.resolve(sums?.matching !== undefined),
    'exact',
  );
  return isInTables ? undefined : readMatchingKeys(answers, { project, users });
}
