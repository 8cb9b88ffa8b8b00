import type { Store } from '../../engine/store.ts';
import type { Position } from '../query/cursor.ts';
import { FIGURE_COLUMNS, figuresOf, sumsSql } from '../usage/figures.ts';
import type { Figures, SumsRow } from '../usage/figures.ts';
import { callConditions, hasUserFilter } from '../query/filters.ts';
import type { CallFilter, UserFilter } from '../query/filters.ts';
import { callsInThreads } from '../users/user-extras.ts';
import { keyCondition } from '../users/user-ranking.ts';
import { containsWords, wordsOf } from '../query/folded-text.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import { readProfiles, showTime } from '../users/profiles-query.ts';
import { canonicalId } from '../users/resolved-aliases.ts';
import type { Range } from '../query/range.ts';
import { all, Sql } from '../../engine/sql.ts';
import { readTitles, threadsWithContent } from './thread-content.ts';

export const THREAD_SORTS = ['lastSeen', 'firstSeen', 'cost', 'calls', 'tokens', 'errors'] as const;
export type ThreadSort = (typeof THREAD_SORTS)[number];

/** One user's part of a conversation, sent with any of the user's ids. */
export interface ThreadJson extends Figures {
  readonly id: string;
  /** The canonical id. */
  readonly userId: string | null;
  /** Name of the user. */
  readonly name: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** The user's first message; null if content is not stored. Absent unless requested. */
  readonly title?: string | null;
}

export interface ThreadsQuery {
  readonly project: string;
  /** Whether the project has any aliases. Without them, queries need no join. */
  readonly hasAliases: boolean;
  readonly range: Range;
  readonly userIds?: readonly string[];
  readonly threadId?: string;
  /** A part of the thread's id or of its user's profile. */
  readonly q?: string;
  /** Only threads with a matching call in `range`. The figures cover the whole thread. */
  readonly calls?: CallFilter;
  /** Only threads of matching users. */
  readonly users?: UserFilter;
  /** A part of a message. Only finds stored content. */
  readonly content?: string;
  /** Only threads with a failed call, or only those without. */
  readonly isFailed?: boolean;
  readonly sort: ThreadSort;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: Position;
}

export interface ThreadRow extends SumsRow {
  /** The canonical id of the user; empty for calls without a user. */
  readonly owner: string;
  /** The ids with which the calls were sent. */
  readonly sentIds: readonly string[];
  readonly thread_id: string;
  readonly first_: string;
  readonly last_: string;
  readonly sortValue: string;
}

const SORTS: Readonly<Record<ThreadSort, string>> = {
  lastSeen: 'last_',
  firstSeen: 'first_',
  cost: 'usd',
  calls: 'nCalls',
  tokens: 'inputTokens + outputTokens',
  errors: 'nErrors',
};

function havingOf({ after, sort, isDescending, isFailed }: Omit<ThreadsQuery, 'limit'>, sql: Sql): string {
  const having = ['(nCalls > 0 OR nClaimed > 0)'];
  if (isFailed !== undefined) having.push(`nErrors ${isFailed ? '>' : '='} 0`);
  if (after !== undefined) {
    const [value = '', threadId = '', owner = ''] = after;
    if (!/^-?\d{1,20}(\.\d{1,18})?$/.test(value)) {
      throw foreignCursor();
    }
    const last = sort === 'cost' ? `toDecimal128(${sql.text(value)}, 18)` : `toInt64(${sql.text(value)})`;
    const by = SORTS[sort];
    having.push(
      `(${by} ${isDescending ? '<' : '>'} ${last} OR (${by} = ${last} AND ` +
        `(thread_id, owner) > (${sql.text(threadId)}, ${sql.text(owner)})))`,
    );
  }
  return all(having);
}

/** Conditions on the stored rows. They keep all rows of a thread and user, or none. */
function whereOf(query: Omit<ThreadsQuery, 'limit'>, sql: Sql): string {
  const { project, hasAliases, userIds, threadId, q, users, content, range } = query;
  const ofUsers = (filter: UserFilter): string =>
    keyCondition({ project, users: filter, hasAliases }, sql, 'cityHash64(user_id)');
  return all([
    `project = ${sql.text(project)}`,
    sql.isShown,
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
    ...(threadId === undefined ? [] : [`thread_id = ${sql.text(threadId)}`]),
    ...(q === undefined
      ? []
      : [
          `(${containsWords(
            ['thread_id'],
            wordsOf(q).map((word) => sql.text(word)),
          )} OR ${ofUsers({ q, props: new Map() })})`,
        ]),
    ...(users === undefined || !hasUserFilter(users) ? [] : [ofUsers(users)]),
    ...(content === undefined ? [] : [`thread_id IN (${threadsWithContent(project, content, range, sql)})`]),
  ]);
}

