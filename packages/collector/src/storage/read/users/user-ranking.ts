import { hasUserFilter } from '../query/filters.ts';
import { isMatching, keyConditions, matchingSums } from './matching-keys.ts';
import type { Matching, UserScope } from './matching-keys.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { USAGE_TABLES } from '../../engine/schema.ts';
import { all, Sql } from '../../engine/sql.ts';
import { partCondition, rowsOfAllUsers } from '../usage/usage-source.ts';
import { partsOf } from '../query/range.ts';
import { canonicalKey, resolvedAliases } from './resolved-aliases.ts';
import { SORT_NAME, withProfileTable } from './tables/profile-table.ts';
import { IN_BEFORE, IN_RANGE, presenceOf, sumsOf, withUserSums } from './tables/user-sums.ts';
import type { UserSums } from './tables/user-sums.ts';
import { isMoneyRanking, rankedByCalls } from './user-call-ranking.ts';
import { CALL_RANKINGS } from './users-query.ts';
import type { CallRanking, UserSort, UsersQuery } from './users-query.ts';

/** Sums to rank users by. */
type Measure = 'cost' | 'calls' | 'tokens' | 'cached_tokens' | 'errors';

/** The memory tables of user sums and of profiles, if they exist. */
export interface UserTables {
  readonly sums?: UserSums | undefined;
  /** Name of the table of profiles. */
  readonly profiles?: string | undefined;
}

/** How users are ranked: by a measure of the roll-ups or a field of the profile. */
interface Ranking {
  readonly measure?: Measure;
  readonly ofProfile?: string;
  /** Its column in the memory table of profiles, if it has one. */
  readonly inTable?: string;
  readonly type: 'Int64' | 'Decimal' | 'String';
}

/** SQL of the number of calls without a price. */
const UNPRICED = 'calls - priced';

const RANKINGS: Readonly<Record<Exclude<UserSort, CallRanking>, Ranking>> = {
  cost: { measure: 'cost', type: 'Decimal' },
  calls: { measure: 'calls', type: 'Int64' },
  tokens: { measure: 'tokens', type: 'Int64' },
  cached: { measure: 'cached_tokens', type: 'Int64' },
  errors: { measure: 'errors', type: 'Int64' },
  lastSeen: { ofProfile: 'max(last_ns)', inTable: 'last_ns', type: 'Int64' },
  firstSeen: { ofProfile: 'min(first_ns)', inTable: 'first_ns', type: 'Int64' },
  name: { ofProfile: SORT_NAME, inTable: 'sort_name', type: 'String' },
  change: { measure: 'cost', type: 'Decimal' },
};

function isCallRanking(sort: UserSort): sort is CallRanking {
  return (CALL_RANKINGS as readonly string[]).includes(sort);
}

/** SQL of a cursor's value for comparison. */
export function cursorValue(sort: UserSort, value: string, sql: Sql): string {
  const type = isCallRanking(sort) ? (isMoneyRanking(sort) ? 'Decimal' : 'Int64') : RANKINGS[sort].type;
  if (type === 'String') return sql.text(value);
  if (!/^-?\d{1,20}(\.\d{1,18})?$/.test(value)) {
    throw foreignCursor();
  }
  return type === 'Decimal' ? `toDecimal128(${sql.text(value)}, 18)` : `toInt64(${sql.text(value)})`;
}

/**
 * A query for `key` and `value` of every user in the range. It reads only three columns and groups by eight bytes, so
 * that it stays fast with a million users' days.
 */
