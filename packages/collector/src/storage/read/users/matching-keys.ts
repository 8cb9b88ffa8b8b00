import { hasUserFilter, matchingUserKeys, readsNamedProps, valueCondition } from '../query/filters.ts';
import { hasWords, wordsOf } from '../query/folded-text.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { Sql } from '../../engine/sql.ts';
import type { UserFilter } from '../query/filters.ts';
import { withProfileTable } from './tables/profile-table.ts';
import { withPropTable } from './tables/prop-table.ts';
import { withSearchTable } from './tables/search-table.ts';

/** Keys of users: a list of a few, or many packed into one string, which the engine reads much faster than a list. */
export type UserKeys =
  | { readonly few: readonly bigint[] }
  /** Base64 of eight bytes per key, little-endian. */
  | { readonly packed: string; readonly count: number };

/** The users that figures cover. With an empty filter: all users, and calls without a user. */
export interface UserScope {
  readonly users: UserFilter;
  /** The keys of the matching users, if they are known. */
  readonly keys?: UserKeys | undefined;
  /** Whether the project has any aliases. Without them, queries need one join less. */
  readonly hasAliases: boolean;
}

/** All users. */
export const EVERYBODY: UserScope = { users: { props: new Map() }, hasAliases: true };

/**
 * Maximum number of users for an index lookup. More users are in nearly every granule of the table, so the lookup costs
 * more than it saves.
 */
const FEW = 1_000;
/**
 * Maximum number of users whose keys (three megabytes) are read once for all queries of a request. For more users, each
 * query evaluates the filter.
 */
const MOST = 300_000;
const KEY_BYTES = 8;

/** The keys of the users that match a filter; `undefined` without a filter or if too many match. */
export async function readMatchingKeys(
  answers: RecentAnswers,
  filter: Filter,
): Promise<UserKeys | undefined> {
  const { project, users } = filter;
  if (!hasUserFilter(users)) return undefined;
  return withMatching(answers, filter, (matching) =>
    readKeys(answers, matching ?? ((sql) => matchingUserKeys(project, users, sql))),
  );
}

interface Filter {
  readonly project: string;
  readonly users: UserFilter;
}

/** Returns a query for the keys (`key`) of the users that match a filter, which reads memory tables. */
export type Matching = (sql: Sql) => string;

/** Runs `read` with a query on memory tables, or with `undefined` if there are none that answer the filter. */
export function withMatching<T>(
  answers: RecentAnswers,
  { project, users }: Filter,
  read: (matching: Matching | undefined) => Promise<T>,
): Promise<T> {
  const { q, group, props } = users;
  const needed: readonly (readonly [keyof FilterTables, WithTable])[] = [
    ...(q === undefined ? [] : [['search', withSearchTable] as const]),
    ...(props.size === 0 ? [] : [['props', withPropTable] as const]),
    ...(group === undefined ? [] : [['profiles', withProfileTable] as const]),
  ];
  const next = (tables: FilterTables, [first, ...others]: typeof needed): Promise<T> => {
    if (first === undefined) return read((sql) => matchingInTables(users, tables, sql));
    const [name, withTable] = first;
    return withTable<T>(answers, project, (table) =>
      table === undefined ? read(undefined) : next({ ...tables, [name]: table }, others),
    );
  };
  return needed.length === 0 || readsNamedProps(users) ? read(undefined) : next({}, needed);
}

type WithTable = <T>(
  answers: RecentAnswers,
  project: string,
  read: (table: string | undefined) => Promise<T>,
) => Promise<T>;

/** Names of the memory tables that a filter reads. */
interface FilterTables {
  readonly search?: string;
  readonly profiles?: string;
  readonly props?: string;
}

