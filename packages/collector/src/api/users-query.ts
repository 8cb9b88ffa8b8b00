import type { Store } from '../store/store.ts';
import type { AliasBook } from './alias-book.ts';
import type { ApiContext } from './api-context.ts';
import type { Position } from './cursor.ts';
import { addSums, figuresOf, NO_SUMS } from './figures.ts';
import type { Figures, SumsRow } from './figures.ts';
import { hasUserFilter } from './filters.ts';
import type { CallFilter, UserFilter } from './filters.ts';
import type { Range } from './range.ts';
import { Sql } from './sql.ts';
import { totalsSource, usageSource } from './usage-source.ts';
import { cursorValue, keyCondition, rankedUsers } from './user-ranking.ts';

export const USER_SORTS = ['cost', 'calls', 'tokens', 'errors', 'lastSeen', 'firstSeen', 'name'] as const;
export type UserSort = (typeof USER_SORTS)[number];

export interface UsersQuery {
  readonly project: string;
  readonly range: Range;
  readonly calls: CallFilter;
  readonly users: UserFilter;
  /** The keys of the users that the filter means, where they are known. */
  readonly keys?: readonly bigint[] | undefined;
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
  /** Where it stands in the list, for the cursor. */
  readonly position: Position;
}

interface Ranked {
  readonly key: string;
  readonly shown: string;
  readonly total: string;
}

/** Users of a page, and on the first page how many there are altogether. */
export interface UserPage {
  readonly users: readonly UserFigures[];
  readonly total: number;
}

/** Figures of the users with these keys, by the id each is known by. */
async function readFigures(
  store: Store,
  aliases: AliasBook,
  query: UsersQuery,
  keys: readonly string[],
): Promise<ReadonlyMap<string, { id: string; figures: Figures }>> {
  if (keys.length === 0) return new Map();
  const sql = new Sql();
  const list = sql.param(keys.map(BigInt), 'Array(UInt64)');
  // An alias has another key than the user it stands for.
  const members = query.hasAliases
    ? ` OR user_key IN (SELECT cityHash64(alias_id) FROM aliases FINAL
         WHERE project = ${sql.text(query.project)} AND cityHash64(canonical) IN ${list})`
    : '';
  const where = [`(user_key IN ${list}${members})`, "user_id != ''"];
  const source = usageSource({ ...query, filter: query.calls, by: ['user_id'], where }, sql);
  const rows = await store.query<SumsRow & { user_id: string; user_key: string }>(
    `SELECT *, toString(cityHash64(user_id)) AS user_key FROM (${source})`,
    sql.parameters,
  );
  const sums = new Map<string, { id: string; rows: SumsRow[] }>();
  const ids = await canonicalKeys(store, aliases, query, rows);
  for (const row of rows) {
    const { id, key } = ids.get(row.user_id) ?? { id: row.user_id, key: row.user_key };
    const known = sums.get(key);
    if (known) known.rows.push(row);
    else sums.set(key, { id, rows: [row] });
  }
  return new Map([...sums].map(([key, { id, rows: of }]) => [key, { id, figures: figuresOf(addSums(of)) }]));
}

/** Whom aliases among these rows stand for, with the key of that user. */
async function canonicalKeys(
  store: Store,
  aliases: AliasBook,
  { project, hasAliases }: UsersQuery,
  rows: readonly { readonly user_id: string }[],
): Promise<ReadonlyMap<string, { id: string; key: string }>> {
  const found = new Map<string, { id: string; key: string }>();
  if (!hasAliases) return found;
  const targets = new Map<string, string>();
  for (const { user_id: id } of rows) {
    const canonical = await aliases.canonicalOf(project, id);
    if (canonical !== id) targets.set(id, canonical);
  }
  if (targets.size === 0) return found;
  const keys = await store.query<{ id: string; key: string }>(
    'SELECT id, toString(cityHash64(id)) AS key FROM (SELECT arrayJoin({ids:Array(String)}) AS id)',
    { ids: [...new Set(targets.values())] },
  );
  const keyOf = new Map(keys.map(({ id, key }) => [id, key]));
  for (const [alias, id] of targets) found.set(alias, { id, key: keyOf.get(id) ?? '' });
  return found;
}