function rankedByUsage(
  query: UsersQuery,
  measure: Measure,
  sql: Sql,
  { isOfCosts = false, sums }: { readonly isOfCosts?: boolean; readonly sums?: UserSums | undefined } = {},
): string {
  const { project, range, calls } = query;
  const alive = presenceOf(calls);
  const summed = measure === 'tokens' ? 'input_tokens + output_tokens' : measure;
  if (sums !== undefined) return rankedInTable(query, { summed, alive, isOfCosts }, sql, sums);
  const matching = keyConditions(query, sql);
  const before = query.sort === 'change' && query.before !== undefined ? partsOf(query.before) : [];
  const inRange = partsOf(range);
  const parts = [...inRange, ...before].map((part, at) => {
    const isBefore = at >= inRange.length;
    const conditions = [
      ...rowsOfAllUsers({ project, filter: calls }, sql),
      ...partCondition(part, sql),
      ...matching.ofRows,
    ];
    // Users who are only in the range before are not in the list.
    const others = isOfCosts
      ? `, sumIf(${summed}, ${sql.isClaimed}) AS claimed, sumIf(${UNPRICED}, ${sql.isCounted}) AS unpriced`
      : '';
    return `SELECT user_key, ${isBefore ? '-' : ''}sumIf(${summed}, ${sql.isCounted}) AS value, ${isBefore ? '0' : `sum(${alive})`} AS alive${others} FROM ${USAGE_TABLES[part.unit]}
      WHERE ${all(conditions)} GROUP BY user_key`;
  });
  const { key, join } = canonicalKey(query, sql);
  const [only] = parts;
  const source = parts.length === 1 ? String(only) : parts.join(' UNION ALL ');
  const others = isOfCosts ? ', sum(u.claimed) AS claimed, sum(u.unpriced) AS unpriced' : '';
  return `SELECT ${key} AS key, sum(u.value) AS value, sum(u.alive) AS alive_${others} FROM (${source}) AS u${join}
    GROUP BY key HAVING ${all(['alive_ > 0', ...matching.ofSums])}`;
}

/** The same query on the memory table of user sums, see `withUserSums`. */
function rankedInTable(
  query: UsersQuery,
  {
    summed,
    alive,
    isOfCosts,
  }: { readonly summed: string; readonly alive: string; readonly isOfCosts: boolean },
  sql: Sql,
  { table, isUnique, matching: inTables }: UserSums,
): string {
  const isChange = query.sort === 'change';
  const matching = matchingSums(query, sql, inTables);
  if (isUnique && !isChange && !isOfCosts) {
    // One row a user: the same without grouping.
    return `SELECT key, ${summed} AS value FROM ${table} WHERE ${all([IN_RANGE, `${alive} > 0`, ...matching])}`;
  }
  const sumIn = (range: string, condition: string, of = summed): string =>
    `sumIf(${of}, ${range} AND ${condition})`;
  const now = sumIn(IN_RANGE, sql.isCounted);
  const value = isChange ? `${now} - ${sumIn(IN_BEFORE, sql.isCounted)}` : now;
  const others = isOfCosts
    ? `, ${sumIn(IN_RANGE, sql.isClaimed)} AS claimed, ${sumIn(IN_RANGE, sql.isCounted, UNPRICED)} AS unpriced`
    : '';
  const conditions = [...(isChange ? [] : [IN_RANGE]), ...matching];
  return `SELECT key, ${value} AS value${others} FROM ${table} WHERE ${all(conditions)}
    GROUP BY key HAVING sumIf(${alive}, ${IN_RANGE}) > 0`;
}

/**
 * A query for `key`, cost (`value`), cost of claimed calls (`claimed`) and number of calls without a price (`unpriced`) of
 * every user of a list.
 */
export function costsOfUsers(
  query: Omit<UsersQuery, 'sort' | 'isDescending' | 'limit'>,
  sql: Sql,
  sums: UserSums | undefined,
): string {
  const all: UsersQuery = { ...query, sort: 'cost', isDescending: true, limit: 0 };
  return rankedByUsage(all, 'cost', sql, { isOfCosts: true, sums });
}

/** A query for `key` and `value` of every user of a list. */
export function rankedUsers(query: UsersQuery, sql: Sql, { sums, profiles }: UserTables): string {
  const { sort } = query;
  const of = { sums };
  if (isCallRanking(sort)) {
    const listed = rankedByUsage(query, 'calls', sql, of);
    return rankedByCalls({ ...query, sort }, listed, canonicalKey(query, sql), sql);
  }
  const { measure, ofProfile, inTable } = RANKINGS[sort];
  if (measure !== undefined) return rankedByUsage(query, measure, sql, of);
  const there = rankedByUsage(query, 'calls', sql, of);
  if (query.hasAliases) {
    return `SELECT t.key AS key, v.value AS value FROM (${there}) AS t
      LEFT JOIN (${valuesOfProfiles(query, sort, sql)}) AS v ON v.key = t.key`;
  }
  if (profiles !== undefined && inTable !== undefined) {
    return `SELECT key, ${inTable} AS value FROM ${profiles} WHERE key IN (SELECT key FROM (${there}))`;
  }
  return `SELECT cityHash64(user_id) AS key, ${ofProfile} AS value FROM profiles
    WHERE project = ${sql.text(query.project)} AND cityHash64(user_id) IN (SELECT key FROM (${there})) GROUP BY user_id`;
}

