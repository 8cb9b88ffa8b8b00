import type { Sql } from '../../engine/sql.ts';
import { hasUserFilter } from '../query/filters.ts';
import type { UserScope } from '../users/matching-keys.ts';
import { keyCondition } from '../users/user-ranking.ts';
import { rangesSource, totalsSource, usageSource } from './usage-source.ts';
import type { UsageQuery } from './usage-source.ts';
import type { Range } from '../query/range.ts';

export interface ScopedQuery extends UsageQuery {
  readonly scope: UserScope;
}

/** SQL of the user's key for calls, which have no column for it. */
export const KEY_OF_CALL = 'cityHash64(user_id)';

/** The condition for users of a scope; none if the scope is all users. `key` is the SQL of the user's key. */
export function scopeConditions(
  project: string,
  scope: UserScope,
  sql: Sql,
  key = 'user_key',
): readonly string[] {
  return hasUserFilter(scope.users) ? [keyCondition({ project, ...scope }, sql, key)] : [];
}

/** A query for sums of the users of a scope, by user or by other columns of the users' roll-ups. */
export function userSource({ scope, ...query }: ScopedQuery, sql: Sql): string {
  const where = [...(query.where ?? []), ...scopeConditions(query.project, scope, sql)];
  return usageSource({ ...query, where }, sql);
}

/** A query for sums of the users of a scope in ranges that do not overlap; `at` is the index of the range. */
export function userRangesSource(
  {
    scope,
    ...query
  }: Omit<ScopedQuery, 'range' | 'by' | 'where' | 'sums'> & { readonly ranges: readonly Range[] },
  sql: Sql,
): string {
  return rangesSource({ ...query, where: scopeConditions(query.project, scope, sql) }, sql);
}

/** A query for the total of the users of a scope. For all users it reads the much smaller table of project totals. */
export function scopedSource(query: ScopedQuery, sql: Sql): string {
  return hasUserFilter(query.scope.users) ? userSource(query, sql) : totalsSource(query, sql);
}
