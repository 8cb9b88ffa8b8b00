import { all, Sql } from '../../engine/sql.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import type { Range } from '../query/range.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import type { UserScope } from '../users/matching-keys.ts';
import { canonicalId } from '../users/resolved-aliases.ts';
import { nsConditions } from '../users/user-extras.ts';
import { KEYS } from './breakdown-query.ts';
import type { BreakdownOf } from './breakdown-query.ts';
import { showDecimal } from './figures.ts';
import { NO_CALLS, percentilesOf, ranksOf } from './percentiles.ts';
import type { Percentiles } from './percentiles.ts';
import { GROUP_NAME, joinGroups } from './group-of-user.ts';
import { KEY_OF_CALL, scopeConditions } from './scoped-source.ts';

/** Exact figures that cannot be derived from sums and are computed from the calls. */
export interface CallFacts {
  readonly latency: Percentiles;
  /** Of the calls that state it, which are streamed ones. */
  readonly firstChunk: Percentiles;
  /** Number of conversations. A conversation with several users counts once for each. */
  readonly threads: number;
  /** Cost of the calls of those conversations, in exact US dollars; `null` if none of the calls has a price. */
  readonly threadCostExact: string | null;
}

export interface CallFactsQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  readonly scope: UserScope;
  /** How to group; without it, all calls are one group. */
  readonly of?: BreakdownOf;
  /** Only calls of these users. */
  readonly userIds?: readonly string[];
  /** Groups by user: the canonical id of each of `userIds`. */
  readonly owners?: ReadonlyMap<string, string>;
}

interface FactsRow {
  readonly key: string;
  readonly provider: string;
  readonly n: string;
  readonly ranks: readonly string[];
  readonly chunks: string;
  readonly chunkRanks: readonly string[];
  readonly threads: string;
  readonly threadPriced: string;
  readonly threadUsd: string;
}

/** The figures without any call. */
export const NO_FACTS: CallFacts = {
  latency: NO_CALLS,
  firstChunk: NO_CALLS,
  threads: 0,
  threadCostExact: '0',
};

/** The SQL of a call's key. */
export function keyOf({ of, owners }: CallFactsQuery, sql: Sql): string {
  if (owners !== undefined) {
    const from = sql.texts([...owners.keys()]);
    return `transform(user_id, ${from}, ${sql.texts([...owners.values()])}, user_id)`;
  }
  if (of === undefined) return "''";
  return of === 'group' ? GROUP_NAME : KEYS[of];
}

/** A query for the selected calls, with the columns of their keys and `columns`. */
export function callsSql(query: CallFactsQuery, columns: readonly string[], sql: Sql): string {
  const { project, range, filter, scope, of, userIds } = query;
  const where = all([
    `project = ${sql.text(project)}`,
    ...nsConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
    sql.isCounted,
    ...scopeConditions(project, scope, sql, KEY_OF_CALL),
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
  ]);
  const isOfUsers = of === 'group' || userIds !== undefined;
  const tables = isOfUsers ? ['calls'] : ['calls', 'calls_unattributed'];
  const read = [
    'user_id',
    'thread_id',
    ...columns,
    ...(of === 'model' ? ['model, provider'] : of === 'tag' ? ['tags'] : of === 'service' ? ['service'] : []),
  ].join(', ');
  return tables.map((table) => `SELECT ${read} FROM ${table} FINAL WHERE ${where}`).join(' UNION ALL ');
}

function factsSql(query: CallFactsQuery, sql: Sql): string {
  const { project, of, scope } = query;
  const { id, join } = canonicalId({ project, hasAliases: scope.hasAliases }, sql);
  const calls = callsSql(query, ['cost', 'duration_ns', 'first_chunk_ns'], sql);
  return `SELECT ${keyOf(query, sql)} AS key, ${of === 'model' ? 'provider' : "''"} AS provider, count() AS n,
      ${ranksOf('duration_ns', '1')} AS ranks,
      countIf(first_chunk_ns > 0) AS chunks, ${ranksOf('first_chunk_ns', 'first_chunk_ns > 0')} AS chunkRanks,
      uniqExactIf((${id}, thread_id), thread_id != '') AS threads,
      countIf(cost IS NOT NULL AND thread_id != '') AS threadPriced,
      sumIf(ifNull(cost, toDecimal128(0, 18)), thread_id != '') AS threadUsd
    FROM (${calls}) AS u${join}${of === 'group' ? joinGroups(project, sql) : ''} GROUP BY key, provider`;
}

function factsOf(row: FactsRow): CallFacts {
  return {
    latency: percentilesOf(Number(row.n), row.ranks),
    firstChunk: percentilesOf(Number(row.chunks), row.chunkRanks),
    threads: Number(row.threads),
    threadCostExact: row.threads !== '0' && row.threadPriced === '0' ? null : showDecimal(row.threadUsd),
  };
}

/** The name of a row of {@link readCallFacts}. */
export function factsKey(key: string, provider: string): string {
  return `${provider}\0${key}`;
}

/** Percentiles and conversations, by {@link factsKey}. With many calls, they may be a few seconds old. */
export async function readCallFacts(
  answers: RecentAnswers,
  query: CallFactsQuery,
): Promise<ReadonlyMap<string, CallFacts>> {
  const sql = new Sql(answers);
  const rows = await answers.query<FactsRow>(factsSql(query, sql), sql.parameters, (found) =>
    found.reduce((sum, { n }) => sum + Number(n), 0),
  );
  return new Map(rows.map((row) => [factsKey(row.key, row.provider), factsOf(row)]));
}