/**
 * A query for `key` and `value` of users, some of them merged. As in the rows of the list, the times are those of all
 * ids of a user, and other fields are those of its own profile, which a user that only has aliases does not have.
 */
function valuesOfProfiles(query: UsersQuery, sort: Exclude<UserSort, CallRanking>, sql: Sql): string {
  const of = `project = ${sql.text(query.project)}`;
  const { ofProfile = '' } = RANKINGS[sort];
  if (sort !== 'firstSeen' && sort !== 'lastSeen') {
    return `SELECT cityHash64(user_id) AS key, ${ofProfile} AS value FROM profiles WHERE ${of} GROUP BY key`;
  }
  const { key, join } = canonicalKey(query, sql);
  const times = `SELECT cityHash64(user_id) AS user_key, first_ns, last_ns FROM profiles WHERE ${of}`;
  return `SELECT ${key} AS key, ${ofProfile} AS value FROM (${times}) AS u${join} GROUP BY key`;
}

/** Runs `read` with the memory tables for the ranking of a list. */
export function withRankingTables<T>(
  answers: RecentAnswers,
  query: UsersQuery,
  read: (tables: UserTables) => Promise<T>,
): Promise<T> {
  const { sort } = query;
  const isByProfile = !isCallRanking(sort) && RANKINGS[sort].inTable !== undefined;
  return withUserSums(answers, sumsOf(query), (sums) =>
    sums !== undefined && isByProfile
      ? withProfileTable(answers, query.project, (profiles) => read({ sums, profiles }))
      : read({ sums }),
  );
}

/** The condition for users of a list; `key` is the SQL of the user's key. See {@link isMatching}. */
export function keyCondition(
  query: UserScope & { readonly project: string },
  sql: Sql,
  key = 'user_key',
  matching?: Matching,
): string {
  const { project, users } = query;
  if (!hasUserFilter(users)) return "user_id != ''";
  if (!query.hasAliases) return isMatching(key, query, sql, matching);
  const resolved = resolvedAliases(sql.text(project));
  const aliases = `SELECT cityHash64(alias_id) FROM (${resolved})`;
  const members = `${aliases} WHERE ${isMatching('cityHash64(canonical)', query, sql, matching)}`;
  return `(${key} IN (${members}) OR (${isMatching(key, query, sql, matching)} AND ${key} NOT IN (${aliases})))`;
}

/** The ids of users by their keys. May be as old as the cached list, whose length is `total`. */
export async function idsOfKeys(
  answers: RecentAnswers,
  project: string,
  keys: readonly string[],
  total: number,
): Promise<Ids> {
  const ids = await withProfileTable(answers, project, (table) => idsInTable(answers, keys, table), 'filled');
  // Users without a profile, such as the canonical user of an alias.
  const others = await storedIds(
    answers,
    project,
    keys.filter((key) => !ids.has(key)),
    total,
  );
  return new Map([...ids, ...others]);
}

type Ids = ReadonlyMap<string, string>;

/** The ids of users that the memory table of profiles has. */
async function idsInTable(
  answers: RecentAnswers,
  keys: readonly string[],
  table: string | undefined,
): Promise<Ids> {
  if (table === undefined || keys.length === 0) return new Map();
  const sql = new Sql(answers);
  const list = sql.param(keys.map(BigInt), 'Array(UInt64)');
  const rows = await answers.query<{ key: string; id: string }>(
    `SELECT toString(key) AS key, id FROM ${table} WHERE key IN ${list}`,
    sql.parameters,
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}

async function storedIds(
  answers: RecentAnswers,
  project: string,
  keys: readonly string[],
  total: number,
): Promise<Ids> {
  if (keys.length === 0) return new Map();
  const sql = new Sql(answers);
  const of = sql.text(project);
  const list = sql.param(keys.map(BigInt), 'Array(UInt64)');
  // A user whose calls all have an alias is only found by that alias.
  const rows = await answers.query<{ key: string; id: string }>(
    `SELECT toString(user_key) AS key, user_id AS id FROM usage_day WHERE project = ${of} AND user_key IN ${list} GROUP BY user_key, user_id
     UNION ALL
     SELECT DISTINCT toString(cityHash64(canonical)) AS key, canonical AS id FROM (${resolvedAliases(of)})
     WHERE cityHash64(canonical) IN ${list}`,
    sql.parameters,
    () => total,
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}
