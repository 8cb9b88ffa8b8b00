import type { ReadContext } from '../query/read-context.ts';
import type { CallFilter } from '../query/filters.ts';
import { showTime } from './profiles-query.ts';
import { rangeBefore } from '../query/range.ts';
import type { Range } from '../query/range.ts';
import { userRows } from './user-rows.ts';
import type { UserJson } from './user-rows.ts';

export interface UserQuery {
  readonly project: string;
  /** The canonical id, then the aliases. */
  readonly ids: readonly [string, ...string[]];
  readonly range: Range;
  readonly filter: CallFilter;
}

/** A user with all details. */
export interface UserDetail extends UserJson {
  readonly aliasesSince: readonly { readonly id: string; readonly at: string }[];
}

async function readAliases(
  context: ReadContext,
  { project, ids }: UserQuery,
): Promise<UserDetail['aliasesSince']> {
  const rows = await context.store.query<{ alias_id: string; at_ms: string }>(
    `SELECT alias_id, at_ms FROM aliases FINAL WHERE project = {project:String} AND alias_id IN {ids:Array(String)} AND alias_id != user_id
     ORDER BY at_ms, alias_id`,
    { project, ids: ids.slice(1) },
  );
  return rows.map((row) => ({ id: row.alias_id, at: showTime(`${row.at_ms}000000`) }));
}

/** The details of a user; `undefined` if the project has no such user. */
export async function readUser(context: ReadContext, query: UserQuery): Promise<UserDetail | undefined> {
  const { project, ids, range, filter } = query;
  const wanted = {
    project,
    range,
    filter,
    includeTrend: true,
    includeMedian: true,
    includeLatency: true,
    before: rangeBefore(range, context.clock()) ?? null,
  };
  const [[row], aliasesSince] = await Promise.all([
    userRows(context, [ids[0]], wanted),
    readAliases(context, query),
  ]);
  return row === undefined ? undefined : { ...row, aliasesSince };
}
