import type { Store } from '../../engine/store.ts';
import type { Position } from '../query/cursor.ts';
import { FIGURE_COLUMNS, figuresOf, SUMS } from '../usage/figures.ts';
import type { Figures, SumsRow } from '../usage/figures.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import { readProfiles, showTime } from '../users/profiles-query.ts';
import type { Range } from '../query/range.ts';
import { all, Sql } from '../../engine/sql.ts';

export const THREAD_SORTS = ['lastSeen', 'firstSeen', 'cost', 'calls', 'tokens'] as const;
export type ThreadSort = (typeof THREAD_SORTS)[number];

/** A conversation, as far as one user is in it. */
export interface ThreadJson extends Figures {
  readonly id: string;
  readonly userId: string | null;
  /** Name of the user. */
  readonly name: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface ThreadsQuery {
  readonly project: string;
  readonly range: Range;
  readonly userIds?: readonly string[];
  readonly threadId?: string;
  /** Part of a thread's id. */
  readonly q?: string;
  readonly sort: ThreadSort;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: Position;
}

export interface ThreadRow extends SumsRow {
  readonly user_id: string;
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
};

function havingOf({ range, after, sort, isDescending }: ThreadsQuery, sql: Sql): string {
  const having = ['nCalls > 0'];
  if (range.fromMs !== undefined) having.push(`last_ >= ${sql.integer(BigInt(range.fromMs) * 1_000_000n)}`);
  if (range.toMs !== undefined) having.push(`first_ < ${sql.integer(BigInt(range.toMs) * 1_000_000n)}`);
  if (after !== undefined) {
    const [value = '', threadId = '', userId = ''] = after;
    if (!/^-?\d{1,20}(\.\d{1,18})?$/.test(value)) {
      throw foreignCursor();
    }
    const last = sort === 'cost' ? `toDecimal128(${sql.text(value)}, 18)` : `toInt64(${sql.text(value)})`;
    const by = SORTS[sort];
    having.push(
      `(${by} ${isDescending ? '<' : '>'} ${last} OR (${by} = ${last} AND ` +
        `(thread_id, user_id) > (${sql.text(threadId)}, ${sql.text(userId)})))`,
    );
  }
  return all(having);
}

/** Threads; one more than the limit where there are further pages. */
export async function listThreads(store: Store, query: ThreadsQuery): Promise<ThreadRow[]> {
  const sql = new Sql();
  const { project, userIds, threadId, q, sort, isDescending, limit } = query;
  const where = [
    `project = ${sql.text(project)}`,
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
    ...(threadId === undefined ? [] : [`thread_id = ${sql.text(threadId)}`]),
    ...(q === undefined ? [] : [`positionCaseInsensitiveUTF8(thread_id, ${sql.text(q)}) > 0`]),
  ];
  return store.query<ThreadRow>(
    `SELECT user_id, thread_id, min(first_ns) AS first_, max(last_ns) AS last_, ${SUMS}, toString(${SORTS[sort]}) AS sortValue
     FROM threads WHERE ${all(where)} GROUP BY user_id, thread_id HAVING ${havingOf(query, sql)}
     ORDER BY ${SORTS[sort]} ${isDescending ? 'DESC' : 'ASC'}, thread_id, user_id LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
}

/** Threads with the names of their users. */
export async function threadRows(
  store: Store,
  project: string,
  rows: readonly ThreadRow[],
): Promise<ThreadJson[]> {
  const ids = [...new Set(rows.map((row) => row.user_id))].filter((id) => id !== '');
  const profiles = await readProfiles(store, project, ids);
  return rows.map((row) => ({
    id: row.thread_id,
    userId: row.user_id || null,
    name: profiles.get(row.user_id)?.name ?? null,
    firstSeen: showTime(row.first_),
    lastSeen: showTime(row.last_),
    ...figuresOf(row),
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
