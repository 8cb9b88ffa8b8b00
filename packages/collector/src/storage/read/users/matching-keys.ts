import type { Store } from '../../engine/store.ts';
import { hasUserFilter, matchingUsers } from '../query/filters.ts';
import { Sql } from '../../engine/sql.ts';
import type { UsersQuery } from './users-query.ts';

/** Most users that are named one by one; more are looked for again wherever they are needed. */
const MAX_NAMED = 20_000;

/** The keys of the users that a filter means; `undefined` without a filter, and where it means very many. */
export async function readMatchingKeys(
  store: Store,
  { project, users }: Pick<UsersQuery, 'project' | 'users'>,
): Promise<readonly bigint[] | undefined> {
  if (!hasUserFilter(users)) return undefined;
  const sql = new Sql(store);
  const rows = await store.query<{ key: string }>(
    `SELECT toString(cityHash64(user_id)) AS key FROM (${matchingUsers(project, users, sql)}) LIMIT ${MAX_NAMED + 1}`,
    sql.parameters,
  );
  return rows.length > MAX_NAMED ? undefined : rows.map(({ key }) => BigInt(key));
}

/** A query for the keys of the users that a filter means. */
export function matchingKeys({ project, users, keys }: UsersQuery, sql: Sql): string {
  return keys === undefined
    ? `SELECT cityHash64(user_id) FROM (${matchingUsers(project, users, sql)})`
    : `SELECT arrayJoin(${sql.param(keys, 'Array(UInt64)')})`;
}
