import { ATTR_MESSAGE_CONTENT, ATTR_MESSAGE_EXTRA } from '@userspan/core/semconv';

import { numberOf, spanIdOf, traceIdOf, uuidOf } from '../../engine/ids.ts';
import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { integerAt } from '../query/cursor.ts';
import type { Position } from '../query/cursor.ts';
import type { ExactRange } from '../query/range.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import { exactConditions } from '../users/user-extras.ts';
import { showTime } from '../users/profiles-query.ts';

/** A stored message or feedback. */
export interface EntryRow {
  readonly trace_id: string;
  readonly span_id: string;
  readonly at_ns: string;
  readonly kind: 'message' | 'feedback';
  readonly user_id: string;
  readonly user_claimed: number;
  readonly thread_id: string;
  readonly id: string;
  readonly target: string;
  readonly role: string;
  readonly is_retry: number;
  readonly thumb: string;
  readonly score: number | null;
  readonly comment: string;
}

/** Feedback on an answer, a run or a whole thread, in the format of the API. */
export interface FeedbackJson {
  readonly at: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly userId: string | null;
  /** Whether only a browser names the user. */
  readonly userClaimed: boolean;
  readonly threadId: string | null;
  readonly target: 'message' | 'run' | 'thread';
  /** Id of a message, of a run (`<trace id>-<span id>`), or of a thread. */
  readonly targetId: string;
  readonly thumb: 'up' | 'down' | null;
  readonly score: number | null;
  readonly comment: string | null;
}

/** A message that the application tracked. */
export interface MessageJson {
  readonly id: string;
  readonly at: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly userId: string | null;
  readonly role: string | null;
  /** Whether the user asks again for an answer. */
  readonly isRetry: boolean;
  /** `null` if content is not stored. */
  readonly content: string | null;
  /** JSON of the other fields that the application sent. */
  readonly extra: string | null;
}

const SELECT = `SELECT trace_id, span_id, at_ns, kind, user_id, user_claimed, thread_id, id, target, role, is_retry, thumb, score,
  comment FROM thread_entries FINAL`;
/** Maximum number of entries of one thread in an answer. */
const MAX_ENTRIES = 5_000;

/** Messages and feedback with the id of a thread, oldest first. */
export async function readEntriesOfThread(
  store: Store,
  project: string,
  threadId: string,
): Promise<EntryRow[]> {
  return store.query<EntryRow>(
    `${SELECT} WHERE project = {project:String} AND thread_id = {threadId:String}
     ORDER BY at_ns, trace_id, span_id LIMIT ${MAX_ENTRIES}`,
    { project, threadId },
  );
}

/** Feedback about any of these messages, runs or threads, oldest first. */
export async function readFeedbackAbout(
  store: Store,
  project: string,
  ids: readonly string[],
): Promise<EntryRow[]> {
  if (ids.length === 0) {
    return [];
  }
  return store.query<EntryRow>(
    `${SELECT} WHERE project = {project:String} AND kind = 'feedback' AND id IN {ids:Array(String)}
     ORDER BY at_ns, trace_id, span_id LIMIT ${MAX_ENTRIES}`,
    { project, ids },
  );
}

export interface FeedbackQuery {
  readonly project: string;
  readonly range: ExactRange;
  readonly userIds?: readonly string[];
  readonly threadId?: string;
  readonly thumb?: 'up' | 'down';
  readonly limit: number;
  readonly after?: Position;
}

/** Feedback, the newest first. Includes feedback that was sent with a message. */
export async function listFeedback(store: Store, query: FeedbackQuery): Promise<EntryRow[]> {
  const { project, range, userIds, threadId, thumb, limit, after } = query;
  const sql = new Sql(store);
  const conditions = [
    `project = ${sql.text(project)}`,
    sql.isShown,
    "(kind = 'feedback' OR thumb != '' OR score IS NOT NULL OR comment != '')",
    ...(userIds === undefined ? [] : [`user_id IN ${sql.texts(userIds)}`]),
    ...(threadId === undefined ? [] : [`thread_id = ${sql.text(threadId)}`]),
    ...(thumb === undefined ? [] : [`thumb = ${sql.text(thumb)}`]),
    ...exactConditions('at_ns', range, sql),
  ];
  if (after !== undefined) {
    const [, traceId = '', spanId = ''] = after;
    if (!/^[0-9a-f]{32}$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId)) {
      throw foreignCursor();
    }
    const last = `(${sql.integer(integerAt(after, 0))}, ${sql.param(uuidOf(traceId), 'UUID')}, ${sql.param(BigInt(numberOf(spanId)), 'UInt64')})`;
    conditions.push(`(at_ns, trace_id, span_id) < ${last}`);
  }
  return store.query<EntryRow>(
    `${SELECT} WHERE ${all(conditions)} ORDER BY at_ns DESC, trace_id DESC, span_id DESC LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
}

/** The position at the end of a page of feedback. */
export function feedbackPosition(row: EntryRow): Position {
  return [row.at_ns, traceIdOf(row.trace_id), spanIdOf(row.span_id) ?? ''];
}

/** The id by which feedback names a span: `<trace id>-<span id>`. */
export function spanTargetId({ trace_id, span_id }: Pick<EntryRow, 'trace_id' | 'span_id'>): string {
  return `${traceIdOf(trace_id)}-${spanIdOf(span_id) ?? ''}`;
}

/** Whether a row has feedback. Messages can include feedback. */
export function hasFeedback({ kind, thumb, score, comment }: EntryRow): boolean {
  return kind === 'feedback' || thumb !== '' || score !== null || comment !== '';
}

export function feedbackJsonOf(row: EntryRow): FeedbackJson {
  const isMessage = row.kind === 'message';
  return {
    ...placeOf(row),
    userClaimed: row.user_claimed === 1,
    threadId: row.thread_id || null,
    target: isMessage ? 'message' : (row.target as FeedbackJson['target']),
    targetId: isMessage ? row.id || spanTargetId(row) : row.id,
    thumb: row.thumb === 'up' || row.thumb === 'down' ? row.thumb : null,
    score: row.score,
    comment: row.comment || null,
  };
}

/** @param attributes attributes of the span, which contain the content */
export function messageJsonOf(row: EntryRow, attributes: Readonly<Record<string, unknown>>): MessageJson {
  const text = (name: string): string | null => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return typeof value === 'string' ? value : null;
  };
  return {
    id: row.id || spanTargetId(row),
    ...placeOf(row),
    role: row.role || null,
    isRetry: row.is_retry === 1,
    content: text(ATTR_MESSAGE_CONTENT),
    extra: text(ATTR_MESSAGE_EXTRA),
  };
}

function placeOf(row: EntryRow): Pick<FeedbackJson, 'at' | 'traceId' | 'spanId' | 'userId'> {
  return {
    at: showTime(row.at_ns),
    traceId: traceIdOf(row.trace_id),
    spanId: spanIdOf(row.span_id) ?? '',
    userId: row.user_id || null,
  };
}
