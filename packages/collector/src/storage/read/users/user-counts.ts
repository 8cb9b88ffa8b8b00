import { callConditions, namesCalls } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import type { Range } from '../query/range.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { unitsOf } from '../usage/usage-source.ts';
import { keyConditions } from './matching-keys.ts';
import type { UserScope } from './matching-keys.ts';
import { nsConditions } from './user-extras.ts';
import { canonicalKey } from './user-ranking.ts';

export interface UserCountsQuery {
  readonly project: string;
  readonly filter: CallFilter;
  readonly scope: UserScope;
  readonly ranges: readonly Range[];
}

/** Number of users of a range, and how many of them were first seen in it. */
export interface UserCounts {
  readonly users: number;
  readonly newUsers: number;
}

/** A query with one row per user: whether it is in each range, and when it was first seen. */
function usersSql({ project, filter, scope, ranges }: UserCountsQuery, sql: Sql): string {
  const matching = keyConditions({ project, ...scope }, sql);
  const of = [`project = ${sql.text(project)}`, ...matching.ofRows];
  // With a filter of calls, users without a matching call are not counted.
  const alive = namesCalls(filter) ? 'calls' : 'calls + seen';
  const usage = unitsOf(ranges, sql).map(({ unit, within }) => {
    const sums = within.map((condition, at) => `sumIf(${alive}, ${condition}) AS alive_${at}`);
    const conditions = [
      `(${within.join(' OR ')})`,
      ...of,
      ...callConditions(filter, sql),
      sql.isShown,
      "user_key != cityHash64('')",
    ];
    return `SELECT user_key, 0 AS known, 0 AS first_ns, ${sums.join(', ')}
      FROM ${USAGE_TABLES[unit]} WHERE ${all(conditions)} GROUP BY user_key`;
  });
  const none = ranges.map((_, at) => `0 AS alive_${at}`);
  const profiles = `SELECT cityHash64(user_id) AS user_key, 1 AS known, first_ns, ${none.join(', ')}
    FROM profiles WHERE ${all(of)}`;
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
  const { filter, ranges } = query;
  const sql = new Sql(answers);
  const isNarrowed = Object.keys(filter).length > 0;
  const source = usersSql(query, sql);
  const counts = ranges.map((range, at) => {
    const isNew = ['known_', ...nsConditions('first_', range, sql), ...(isNarrowed ? [`there_${at}`] : [])];
    return `countIf(there_${at}) AS users_${at}, countIf(${all(isNew)}) AS new_${at}`;
  });
  const [row] = await answers.query<Record<string, string>>(
    `SELECT ${counts.join(', ')} FROM (${source})`,
    sql.parameters,
    ([found]) => Number(found?.['users_0'] ?? 0),
  );
  return ranges.map((_, at) => ({
    users: Number(row?.[`users_${at}`] ?? 0),
    newUsers: Number(row?.[`new_${at}`] ?? 0),
  }));
}
