import { resolvedAliases } from './resolved-aliases.ts';
import { callConditions, hasUserFilter, namesCalls } from '../query/filters.ts';
import { isMatching, keyConditions } from './matching-keys.ts';
import type { UserScope } from './matching-keys.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { partCondition } from '../usage/usage-source.ts';
import { partsOf } from '../query/range.ts';
import { isMoneyRanking, rankedByCalls } from './user-call-ranking.ts';
import { CALL_RANKINGS } from './users-query.ts';
import type { CallRanking, UserSort, UsersQuery } from './users-query.ts';

/** How users are ranked: by a measure of the roll-ups or a field of the profile. */
interface Ranking {
  readonly measure?: string;
  readonly ofProfile?: string;
  readonly type: 'Int64' | 'Decimal' | 'String';
}

const RANKINGS: Readonly<Record<Exclude<UserSort, CallRanking>, Ranking>> = {
  cost: { measure: 'cost', type: 'Decimal' },
  calls: { measure: 'calls', type: 'Int64' },
  tokens: { measure: 'input_tokens + output_tokens', type: 'Int64' },
  cached: { measure: 'cached_tokens', type: 'Int64' },
  errors: { measure: 'errors', type: 'Int64' },
  lastSeen: { ofProfile: 'max(last_ns)', type: 'Int64' },
  firstSeen: { ofProfile: 'min(first_ns)', type: 'Int64' },
  name: { ofProfile: 'lowerUTF8(substring(max(name), 21))', type: 'String' },
  change: { measure: 'cost', type: 'Decimal' },
};

function isCallRanking(sort: UserSort): sort is CallRanking {
  return (CALL_RANKINGS as readonly string[]).includes(sort);
}

/** SQL of a cursor's value for comparison. */
export function cursorValue(sort: UserSort, value: string, sql: Sql): string {
  const type = isCallRanking(sort) ? (isMoneyRanking(sort) ? 'Decimal' : 'Int64') : RANKINGS[sort].type;
  if (type === 'String') return sql.text(value);
  if (!/^-?\d{1,20}(\.\d{1,18})?$/.test(value)) {
    throw foreignCursor();
  }
  return type === 'Decimal' ? `toDecimal128(${sql.text(value)}, 18)` : `toInt64(${sql.text(value)})`;
}

/** SQL over `u` of the canonical user's key, and the join that it needs. */
export function canonicalKey(
  query: { readonly project: string; readonly hasAliases: boolean },
  sql: Sql,
): { key: string; join: string } {
  if (!query.hasAliases) return { key: 'u.user_key', join: '' };
  const aliases = `SELECT cityHash64(alias_id) AS alias_key, cityHash64(canonical) AS canonical_key
    FROM (${resolvedAliases(sql.text(query.project))})`;
  return {
    key: 'if(a.canonical_key = 0, u.user_key, a.canonical_key)',
    join: ` LEFT JOIN (${aliases}) AS a ON a.alias_key = u.user_key`,
  };
}

/**
 * A query for `key` and `value` of every user in the range. It reads only three columns and groups by eight bytes, so
 * that it stays fast with a million users' days.
 */