function usersIn([row]: readonly { readonly total: string }[]): number {
  return Number(row?.total ?? 0);
}

/** A page of users by what they are ranked by, and one more than the limit where there are further pages. */
export async function listUsers(
  { store, aliases, answers }: ApiContext,
  query: UsersQuery,
): Promise<UserPage> {
  const sql = new Sql();
  const { sort, isDescending, after } = query;
  const rows = rankedUsers(query, sql);
  let where = '';
  if (after !== undefined) {
    const last = cursorValue(sort, after[0] ?? '', sql);
    const key = `toUInt64OrZero(${sql.text(after[1] ?? '')})`;
    where = ` WHERE value ${isDescending ? '<' : '>'} ${last} OR (value = ${last} AND key > ${key})`;
  }
  const ranked = await answers.query<Ranked>(
    `SELECT toString(key) AS key, toString(value) AS shown, total FROM (SELECT key, value, count() OVER () AS total FROM (${rows})${where}
     ORDER BY value ${isDescending ? 'DESC' : 'ASC'}, key ASC LIMIT ${sql.param(query.limit, 'UInt32')})`,
    sql.parameters,
    usersIn,
  );
  const figures = await readFigures(
    store,
    aliases,
    query,
    ranked.map(({ key }) => key),
  );
  const users = ranked.flatMap(({ key, shown }) => {
    const found = figures.get(key);
    return found === undefined ? [] : [{ ...found, position: [shown, key] }];
  });
  return { users, total: Number(ranked[0]?.total ?? 0) };
}

/** Where a user stands in a list, counted from 1, and who stands beside it. */
export interface Neighbors {
  readonly previous?: string;
  readonly next?: string;
  readonly position: number;
  readonly total: number;
}

export async function findNeighbors(
  { store, aliases, answers }: ApiContext,
  query: UsersQuery,
  id: string,
): Promise<Neighbors | undefined> {
  const sql = new Sql();
  const order = `ORDER BY value ${query.isDescending ? 'DESC' : 'ASC'}, key ASC`;
  const [row] = await answers.query<{ previous: string; next: string; position: string; total: string }>(
    `SELECT toString(before) AS previous, toString(after) AS next, position, total FROM (
       SELECT key, lagInFrame(key) OVER w AS before, leadInFrame(key) OVER w AS after,
         row_number() OVER w AS position, count() OVER () AS total
       FROM (${rankedUsers(query, sql)})
       WINDOW w AS (${order} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
     ) WHERE key = cityHash64(${sql.text(id)})`,
    sql.parameters,
    usersIn,
  );
  if (row === undefined) return undefined;
  const keys = [row.previous, row.next].filter((key) => key !== '0');
  const figures = await readFigures(store, aliases, query, keys);
  const previous = figures.get(row.previous)?.id;
  const next = figures.get(row.next)?.id;
  return {
    ...(previous === undefined ? {} : { previous }),
    ...(next === undefined ? {} : { next }),
    position: Number(row.position),
    total: Number(row.total),
  };
}

/** What all users of a list used together. */
export async function sumUsers(store: Store, query: UsersQuery): Promise<Figures> {
  const sql = new Sql();
  const { project, range, calls: filter } = query;
  // Everybody's together is in a far smaller table.
  const source = hasUserFilter(query.users)
    ? usageSource({ project, range, filter, by: [], where: [keyCondition(query, sql)] }, sql)
    : totalsSource({ project, range, filter, by: [], where: ['attributed = 1'] }, sql);
  const sums = await store.query<SumsRow>(source, sql.parameters);
  return figuresOf(sums.length === 0 ? NO_SUMS : addSums(sums));
}
