import type { Queries } from '../../engine/store.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { exactRange } from '../query/range.ts';
import type { ExactRange, Range } from '../query/range.ts';
import { all, Sql } from '../../engine/sql.ts';

type Members = ReadonlyMap<string, readonly string[]>;

/** Conditions for a range on a time column in nanoseconds. */
export function nsConditions(column: string, range: Range, sql: Sql): string[] {
  return exactConditions(column, exactRange(range), sql);
}

/** As {@link nsConditions}, for an exact range. */
export function exactConditions(column: string, { fromNs, toNs }: ExactRange, sql: Sql): string[] {
  return [
    ...(fromNs === undefined ? [] : [`${column} >= ${sql.integer(fromNs)}`]),
    ...(toNs === undefined ? [] : [`${column} < ${sql.integer(toNs)}`]),
  ];
}

/** A query for `user_id` and `thread_id` of the calls of threads that match a filter and are in a range. */
export function callsInThreads(
  {
    project,
    range,
    filter,
    userIds,
  }: {
    readonly project: string;
    readonly range: Range;
    readonly filter: CallFilter;
    /** Only calls of these users. Default: all calls, also those without a user. */
    readonly userIds?: readonly string[];
  },
  sql: Sql,
): string {
  const where = all([
    `project = ${sql.text(project)}`,
    "thread_id != ''",
    sql.isShown,
    ...nsConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
  ]);
  const tables = userIds === undefined ? ['calls', 'calls_unattributed'] : ['calls'];
  return tables
    .map((table) => `SELECT user_id, thread_id FROM ${table} FINAL WHERE ${where}`)
    .join(' UNION ALL ');
}

/** SQL of the user among `members` to whom the row's `user_id` belongs. */
function ownerSql(members: Members, sql: Sql): string {
  const pairs = [...members].flatMap(([id, list]) => list.map((member) => [member, id] as const));
  const from = sql.texts(pairs.map(([member]) => member));
  return `transform(user_id, ${from}, ${sql.texts(pairs.map(([, id]) => id))}, user_id)`;
}

/**
 * Number of threads of each user with a matching call in the range. A thread with several ids of a user counts once.
 */
export async function readThreadCounts(
  store: Queries,
  project: string,
  members: Members,
  range: Range,
  filter: CallFilter,
): Promise<ReadonlyMap<string, number>> {
  const ids = [...members.values()].flat();
  if (ids.length === 0) return new Map();
  const sql = new Sql(store);
  const rows = await store.query<{ id: string; threads: string }>(
    `SELECT ${ownerSql(members, sql)} AS id, uniqExact(thread_id) AS threads
     FROM (${callsInThreads({ project, range, filter, userIds: ids }, sql)}) GROUP BY id`,
    sql.parameters,
  );
  return new Map(rows.map((row) => [row.id, Number(row.threads)]));
}

/** Median cost of the priced calls of each user, computed from the calls. */
export async function readMedians(
  store: Queries,
  project: string,
  members: Members,
  range: Range,
  filter: CallFilter,
): Promise<ReadonlyMap<string, number>> {
  const ids = [...members.values()].flat();
  if (ids.length === 0) return new Map();
  const sql = new Sql(store);
  const conditions = [
    `project = ${sql.text(project)}`,
    `user_id IN ${sql.texts(ids)}`,
    'cost IS NOT NULL',
    sql.isCounted,
    ...nsConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
  ];
  const rows = await store.query<{ id: string; median: number }>(
    `SELECT ${ownerSql(members, sql)} AS id, quantileExactInclusive(0.5)(toFloat64(cost)) AS median
     FROM calls FINAL WHERE ${all(conditions)} GROUP BY id`,
    sql.parameters,
  );
  return new Map(rows.map((row) => [row.id, row.median]));
}