/** The condition that a thread has a matching call in the range; empty without a filter and limits. */
function withCalls(query: Omit<ThreadsQuery, 'limit'>, sql: Sql): string {
  const { project, calls: filter = {}, range, userIds } = query;
  const isEverything = range.fromMs === undefined && range.toMs === undefined;
  if (isEverything && callConditions(filter, sql).length === 0) return '';
  const { id, join } = canonicalId(query, sql);
  const found = callsInThreads(
    { project, range, filter, ...(userIds === undefined ? {} : { userIds }) },
    sql,
  );
  return ` WHERE (${id}, u.thread_id) IN (SELECT ${id}, u.thread_id FROM (${found}) AS u${join})`;
}

/** A query for the threads of a list, in its order. */
function selectThreads(query: Omit<ThreadsQuery, 'limit'>, sql: Sql): string {
  const { id, join } = canonicalId(query, sql);
  return `SELECT ${id} AS owner, groupUniqArray(u.user_id) AS sentIds, thread_id,
       min(first_ns) AS first_, max(last_ns) AS last_, ${sumsSql(sql)}, toString(${SORTS[query.sort]}) AS sortValue
     FROM (SELECT * FROM threads WHERE ${whereOf(query, sql)}) AS u${join}${withCalls(query, sql)}
     GROUP BY owner, thread_id HAVING ${havingOf(query, sql)} ORDER BY ${orderOf(query)}`;
}

function orderOf({ sort, isDescending }: Pick<ThreadsQuery, 'sort' | 'isDescending'>): string {
  return `${SORTS[sort]} ${isDescending ? 'DESC' : 'ASC'}, thread_id, owner`;
}

/** Threads. Returns one more than the limit if there are further pages. */
export async function listThreads(store: Store, query: ThreadsQuery): Promise<ThreadRow[]> {
  const sql = new Sql(store);
  return store.query<ThreadRow>(
    `${selectThreads(query, sql)} LIMIT ${sql.param(query.limit, 'UInt32')}`,
    sql.parameters,
  );
}

/** The position of a thread in a list, and its neighbors. */
export interface ThreadNeighbors {
  readonly previous: string | null;
  readonly next: string | null;
  readonly position: number;
  readonly total: number;
}

/** The position of a thread in a list; `undefined` if it is not in the list. */
export async function findThreadNeighbors(
  store: Store,
  query: Omit<ThreadsQuery, 'limit' | 'after'>,
  threadId: string,
): Promise<ThreadNeighbors | undefined> {
  const sql = new Sql(store);
  const frame = `ORDER BY ${orderOf(query)}`;
  const everything = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING';
  const [row] = await store.query<{ position: string; total: string; previous: string; next: string }>(
    `SELECT * FROM (
       SELECT thread_id, row_number() OVER (${frame}) AS position, count() OVER () AS total,
         lagInFrame(thread_id) OVER (${frame} ${everything}) AS previous, leadInFrame(thread_id) OVER (${frame} ${everything}) AS next
       FROM (${selectThreads(query, sql)} LIMIT 1 BY thread_id)
     ) WHERE thread_id = ${sql.text(threadId)} LIMIT 1`,
    sql.parameters,
  );
  if (row === undefined) return undefined;
  const [position, total] = [Number(row.position), Number(row.total)];
  return {
    previous: position > 1 ? row.previous : null,
    next: position < total ? row.next : null,
    position,
    total,
  };
}

/** Threads with the names of their users and, if requested, titles. */
export async function threadRows(
  store: Store,
  project: string,
  rows: readonly ThreadRow[],
  { includesTitles = false }: { readonly includesTitles?: boolean } = {},
): Promise<ThreadJson[]> {
  const ids = [...new Set(rows.map(({ owner }) => owner))].filter((id) => id !== '');
  const [profiles, titles] = await Promise.all([
    readProfiles(store, project, ids),
    includesTitles ? readTitles(store, project, rows) : undefined,
  ]);
  return rows.map((row) => ({
    id: row.thread_id,
    userId: row.owner || null,
    name: profiles.get(row.owner)?.name ?? null,
    firstSeen: showTime(row.first_),
    lastSeen: showTime(row.last_),
    ...figuresOf(row),
    ...(titles === undefined ? {} : { title: titles.get(row.thread_id) ?? null }),
  }));
}

export const THREAD_COLUMNS: readonly (keyof ThreadJson)[] = [
  'id',
  'userId',
  'name',
  'firstSeen',
  'lastSeen',
  ...FIGURE_COLUMNS,
];
