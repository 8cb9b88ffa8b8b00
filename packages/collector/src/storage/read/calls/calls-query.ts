import type { CallRow } from '../../write/call-row.ts';
import { CALL_SELECT, callRowFrom } from '../traces/load-traces.ts';
import type { AnsweredCall } from '../traces/load-traces.ts';
import { numberOf, traceIdOf, uuidOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';
import { integerAt } from '../query/cursor.ts';
import type { Position } from '../query/cursor.ts';
import { callConditions } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import { isOfSystem } from '../usage/system-services.ts';
import type { ExactRange } from '../query/range.ts';
import { all, Sql } from '../../engine/sql.ts';
import { exactConditions } from '../users/user-extras.ts';

export interface CallsQuery {
  readonly project: string;
  readonly range: ExactRange;
  readonly filter: CallFilter;
  /** Only calls of these users. Default: all. */
  readonly userIds?: readonly string[];
  /** Only calls with a user, or only calls without. */
  readonly isAttributed?: boolean;
  readonly threadId?: string;
  readonly isFailed?: boolean;
  readonly isUnpriced?: boolean;
  readonly isOldestFirst?: boolean;
  readonly limit: number;
  readonly after?: Position;
}

function conditionsOf(query: CallsQuery, sql: Sql): string[] {
  const {
    project,
    range,
    filter,
    userIds,
    isAttributed,
    threadId,
    isFailed,
    isUnpriced,
    isOldestFirst,
    after,
  } = query;
  const conditions = [
    `project = ${sql.text(project)}`,
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
    ...exactConditions('start_ns', range, sql),
    ...callConditions(filter, sql),
    sql.isShown,
    // A list of calls without a user hides those of system services, unless the request filters by service.
    ...(isAttributed === false && filter.service === undefined ? [`NOT ${isOfSystem(project, sql)}`] : []),
    ...(threadId === undefined ? [] : [`thread_id = ${sql.text(threadId)}`]),
    ...(isFailed === undefined ? [] : [`error ${isFailed ? '!=' : '='} ''`]),
    ...(isUnpriced === undefined ? [] : [`cost IS ${isUnpriced ? '' : 'NOT '}NULL`]),
  ];
  if (after !== undefined) {
    const [, traceId = '', spanId = ''] = after;
    if (!/^[0-9a-f]{32}$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId)) {
      throw foreignCursor();
    }
    const last = `(${sql.integer(integerAt(after, 0))}, ${sql.param(uuidOf(traceId), 'UUID')}, ${sql.param(BigInt(numberOf(spanId)), 'UInt64')})`;
    conditions.push(`(start_ns, trace_id, span_id) ${isOldestFirst === true ? '>' : '<'} ${last}`);
  }
  return conditions;
}

/** Calls, the newest first. Returns one more than the limit if there are further pages. */
export async function listCalls(store: Store, query: CallsQuery): Promise<CallRow[]> {
  const sql = new Sql(store);
  const where = all(conditionsOf(query, sql));
  const tables =
    query.isAttributed === true || query.userIds !== undefined
      ? ['calls']
      : query.isAttributed === false
        ? ['calls_unattributed']
        : ['calls', 'calls_unattributed'];
  const direction = query.isOldestFirst === true ? 'ASC' : 'DESC';
  const limit = sql.param(query.limit, 'UInt32');
  const order = `ORDER BY start_ns ${direction}, trace_id ${direction}, span_id ${direction} LIMIT ${limit}`;
  const sources = tables.map((table) => `SELECT ${CALL_SELECT} FROM ${table} FINAL WHERE ${where} ${order}`);
  const rows = await store.query<AnsweredCall>(
    sources.length === 1
      ? String(sources[0])
      : `SELECT * FROM (${sources.map((source) => `(${source})`).join(' UNION ALL ')}) ${order}`,
    sql.parameters,
  );
  return rows.map(callRowFrom);
}

/** The position at the end of a page of calls. */
export function callPosition(row: CallRow): Position {
  return [row.start_ns, traceIdOf(row.trace_id), BigInt(row.span_id).toString(16).padStart(16, '0')];
}
