import type { Store } from '../../engine/store.ts';
import { hasUserFilter, matchingUsers } from '../query/filters.ts';
import { Sql } from '../../engine/sql.ts';
import type { UserFilter } from '../query/filters.ts';

/** Which users figures are about: everybody, and calls without a user, where the filter is empty. */
export interface UserScope {
  readonly users: UserFilter;
  /** The keys of the users that the filter means, where they are known. */
  readonly keys?: readonly bigint[] | undefined;
  /** Whether the project has aliases at all; a join less where it has none. */
  readonly hasAliases: boolean;
}

/** Everybody. */
export const EVERYBODY: UserScope = { users: { props: new Map() }, hasAliases: true };

/** Most users that are named one by one; more are looked for again wherever they are needed. */
const MAX_NAMED = 20_000;

/** The keys of the users that a filter means; `undefined` without a filter, and where it means very many. */
export async function readMatchingKeys(
  store: Store,
  { project, users }: { readonly project: string; readonly users: UserFilter },
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
export function matchingKeys(
  { project, users, keys }: UserScope & { readonly project: string },
  sql: Sql,
): string {
  return keys === undefined
    ? `SELECT cityHash64(user_id) FROM (${matchingUsers(project, users, sql)})`
    : `SELECT arrayJoin(${sql.param(keys, 'Array(UInt64)')})`;
}
