import { all } from '../../engine/sql.ts';
import type { Sql } from '../../engine/sql.ts';
import { callConditions } from '../query/filters.ts';
import { ranksOf } from '../usage/percentiles.ts';
import { callsInThreads, nsConditions } from './user-extras.ts';
import type { CallRanking, UsersQuery } from './users-query.ts';

/** Whether the value of a ranking is in US dollars. Otherwise it is an integer. */
export function isMoneyRanking(sort: CallRanking): boolean {
  return sort === 'average' || sort === 'median';
}

function rankOf(column: string, condition: string, rank: number): string {
  return `toInt64(arrayElement(${ranksOf(column, condition)}, ${rank}))`;
}

/** SQL of a user's value over its calls, and the condition for calls that have a value. */
const VALUES: Readonly<Record<Exclude<CallRanking, 'threads'>, { value: string; isKnown: string }>> = {
  p50: { value: rankOf('duration_ns', '1', 1), isKnown: 'count() > 0' },
  p95: { value: rankOf('duration_ns', '1', 2), isKnown: 'count() > 0' },
  p99: { value: rankOf('duration_ns', '1', 3), isKnown: 'count() > 0' },
  firstChunk: {
    value: rankOf('first_chunk_ns', 'first_chunk_ns > 0', 2),
    isKnown: 'countIf(first_chunk_ns > 0) > 0',
  },
  average: {
    value:
      'toDecimal128(assumeNotNull(sum(cost)) / greatest(toInt64(countIf(cost IS NOT NULL)), toInt64(1)), 18)',
    isKnown: 'countIf(cost IS NOT NULL) > 0 AND (countIf(cost IS NULL) = 0 OR assumeNotNull(sum(cost)) != 0)',
  },
  median: {
    value: 'toDecimal128(assumeNotNull(quantileExactInclusive(0.5)(toFloat64(cost))), 18)',
    isKnown: 'countIf(cost IS NOT NULL) > 0',
  },
};

/**
 * A query for `user_key` and `value` of the ids that have one. `key` is the SQL that converts `u.user_key` to the
 * canonical user's key.
 */
function valuesSql(
  query: UsersQuery & { readonly sort: CallRanking },
  canonical: { readonly key: string; readonly join: string },
  sql: Sql,
): string {
  const { project, range, calls, sort } = query;
  const { key, join } = canonical;
  if (sort === 'threads') {
    const of = `SELECT cityHash64(user_id) AS user_key, thread_id
      FROM (${callsInThreads({ project, range, filter: calls }, sql)}) WHERE user_id != ''`;
    return `SELECT ${key} AS key, toInt64(uniqExact(u.thread_id)) AS value FROM (${of}) AS u${join} GROUP BY key`;
  }
  const conditions = [
    `project = ${sql.text(project)}`,
    ...nsConditions('start_ns', range, sql),
    ...callConditions(calls, sql),
    sql.isCounted,
  ];
  const of = `SELECT cityHash64(user_id) AS user_key, duration_ns, first_chunk_ns, cost FROM calls FINAL WHERE ${all(conditions)}`;
  const { value, isKnown } = VALUES[sort];
  return `SELECT ${key} AS key, ${value} AS value FROM (${of}) AS u${join} GROUP BY key HAVING ${isKnown}`;
}

/**
 * A query for `key` and `value` of every user of `there`, which is a query for the keys of a list. Users without a
 * value come last in both orders.
 */
export function rankedByCalls(
  query: UsersQuery & { readonly sort: CallRanking },
  there: string,
  canonical: { readonly key: string; readonly join: string },
  sql: Sql,
): string {
  const missing = query.sort === 'threads' ? '0' : query.isDescending ? '-1' : '1000000000000000000';
  const none = isMoneyRanking(query.sort) ? `toDecimal128('${missing}', 18)` : `toInt64(${missing})`;
  return `SELECT key, if(countIf(known) > 0, maxIf(found, known), ${none}) AS value FROM (
      SELECT key, ${none} AS found, false AS known, true AS listed FROM (${there})
      UNION ALL
      SELECT key, value AS found, true AS known, false AS listed FROM (${valuesSql(query, canonical, sql)})
    ) GROUP BY key HAVING max(listed)`;
}
