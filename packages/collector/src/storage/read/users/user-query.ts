import type { ReadContext } from '../query/read-context.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { showTime } from './profiles-query.ts';
import type { Range } from '../query/range.ts';
import { all, Sql } from '../../engine/sql.ts';
import { nsConditions } from './user-extras.ts';
import { userRows } from './user-rows.ts';
import type { UserJson } from './user-rows.ts';

export interface UserQuery {
  readonly project: string;
  /** The id it is known by first, then its aliases. */
  readonly ids: readonly [string, ...string[]];
  readonly range: Range;
  readonly filter: CallFilter;
}

/** A user on a page of its own. */
export interface UserDetail extends UserJson {
  readonly latency: { readonly p50Ms: number | null; readonly p95Ms: number | null };
  readonly aliasesSince: readonly { readonly id: string; readonly at: string }[];
}

async function readLatency(
  context: ReadContext,
  { project, ids, range, filter }: UserQuery,
): Promise<UserDetail['latency']> {
  const sql = new Sql(context.store);
  const conditions = [
    `project = ${sql.text(project)}`,
    `user_id IN ${sql.texts(ids)}`,
    ...nsConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
    sql.isCounted,
  ];
  const [row] = await context.store.query<{ n: string; both: readonly number[] }>(
    `SELECT count() AS n, quantiles(0.5, 0.95)(duration_ns / 1e6) AS both FROM calls FINAL WHERE ${all(conditions)}`,
    sql.parameters,
  );
  if (row === undefined || Number(row.n) === 0) return { p50Ms: null, p95Ms: null };
  return { p50Ms: row.both[0] ?? null, p95Ms: row.both[1] ?? null };
}

async function readAliases(
  context: ReadContext,
  { project, ids }: UserQuery,
): Promise<UserDetail['aliasesSince']> {
  const rows = await context.store.query<{ alias_id: string; at_ms: string }>(
    `SELECT alias_id, at_ms FROM aliases FINAL WHERE project = {project:String} AND alias_id IN {ids:Array(String)}
     ORDER BY at_ms, alias_id`,
    { project, ids: ids.slice(1) },
  );
  return rows.map((row) => ({ id: row.alias_id, at: showTime(`${row.at_ms}000000`) }));
}

/** Everything that the head of a user's page shows; `undefined` where the project has no such user. */
export async function readUser(context: ReadContext, query: UserQuery): Promise<UserDetail | undefined> {
  const { project, ids, range, filter } = query;
  const wanted = { project, range, filter, includeTrend: true, includeMedian: true };
  const [[row], latency, aliasesSince] = await Promise.all([
    userRows(context, [ids[0]], wanted),
    readLatency(context, query),
    readAliases(context, query),
  ]);
  return row === undefined ? undefined : { ...row, latency, aliasesSince };
}
