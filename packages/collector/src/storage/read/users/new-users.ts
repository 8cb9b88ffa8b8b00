import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { callConditions, hasUserFilter, namesCalls } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { partsOf } from '../query/range.ts';
import type { Range } from '../query/range.ts';
import { partCondition } from '../usage/usage-source.ts';
import { isMatching } from './matching-keys.ts';
import type { UserScope } from './matching-keys.ts';
import { nsConditions } from './user-extras.ts';
import { canonicalKey } from './user-ranking.ts';

export interface NewUsersQuery {
  readonly project: string;
  readonly filter: CallFilter;
  readonly scope: UserScope;
}

/** The keys of the users that a range has under the filter, aliases counted for whom they belong to. */
function usersThere({ project, filter, scope }: NewUsersQuery, range: Range, sql: Sql): string {
  const alive = namesCalls(filter) ? 'calls' : 'calls + seen';
  const parts = partsOf(range).map((part) => {
    const conditions = [
      `project = ${sql.text(project)}`,
      ...partCondition(part, sql),
      ...callConditions(filter, sql),
      sql.isShown,
      "user_key != cityHash64('')",
    ];
    return `SELECT user_key, sum(${alive}) AS alive FROM ${USAGE_TABLES[part.unit]} WHERE ${all(conditions)} GROUP BY user_key`;
  });
  const { key, join } = canonicalKey({ project, hasAliases: scope.hasAliases }, sql);
  return `SELECT ${key} AS key FROM (${parts.join(' UNION ALL ')}) AS u${join} GROUP BY key HAVING sum(u.alive) > 0`;
}

/** How many of the users of each range were seen for the first time in it. A merged user is as old as its oldest id. */
export async function countNewUsers(
  store: Store,
  query: NewUsersQuery,
  ranges: readonly Range[],
): Promise<readonly number[]> {
  const { project, filter, scope } = query;
  const sql = new Sql(store);
  const isNarrowed = Object.keys(filter).length > 0;
  const counts = ranges.map((range, at) => {
    const there = isNarrowed ? [`key IN (${usersThere(query, range, sql)})`] : [];
    return `countIf(${all([...nsConditions('first_', range, sql), ...there])}) AS c${at}`;
  });
  const { key, join } = canonicalKey({ project, hasAliases: scope.hasAliases }, sql);
  const matching = hasUserFilter(scope.users)
    ? ` HAVING ${isMatching('key', { project, ...scope }, sql)}`
    : '';
  const profiles = `SELECT cityHash64(user_id) AS user_key, first_ns FROM profiles WHERE project = ${sql.text(project)}`;
  const [row] = await store.query<Record<string, string>>(
    `SELECT ${counts.join(', ')} FROM (
       SELECT ${key} AS key, min(u.first_ns) AS first_ FROM (${profiles}) AS u${join} GROUP BY key${matching})`,
    sql.parameters,
  );
  return ranges.map((_, at) => Number(row?.[`c${at}`] ?? 0));
}
