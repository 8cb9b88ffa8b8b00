import { figuresOf, NO_SUMS, SUMS_AGAIN } from './figures.ts';
import type { Figures, SumsRow } from './figures.ts';
import { hasUserFilter, matchingUsers } from './filters.ts';
import type { CallFilter, UserFilter } from './filters.ts';
import { Problem } from './problem.ts';
import type { Position } from './cursor.ts';
import type { Range } from './range.ts';
import { Sql } from './sql.ts';
import type { Store } from '../store/store.ts';
import { usageSource } from './usage-source.ts';

export const USER_SORTS = ['cost', 'calls', 'tokens', 'errors', 'lastSeen', 'firstSeen', 'name'] as const;
export type UserSort = (typeof USER_SORTS)[number];

export interface UsersQuery {
  readonly project: string;
  readonly range: Range;
  readonly calls: CallFilter;
  readonly users: UserFilter;
  readonly sort: UserSort;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: Position;
  /** Whether the project has aliases at all; a join less where it has none. */
  readonly hasAliases: boolean;
}

/** A user of the list, without who it is. */
export interface UserFigures {
  readonly id: string;
  readonly figures: Figures;
  /** What the list is sorted by, for the cursor. */
  readonly sortValue: string;
}

interface UserRow {
  readonly id: string;
  readonly sortValue: string;
  readonly seen_: string;
  readonly calls_: string;
  readonly priced_: string;
  readonly errors_: string;
  readonly claimed_: string;
  readonly input_: string;
  readonly output_: string;
  readonly cached_: string;
  readonly reasoning_: string;
  readonly duration_: string;
  readonly usd_: string;
}

export function sumsOf(row: Omit<UserRow, 'id' | 'sortValue'>): SumsRow {
  return {
    nSeen: row.seen_,
    nCalls: row.calls_,
    nPriced: row.priced_,
    nErrors: row.errors_,
    nClaimed: row.claimed_,
    inputTokens: row.input_,
    outputTokens: row.output_,
    cachedTokens: row.cached_,
    reasoningTokens: row.reasoning_,
    durationUs: row.duration_,
    usd: row.usd_,
  };
}

/** What a list is sorted by: an expression over the sums or the profile, and how its cursor is read again. */
const SORTS: Readonly<Record<UserSort, { value: string; type: 'Int64' | 'Decimal' | 'String' }>> = {
  cost: { value: 'usd_', type: 'Decimal' },
  calls: { value: 'calls_', type: 'Int64' },
  tokens: { value: 'input_ + output_', type: 'Int64' },
  errors: { value: 'errors_', type: 'Int64' },
  lastSeen: { value: 'last_', type: 'Int64' },
  firstSeen: { value: 'first_', type: 'Int64' },
  name: { value: 'name_', type: 'String' },
};

function cursorValue(sort: UserSort, value: string, sql: Sql): string {
  const { type } = SORTS[sort];
  if (type === 'String') return sql.text(value);
  if (!/^-?\d{1,20}(\.\d{1,18})?$/.test(value))
    throw new Problem(400, 'The cursor is not one of this list. Begin again without it.');
  return type === 'Decimal' ? `toDecimal128(${sql.text(value)}, 18)` : `toInt64(${sql.text(value)})`;
}

/** One row for each user with its sums; aliases count for who they stand for. */
function perUser(query: UsersQuery, sql: Sql): string {
  const { project, range, calls, users, hasAliases } = query;
  const source = usageSource(
    { project, range, filter: calls, by: ['user_id'], where: ["user_id != ''"] },
    sql,
  );
  const id = hasAliases ? "if(a.canonical = '', u.user_id, a.canonical)" : 'u.user_id';
  const join = hasAliases
    ? ` LEFT JOIN (SELECT alias_id, canonical FROM aliases FINAL WHERE project = ${sql.text(project)}) AS a ON a.alias_id = u.user_id`
    : '';
  const isMatched = hasUserFilter(users)
    ? ` HAVING id IN (${matchingUsers(project, users, sql)}) AND`
    : ' HAVING';
  return `SELECT ${id} AS id, ${SUMS_AGAIN} FROM (${source}) AS u${join} GROUP BY id${isMatched} (seen_ > 0 OR calls_ > 0)`;
}

