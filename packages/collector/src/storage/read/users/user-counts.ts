import type { CallFilter } from '../query/filters.ts';
import type { Range } from '../query/range.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { rowsOfAllUsers, unitsOf } from '../usage/usage-source.ts';
import { keyConditions, matchingSums } from './matching-keys.ts';
import type { UserScope } from './matching-keys.ts';
import { withProfileTable } from './tables/profile-table.ts';
import { nsConditions } from './user-extras.ts';
import { canonicalKey } from './resolved-aliases.ts';
import { IN_BEFORE, IN_RANGE, presenceOf, withUserSums } from './tables/user-sums.ts';
import type { UserSums } from './tables/user-sums.ts';

export interface UserCountsQuery {
  readonly project: string;
  readonly filter: CallFilter;
  readonly scope: UserScope;
  readonly range: Range;
  /** The range to compare with, if there is one. */
  readonly before?: Range | undefined;
  /** Whether these users are only counted. A memory table of their sums would then be read only once. */
  readonly isOnlyCount?: boolean;
}

/** Number of users of a range, and how many of them were first seen in it. */
export interface UserCounts {
  readonly users: number;
  readonly newUsers: number;
}

function rangesOf({ range, before }: UserCountsQuery): readonly Range[] {
  return before === undefined ? [range] : [range, before];
}

/** The condition for each range in the memory table of user sums. */
const PLACES = [IN_RANGE, IN_BEFORE];

/**
 * A query with one row per user: whether it is in each range, and when it was first seen. Reads the memory table of user
 * sums if there is one.
 */
function usersSql(query: UserCountsQuery, sql: Sql, table: string | undefined): string {
  const { project, filter, scope } = query;
  const ranges = rangesOf(query);
  const matching = keyConditions({ project, ...scope }, sql);
  const inTable = (): readonly string[] => {
    const sums = ranges.map((_, at) => `if(${PLACES[at]}, ${presenceOf(filter)}, 0) AS alive_${at}`);
    return [`SELECT key AS user_key, 0 AS known, 0 AS first_ns, ${sums.join(', ')} FROM ${table}`];
  };
  const addedUp = (): readonly string[] =>
    unitsOf(ranges, sql).map(({ unit, within }) => {
      const sums = within.map((condition, at) => `sumIf(${presenceOf(filter)}, ${condition}) AS alive_${at}`);
      const conditions = [...rowsOfAllUsers(query, sql), `(${within.join(' OR ')})`, ...matching.ofRows];
      return `SELECT user_key, 0 AS known, 0 AS first_ns, ${sums.join(', ')}
      FROM ${USAGE_TABLES[unit]} WHERE ${all(conditions)} GROUP BY user_key`;
    });
  const usage = table === undefined ? addedUp() : inTable();
  const none = ranges.map((_, at) => `0 AS alive_${at}`);
  const profiles = `SELECT cityHash64(user_id) AS user_key, 1 AS known, first_ns, ${none.join(', ')}
    FROM profiles WHERE ${all([`project = ${sql.text(project)}`, ...matching.ofRows])}`;
  const { key, join } = canonicalKey({ project, hasAliases: scope.hasAliases }, sql);
  const there = ranges.map((_, at) => `sum(u.alive_${at}) > 0 AS there_${at}`);
  const having = matching.ofSums.length === 0 ? '' : ` HAVING ${all(matching.ofSums)}`;
  return `SELECT ${key} AS key, ${there.join(', ')}, max(u.known) = 1 AS known_, minIf(u.first_ns, u.known = 1) AS first_
    FROM (${[...usage, profiles].join(' UNION ALL ')}) AS u${join} GROUP BY key${having}`;
}

/**
 * Counts the users of all ranges in one pass. A merged user is as old as its oldest id. Without a filter of calls,
 * users who only have a profile are included.
 */
export async function countUsers(
  answers: RecentAnswers,
  query: UserCountsQuery,
): Promise<readonly UserCounts[]> {
  const counts = await readCounts(answers, query);
  return rangesOf(query).map((_, at) => ({
    users: Number(counts?.[`users_${at}`] ?? 0),
    newUsers: Number(counts?.[`new_${at}`] ?? 0),
  }));
}

type CountsRow = Readonly<Record<string, string>>;

function readCounts(answers: RecentAnswers, query: UserCountsQuery): Promise<CountsRow | undefined> {
  if (query.isOnlyCount === true) return askCounts(answers, (sql) => addedUpCounts(query, sql));
  return withUserSums(answers, query, (sums) => {
    // With aliases, several profiles belong to one user.
    if (sums === undefined || query.scope.hasAliases) {
      return askCounts(answers, (sql) => addedUpCounts(query, sql, sums?.table));
    }
    return withProfileTable(answers, query.project, (profiles) =>
      askCounts(answers, (sql) =>
        profiles === undefined
          ? addedUpCounts(query, sql, sums.table)
          : countsInTables(query, sql, { sums, profiles }),
      ),
    );
  });
}

async function askCounts(
  answers: RecentAnswers,
  countsSql: (sql: Sql) => string,
): Promise<CountsRow | undefined> {
  const sql = new Sql(answers);
  const [row] = await answers.query<CountsRow>(countsSql(sql), sql.parameters, ([found]) =>
    Number(found?.['users_0'] ?? 0),
  );
  return row;
}

/** Whether new users have to match a filter of calls. */
function isNarrowed({ filter }: UserCountsQuery): boolean {
  return Object.keys(filter).length > 0;
}

function addedUpCounts(query: UserCountsQuery, sql: Sql, sums?: string): string {
  const source = usersSql(query, sql, sums);
  const counts = rangesOf(query).map((range, at) => {
    const there = isNarrowed(query) ? [`there_${at}`] : [];
    const isNew = ['known_', ...nsConditions('first_', range, sql), ...there];
    return `countIf(there_${at}) AS users_${at}, countIf(${all(isNew)}) AS new_${at}`;
  });
  return `SELECT ${counts.join(', ')} FROM (${source})`;
}

/** The counts from the memory tables of sums and profiles. Without aliases, each user is one row of both. */
function countsInTables(
  query: UserCountsQuery,
  sql: Sql,
  { sums, profiles }: { readonly sums: UserSums; readonly profiles: string },
): string {
  const ranges = rangesOf(query);
  const matching = matchingSums({ project: query.project, ...query.scope }, sql, sums.matching);
  const presence = presenceOf(query.filter);
  const { table, isUnique } = sums;
  const users = ranges.map((_, at) => `countIf(here_${at}) AS users_${at}`);
  const hereIn = (place: string | undefined): string =>
    isUnique ? `(${place} AND ${presence} > 0)` : `sumIf(${presence}, ${place}) > 0`;
  const isHere = ranges.map((_, at) => `${hereIn(PLACES[at])} AS here_${at}`);
  // With one row for each user and range, every row counts at most one user.
  const byUser = isUnique ? '' : ' GROUP BY key';
  const newUsers = ranges.map((range, at) => {
    const there = isNarrowed(query)
      ? [`key IN (SELECT key FROM ${table} WHERE ${PLACES[at]} GROUP BY key HAVING sum(${presence}) > 0)`]
      : [];
    return `countIf(${all([...nsConditions('first_ns', range, sql), ...there])}) AS new_${at}`;
  });
  return `SELECT * FROM (SELECT ${users.join(', ')} FROM (SELECT ${isHere.join(', ')} FROM ${table} WHERE ${all(matching)}${byUser})) AS in_ranges
    CROSS JOIN (SELECT ${newUsers.join(', ')} FROM ${profiles} WHERE ${all(matching)}) AS first_seen`;
}
