import { hasUserFilter, matchingUserKeys } from '../query/filters.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { Sql } from '../../engine/sql.ts';
import type { UserFilter } from '../query/filters.ts';

/** The keys of users: a few as they are, more packed into one text, which the engine reads much faster than a list. */
export type UserKeys =
  | { readonly few: readonly bigint[] }
  /** Base64 of eight bytes for each key, the lowest byte first. */
  | { readonly packed: string; readonly count: number };

/** Which users figures are about: everybody, and calls without a user, where the filter is empty. */
export interface UserScope {
  readonly users: UserFilter;
  /** The keys of the users that the filter means, where they are known. */
  readonly keys?: UserKeys | undefined;
  /** Whether the project has aliases at all; a join less where it has none. */
  readonly hasAliases: boolean;
}

/** Everybody. */
export const EVERYBODY: UserScope = { users: { props: new Map() }, hasAliases: true };

/** From more users on, they are in nearly every place of the table: to look for the places costs more than it saves. */
const FEW = 1_000;
/** Most users whose keys are read once for all queries of a request: three megabytes. More are looked for again in each. */
const MOST = 300_000;
const KEY_BYTES = 8;

/** The keys of the users that a filter means; `undefined` without a filter, and where it means very many. */
export async function readMatchingKeys(
  answers: RecentAnswers,
  { project, users }: { readonly project: string; readonly users: UserFilter },
): Promise<UserKeys | undefined> {
  if (!hasUserFilter(users)) return undefined;
  const sql = new Sql(answers);
  // The parts of a page ask for it at the same moment, and so does the next order of the list.
  const [row] = await answers.query<{ count: string; packed: string }>(
    `SELECT count() AS count, base64Encode(unhex(arrayStringConcat(groupArray(hex(reinterpretAsFixedString(key)))))) AS packed FROM (
       SELECT key FROM (${matchingUserKeys(project, users, sql)}) LIMIT ${MOST + 1})`,
    sql.parameters,
    ([found]) => Number(found?.count ?? 0),
  );
  const { count: counted = '0', packed = '' } = row ?? {};
  const count = Number(counted);
  if (count > MOST) return undefined;
  if (count > FEW) return { packed, count };
  const bytes = Buffer.from(packed, 'base64');
  return { few: Array.from({ length: count }, (_, at) => bytes.readBigUInt64LE(at * KEY_BYTES)) };
}

/** A query for the keys of the users that a filter means. */
function matchingKeys({ project, users, keys }: UserScope & { readonly project: string }, sql: Sql): string {
  if (keys === undefined) return matchingUserKeys(project, users, sql);
  if ('few' in keys) return `SELECT arrayJoin(${sql.param(keys.few, 'Array(UInt64)')})`;
  return `SELECT reinterpretAsUInt64(substring(base64Decode(${sql.text(keys.packed)}), number * ${KEY_BYTES} + 1, ${KEY_BYTES}))
    FROM numbers(${sql.param(keys.count, 'UInt64')})`;
}

function isFew({ keys }: UserScope): boolean {
  return keys !== undefined && 'few' in keys;
}

/** The condition that the user with the key in this column, or expression, is one of those that a filter means. */
export function isMatching(key: string, scope: UserScope & { readonly project: string }, sql: Sql): string {
  return `${isFew(scope) ? key : `identity(${key})`} IN (${matchingKeys(scope, sql)})`;
}

/** Where a query that adds up rows by the key of their user keeps to the users of a scope: conditions of both places. */
export interface KeyConditions {
  /** On the rows of each roll-up, of the column `user_key`. */
  readonly ofRows: readonly string[];
  /** On the sums, of the column `key`: the user that a key stands for. */
  readonly ofSums: readonly string[];
}

/**
 * Few users are few places of a table, and are looked for there. Many are in all places: their keys are sent and looked up
 * once, for the sums, and not for each part of the range. Which ids are aliases is known of the sums only.
 */
export function keyConditions(scope: UserScope & { readonly project: string }, sql: Sql): KeyConditions {
  if (!hasUserFilter(scope.users)) return { ofRows: [], ofSums: [] };
  return scope.hasAliases || !isFew(scope)
    ? { ofRows: [], ofSums: [isMatching('key', scope, sql)] }
    : { ofRows: [isMatching('user_key', scope, sql)], ofSums: [] };
}