function withProfiles(rows: string, project: string, sql: Sql): string {
  const profiles = `SELECT user_id, max(last_ns) AS last_, min(first_ns) AS first_,
    lowerUTF8(substring(max(name), 21)) AS name_ FROM profiles WHERE project = ${sql.text(project)} GROUP BY user_id`;
  return `SELECT * FROM (${rows}) AS f LEFT JOIN (${profiles}) AS p ON p.user_id = f.id`;
}

function rowsOf(query: UsersQuery, sql: Sql): string {
  const { sort, project } = query;
  const isOfProfile = sort === 'lastSeen' || sort === 'firstSeen' || sort === 'name';
  return isOfProfile ? withProfiles(perUser(query, sql), project, sql) : perUser(query, sql);
}

/** A page of users by their figures, and one more row than the limit where there are further pages. */
export async function listUsers(store: Store, query: UsersQuery): Promise<UserFigures[]> {
  const sql = new Sql();
  const { sort, isDescending, after } = query;
  const { value } = SORTS[sort];
  const rows = rowsOf(query, sql);
  let where = '';
  if (after !== undefined) {
    const last = cursorValue(sort, after[0] ?? '', sql);
    where = ` WHERE (${value}) ${isDescending ? '<' : '>'} ${last} OR ((${value}) = ${last} AND id > ${sql.text(after[1] ?? '')})`;
  }
  const found = await store.query<UserRow>(
    `SELECT *, toString(${value}) AS sortValue FROM (${rows})${where}
     ORDER BY ${value} ${isDescending ? 'DESC' : 'ASC'}, id ASC LIMIT ${sql.param(query.limit, 'UInt32')}`,
    sql.parameters,
  );
  return found.map((row) => ({ id: row.id, sortValue: row.sortValue, figures: figuresOf(sumsOf(row)) }));
}

/** Where a user stands in a list, counted from 1, and who stands beside it. */
export interface Neighbors {
  readonly previous?: string;
  readonly next?: string;
  readonly position: number;
  readonly total: number;
}

export async function findNeighbors(
  store: Store,
  query: UsersQuery,
  id: string,
): Promise<Neighbors | undefined> {
  const sql = new Sql();
  const { value } = SORTS[query.sort];
  const order = `ORDER BY ${value} ${query.isDescending ? 'DESC' : 'ASC'}, id ASC`;
  const [row] = await store.query<{ previous: string; next: string; position: string; total: string }>(
    `SELECT previous, next, position, total FROM (
       SELECT id, lagInFrame(id) OVER w AS previous, leadInFrame(id) OVER w AS next,
         row_number() OVER w AS position, count() OVER () AS total
       FROM (${rowsOf(query, sql)})
       WINDOW w AS (${order} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
     ) WHERE id = ${sql.text(id)}`,
    sql.parameters,
  );
  if (row === undefined) return undefined;
  return {
    ...(row.previous === '' ? {} : { previous: row.previous }),
    ...(row.next === '' ? {} : { next: row.next }),
    position: Number(row.position),
    total: Number(row.total),
  };
}

/** How many users there are, and what they used together. */
export async function totalUsers(
  store: Store,
  query: UsersQuery,
): Promise<{ total: number; totals: Figures }> {
  const sql = new Sql();
  const sums = SUMS_AGAIN.replaceAll(
    /sum\(\w+\) AS (\w+)_/g,
    (_, name: string) => `sum(${name}_) AS ${name}__`,
  );
  const [row] = await store.query<Record<string, string>>(
    `SELECT count() AS total, ${sums} FROM (${perUser(query, sql)})`,
    sql.parameters,
  );
  if (row === undefined) return { total: 0, totals: figuresOf(NO_SUMS) };
  const bare = Object.fromEntries(Object.entries(row).map(([name, sum]) => [name.replace(/__$/, '_'), sum]));
  return { total: Number(row['total']), totals: figuresOf(sumsOf(bare as unknown as UserRow)) };
}