/** As {@link matchingUserKeys}, from the memory tables. */
function matchingInTables({ q, group, props }: UserFilter, tables: FilterTables, sql: Sql): string {
  const words = q === undefined ? [] : wordsOf(q).map((word) => sql.text(word));
  const found = q === undefined ? [] : [`SELECT key FROM ${tables.search} WHERE ${hasWords('words', words)}`];
  const ofGroups =
    group === undefined
      ? []
      : [`SELECT key FROM ${tables.profiles} WHERE ${valueCondition(group, 'user_group', sql)}`];
  const ofProps = [...props].map(
    ([name, values]) =>
      `SELECT key FROM ${tables.props} WHERE prop = ${sql.text(name)} AND ${valueCondition(values, 'stated', sql)}`,
  );
  const [first = '', ...others] = [...ofGroups, ...ofProps, ...found];
  return `${first}${others.map((keys) => ` AND key IN (${keys})`).join('')}`;
}

async function readKeys(
  answers: RecentAnswers,
  matchingOf: (sql: Sql) => string,
): Promise<UserKeys | undefined> {
  const sql = new Sql(answers);
  const matching = matchingOf(sql);
  // All parts of a page need these keys at the same time, and so does the list in another order.
  const [row] = await answers.query<{ count: string; packed: string }>(
    `SELECT count() AS count, base64Encode(unhex(arrayStringConcat(groupArray(hex(reinterpretAsFixedString(key)))))) AS packed FROM (
       SELECT key FROM (${matching}) LIMIT ${MOST + 1})`,
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

/** A query for the keys of the users that match a filter. */
function matchingKeys({ project, users, keys }: UserScope & { readonly project: string }, sql: Sql): string {
  if (keys === undefined) return matchingUserKeys(project, users, sql);
  if ('few' in keys) return `SELECT arrayJoin(${sql.param(keys.few, 'Array(UInt64)')})`;
  return `SELECT reinterpretAsUInt64(substring(base64Decode(${sql.text(keys.packed)}), number * ${KEY_BYTES} + 1, ${KEY_BYTES}))
    FROM numbers(${sql.param(keys.count, 'UInt64')})`;
}

function isFew({ keys }: UserScope): boolean {
  return keys !== undefined && 'few' in keys;
}

/**
 * The condition that a user's key, given as SQL, belongs to a matching user.
 *
 * @param matching - The query for the keys on memory tables, if there is one. It is faster than a long list of keys.
 */
export function isMatching(
  key: string,
  scope: UserScope & { readonly project: string },
  sql: Sql,
  matching?: Matching,
): string {
  if (isFew(scope)) return `${key} IN (${matchingKeys(scope, sql)})`;
  return `identity(${key}) IN (${matching === undefined ? matchingKeys(scope, sql) : matching(sql)})`;
}

/** Conditions that limit a query with sums per user to the users of a scope, at two places. */
export interface KeyConditions {
  /** Conditions on the column `user_key` of each roll-up. */
  readonly ofRows: readonly string[];
  /** Conditions on the column `key` of the sums, the canonical user's key. */
  readonly ofSums: readonly string[];
}

/**
 * Few users are looked up in the roll-ups, of which they need few granules. Many users are in all granules, so their
 * keys are compared once, on the sums, and not for each part of the range. Aliases are resolved only in the sums.
 */
export function keyConditions(scope: UserScope & { readonly project: string }, sql: Sql): KeyConditions {
  return isLookedUp(scope)
    ? { ofRows: [isMatching('user_key', scope, sql)], ofSums: [] }
    : { ofRows: [], ofSums: matchingSums(scope, sql) };
}

/** Whether so few users match a filter that only their rows are read. */
export function isLookedUp(scope: UserScope): boolean {
  return hasUserFilter(scope.users) && isFew(scope) && !scope.hasAliases;
}

/** The condition on the column `key` of sums of all users, see {@link isMatching}. Empty without a filter. */
export function matchingSums(
  scope: UserScope & { readonly project: string },
  sql: Sql,
  matching?: Matching,
): readonly string[] {
  return hasUserFilter(scope.users) ? [isMatching('key', scope, sql, matching)] : [];
}
