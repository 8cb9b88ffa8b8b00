import { CHANGES_SUMS } from '../../engine/measures.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import type { TimeSpan } from './window-parts.ts';

export interface CallsAheadQuery {
  readonly project: string;
  /** Milliseconds since the Unix epoch. */
  readonly afterMs: number;
  /** Only these users. Default: all. */
  readonly userIds?: readonly string[];
}

/**
 * Users with calls in minutes after a time, with the last such minute in milliseconds since the Unix epoch. The empty
 * string stands for all calls of the project. If there are none, only one small query runs.
 */
export async function readCallsAhead(
  store: Store,
  { project, afterMs, userIds }: CallsAheadQuery,
): Promise<ReadonlyMap<string, number>> {
  const after = Math.floor(afterMs / 1000);
  const [total] = await store.query<{ last: number }>(
    'SELECT max(minute) AS last FROM totals_by_minute WHERE project = {project:String} AND minute > {after:UInt32}',
    { project, after },
  );
  const last = total?.last ?? 0;
  if (last === 0) return new Map();
  const sql = new Sql(store);
  const where = all([
    `project = ${sql.text(project)}`,
    `minute > ${sql.integer(BigInt(after))}`,
    CHANGES_SUMS,
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
  ]);
  const rows = await store.query<{ user_id: string; last: number }>(
    `SELECT user_id, max(minute) AS last FROM usage_by_minute WHERE ${where} GROUP BY user_id`,
    sql.parameters,
    { isBackground: true },
  );
  return new Map([...rows.map((row): [string, number] => [row.user_id, row.last * 1000]), ['', last * 1000]]);
}

/** For each span of whole minutes, the users with calls in it. May include users whose calls were deleted. */
export async function readUsersOfSpans(
  store: Store,
  project: string,
  spans: readonly TimeSpan[],
): Promise<readonly ReadonlySet<string>[]> {
  const found = spans.map(() => new Set<string>());
  const conditions = spans
    .filter(({ fromMs, toMs }) => fromMs < toMs)
    .map(({ fromMs, toMs }) => `minute >= ${fromMs / 1000} AND minute < ${toMs / 1000}`);
  if (conditions.length === 0) return found;
  const rows = await store.query<{ user_id: string; minute: number }>(
    `SELECT DISTINCT user_id, minute FROM usage_by_minute
     WHERE project = {project:String} AND user_id != '' AND (${CHANGES_SUMS}) AND (${[...new Set(conditions)].join(' OR ')})`,
    { project },
    { isBackground: true },
  );
  for (const { user_id: id, minute } of rows) {
    for (const [at, { fromMs, toMs }] of spans.entries()) {
      if (minute * 1000 >= fromMs && minute * 1000 < toMs) found[at]?.add(id);
    }
  }
  return found;
}
