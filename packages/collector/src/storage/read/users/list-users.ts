import type { Position } from '../query/cursor.ts';
import { addSums, figuresOf, NO_SUMS, sumsSql } from '../usage/figures.ts';
import type { Figures, SumsRow } from '../usage/figures.ts';
import { hasUserFilter } from '../query/filters.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { all, Sql } from '../../engine/sql.ts';
import { totalsSource, usageSource } from '../usage/usage-source.ts';
import { cursorValue, idsOfKeys, keyCondition, rankedUsers, withRankingTables } from './user-ranking.ts';
import type { UserTables } from './user-ranking.ts';
import { matchingSums } from './matching-keys.ts';
import { IN_RANGE, sumsOf, withUserSums } from './tables/user-sums.ts';
import type { UserSums } from './tables/user-sums.ts';
import type { UsersQuery } from './users-query.ts';

/** A user of the list, by canonical id. */
export interface RankedUser {
  readonly id: string;
  /** Position in the list, for the cursor. */
  readonly position: Position;
}

/** Where a user stands, and the keys of those beside it: 0 where there is none. */
interface Place {
  readonly previous: string;
  readonly next: string;
  readonly position: string;
  readonly total: string;
}

interface Ranked {
  readonly key: string;
  readonly shown: string;
  readonly total: string;
}

/** Users of a page, and on the first page the total number. */
export interface UserPage {
  readonly users: readonly RankedUser[];
  readonly total: number;
}

function usersIn([row]: readonly { readonly total: string }[]): number {
  return Number(row?.total ?? 0);
}

/** A page of ranked users. Returns one more than the limit if there are further pages. */
export async function listUsers(answers: RecentAnswers, query: UsersQuery): Promise<UserPage> {
  const { project } = query;
  const ranked = await withRankingTables(answers, query, (tables) => readRanked(answers, query, tables));
  const total = usersIn(ranked);
  const ids = await idsOfKeys(
    answers,
    project,
    ranked.map(({ key }) => key),
    total,
  );
  const users = ranked.flatMap(({ key, shown }) => {
    const id = ids.get(key);
    return id === undefined ? [] : [{ id, position: [shown, key] }];
  });
  return { users, total };
}

function readRanked(
  answers: RecentAnswers,
  query: UsersQuery,
  tables: UserTables,
): Promise<readonly Ranked[]> {
  const sql = new Sql(answers);
  const { sort, isDescending, after } = query;
  const rows = rankedUsers(query, sql, tables);
  let where = '';
  if (after !== undefined) {
    const last = cursorValue(sort, after[0] ?? '', sql);
    const key = `toUInt64OrZero(${sql.text(after[1] ?? '')})`;
    where = ` WHERE value ${isDescending ? '<' : '>'} ${last} OR (value = ${last} AND key > ${key})`;
  }
  return answers.query<Ranked>(
    `SELECT toString(key) AS key, toString(value) AS shown, total FROM (SELECT key, value, count() OVER () AS total FROM (${rows})${where}
     ORDER BY value ${isDescending ? 'DESC' : 'ASC'}, key ASC LIMIT ${sql.param(query.limit, 'UInt32')})`,
    sql.parameters,
    usersIn,
  );
}

/** The position of a user in a list, from 1, and the neighbors. */
export interface Neighbors {
  readonly previous?: string;
  readonly next?: string;
  readonly position: number;
  readonly total: number;
}

export async function findNeighbors(
  answers: RecentAnswers,
  query: UsersQuery,
  id: string,
): Promise<Neighbors | undefined> {
  const [row] = await withRankingTables(answers, query, (tables) => readPlace(answers, query, id, tables));
  if (row === undefined) return undefined;
  const keys = [row.previous, row.next].filter((key) => key !== '0');
  const ids = await idsOfKeys(answers, query.project, keys, usersIn([row]));
  const previous = ids.get(row.previous);
  const next = ids.get(row.next);
  return {
    ...(previous === undefined ? {} : { previous }),
    ...(next === undefined ? {} : { next }),
    position: Number(row.position),
    total: Number(row.total),
  };
}

function readPlace(
  answers: RecentAnswers,
  query: UsersQuery,
  id: string,
  tables: UserTables,
): Promise<readonly Place[]> {
  const sql = new Sql(answers);
  const order = `ORDER BY value ${query.isDescending ? 'DESC' : 'ASC'}, key ASC`;
  return answers.query<Place>(
    `SELECT toString(before) AS previous, toString(after) AS next, position, total FROM (
       SELECT key, lagInFrame(key) OVER w AS before, leadInFrame(key) OVER w AS after,
         row_number() OVER w AS position, count() OVER () AS total
       FROM (${rankedUsers(query, sql, tables)})
       WINDOW w AS (${order} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
     ) WHERE key = cityHash64(${sql.text(id)})`,
    sql.parameters,
    usersIn,
  );
}

/** The total usage of all users of a list. */
export async function sumUsers(answers: RecentAnswers, query: UsersQuery): Promise<Figures> {
  const { project, range, calls: filter, users } = query;
  const read = async (sourceOf: (sql: Sql) => string): Promise<Figures> => {
    const sql = new Sql(answers);
    const sums = await answers.query<SumsRow>(sourceOf(sql), sql.parameters);
    return figuresOf(sums.length === 0 ? NO_SUMS : addSums(sums));
  };
  // For all users, a much smaller table has the sum.
  if (!hasUserFilter(users)) {
    return read((sql) => totalsSource({ project, range, filter, by: [], where: ['attributed = 1'] }, sql));
  }
  return withUserSums(
    answers,
    sumsOf(query),
    (sums) =>
      read((sql) =>
        sums === undefined
          ? usageSource({ project, range, filter, by: [], where: [keyCondition(query, sql)] }, sql)
          : sumsInTable(query, sql, sums),
      ),
    'exact',
  );
}

function sumsInTable(query: UsersQuery, sql: Sql, { table, matching }: UserSums): string {
  const conditions = [IN_RANGE, ...matchingSums(query, sql, matching)];
  return `SELECT ${sumsSql(sql)} FROM ${table} WHERE ${all(conditions)}`;
}
