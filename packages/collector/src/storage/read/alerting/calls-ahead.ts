import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { ofUsers } from '../usage/usage-source.ts';

export interface CallsAheadQuery {
  readonly project: string;
  /** Milliseconds since the Unix epoch. */
  readonly afterMs: number;
  /** Only these users; all of them without it. */
  readonly userIds?: readonly string[];
}

/**
 * Users with calls in minutes that begin after a time, with the last of these minutes in milliseconds since the Unix epoch.
 * The empty string stands for all calls of the project. Empty where there are none, which one small query tells.
 */
export async function readCallsAhead(
  store: Store,
  { project, afterMs, userIds }: CallsAheadQuery,
): Promise<ReadonlyMap<string, number>> {
  const after = Math.floor(afterMs / 1000);
  const [total] = await store.query<{ last: number }>(
    'SELECT max(minute) AS last FROM totals_minute WHERE project = {project:String} AND minute > {after:UInt32}',
    { project, after },
  );
  const last = total?.last ?? 0;
  if (last === 0) return new Map();
  const sql = new Sql(store);
  const where = all([
    `project = ${sql.text(project)}`,
    `minute > ${sql.integer(BigInt(after))}`,
    ...(userIds === undefined ? [] : [ofUsers(userIds, sql)]),
  ]);
  const rows = await store.query<{ user_id: string; last: number }>(
    `SELECT user_id, max(minute) AS last FROM usage_minute WHERE ${where} GROUP BY user_id`,
    sql.parameters,
    { isBackground: true },
  );
  return new Map([...rows.map((row): [string, number] => [row.user_id, row.last * 1000]), ['', last * 1000]]);
}