function rankedByUsage(
  query: UsersQuery,
  measure: string,
  sql: Sql,
  { withClaimed = false }: { readonly withClaimed?: boolean } = {},
): string {
  const { project, range, calls } = query;
  // With a filter of calls, users without a matching call are not in the list.
  const alive = namesCalls(calls) ? 'calls' : 'calls + seen';
  const matching = keyConditions(query, sql);
  const before = query.sort === 'change' && query.before !== undefined ? partsOf(query.before) : [];
  const inRange = partsOf(range);
  const parts = [...inRange, ...before].map((part, at) => {
    const isBefore = at >= inRange.length;
    const conditions = [
      `project = ${sql.text(project)}`,
      ...partCondition(part, sql),
      ...callConditions(calls, sql),
      sql.isShown,
      ...matching.ofRows,
      // Excludes calls without a user. By key, so that the ids are not read.
      "user_key != cityHash64('')",
    ];
    // Users who are only in the range before are not in the list.
    const claimed = withClaimed ? `, sumIf(${measure}, ${sql.isClaimed}) AS claimed` : '';
    return `SELECT user_key, ${isBefore ? '-' : ''}sumIf(${measure}, ${sql.isCounted}) AS value, ${isBefore ? '0' : `sum(${alive})`} AS alive${claimed} FROM ${USAGE_TABLES[part.unit]}
      WHERE ${all(conditions)} GROUP BY user_key`;
  });
  const { key, join } = canonicalKey(query, sql);
  const [only] = parts;
  const source = parts.length === 1 ? String(only) : parts.join(' UNION ALL ');
  const claimed = withClaimed ? ', sum(u.claimed) AS claimed' : '';
  return `SELECT ${key} AS key, sum(u.value) AS value, sum(u.alive) AS alive_${claimed} FROM (${source}) AS u${join}
    GROUP BY key HAVING ${all(['alive_ > 0', ...matching.ofSums])}`;
}

/** A query for `key`, cost (`value`) and cost of claimed calls (`claimed`) of every user of a list. */
export function costsOfUsers(query: Omit<UsersQuery, 'sort' | 'isDescending' | 'limit'>, sql: Sql): string {
  return rankedByUsage({ ...query, sort: 'cost', isDescending: true, limit: 0 }, 'cost', sql, {
    withClaimed: true,
  });
}

/** A query for `key` and `value` of every user of a list. */
export function rankedUsers(query: UsersQuery, sql: Sql): string {
  const { sort } = query;
  if (isCallRanking(sort)) {
    const listed = rankedByUsage(query, 'calls', sql);
    return rankedByCalls({ ...query, sort }, listed, canonicalKey(query, sql), sql);
  }
  const { measure, ofProfile } = RANKINGS[sort];
  if (measure !== undefined) return rankedByUsage(query, measure, sql);
  const there = rankedByUsage(query, 'calls', sql);
  return `SELECT cityHash64(user_id) AS key, ${ofProfile} AS value FROM profiles
    WHERE project = ${sql.text(query.project)} AND cityHash64(user_id) IN (SELECT key FROM (${there})) GROUP BY user_id`;
}

/** The condition for users of a list; `key` is the SQL of the user's key. */
export function keyCondition(
  query: UserScope & { readonly project: string },
  sql: Sql,
  key = 'user_key',
): string {
  const { project, users } = query;
  if (!hasUserFilter(users)) return "user_id != ''";
  if (!query.hasAliases) return isMatching(key, query, sql);
  const resolved = resolvedAliases(sql.text(project));
  const aliases = `SELECT cityHash64(alias_id) FROM (${resolved})`;
  const members = `${aliases} WHERE ${isMatching('cityHash64(canonical)', query, sql)}`;
  return `(${key} IN (${members}) OR (${isMatching(key, query, sql)} AND ${key} NOT IN (${aliases})))`;
}

/** The ids of users by their keys. May be as old as the cached list, whose length is `total`. */
export async function idsOfKeys(
  answers: RecentAnswers,
  project: string,
  keys: readonly string[],
  total: number,
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const sql = new Sql(answers);
  const of = sql.text(project);
  const list = sql.param(keys.map(BigInt), 'Array(UInt64)');
  // A user whose calls all have an alias is only found by that alias.
  const rows = await answers.query<{ key: string; id: string }>(
    `SELECT toString(user_key) AS key, user_id AS id FROM usage_day WHERE project = ${of} AND user_key IN ${list} GROUP BY user_key, user_id
     UNION ALL
     SELECT DISTINCT toString(cityHash64(canonical)) AS key, canonical AS id FROM (${resolvedAliases(of)})
     WHERE cityHash64(canonical) IN ${list}`,
    sql.parameters,
    () => total,
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}
