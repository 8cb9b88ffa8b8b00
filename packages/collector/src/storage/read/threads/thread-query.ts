import type { CallRow } from '../../write/call-row.ts';
import type { StoredSpan } from '../traces/load-traces.ts';
import { traceIdOf } from '../../engine/ids.ts';
import type { ReadContext } from '../query/read-context.ts';
import { callJsonOf } from '../calls/call-json.ts';
import type { CallJson } from '../calls/call-json.ts';
import { listCalls } from '../calls/calls-query.ts';
import { addSums, figuresOf } from '../usage/figures.ts';
import { messagesOf } from '../traces/span-messages.ts';
import type { Messages } from '../traces/span-messages.ts';
import { readTraces, spanJsonOf } from '../traces/trace-query.ts';
import type { SpanJson } from '../traces/trace-query.ts';
import { listThreads, threadRows } from './threads-query.ts';
import {
  feedbackJsonOf,
  hasFeedback,
  messageJsonOf,
  readEntriesOfThread,
  readFeedbackAbout,
  spanTargetId,
} from './thread-entries.ts';
import type { EntryRow, FeedbackJson, MessageJson } from './thread-entries.ts';
import type { ThreadJson, ThreadRow } from './threads-query.ts';

/** A conversation with its calls, messages and feedback. */
export interface ThreadDetail extends Omit<ThreadJson, 'calls'> {
  readonly users: readonly string[];
  readonly callCount: number;
  readonly calls: readonly (CallJson & { readonly messages?: Messages })[];
  readonly runs: readonly SpanJson[];
  /** Messages that the application tracked, oldest first. */
  readonly messages: readonly MessageJson[];
  /** Feedback on the thread and on its messages and runs, oldest first. */
  readonly feedback: readonly FeedbackJson[];
}

/** Maximum number of calls of one thread in an answer. */
const MAX_CALLS = 1_000;
const MAX_USERS = 100;

function callWithMessages(
  row: CallRow,
  spans: ReadonlyMap<string, StoredSpan>,
): CallJson & { messages?: Messages } {
  const messages = messagesOf(attributesOf(spans.get(`${row.trace_id}:${row.span_id}`)));
  return messages === undefined ? callJsonOf(row) : { ...callJsonOf(row), messages };
}

function attributesOf(span: StoredSpan | undefined): Readonly<Record<string, unknown>> {
  return span === undefined ? {} : (JSON.parse(span.attributes) as Record<string, unknown>);
}

/** The feedback among entries, each once, oldest first. */
export function feedbackOf(entries: readonly EntryRow[]): FeedbackJson[] {
  const rows = new Map(entries.filter(hasFeedback).map((row) => [spanTargetId(row), row]));
  return [...rows.values()].sort((a, b) => (BigInt(a.at_ns) < BigInt(b.at_ns) ? -1 : 1)).map(feedbackJsonOf);
}

/**
 * The row of a conversation's owner: the user with the most verified calls. Claimed calls decide only if there are no
 * others, so that a browser cannot take over a conversation.
 *
 * @param rows one per user of the conversation, the latest seen first
 */
function ownerRow(rows: readonly ThreadRow[]): ThreadRow | undefined {
  const verifiedCalls = ({ nVerified }: ThreadRow): number => Number(nVerified);
  const rank = (row: ThreadRow): number => (verifiedCalls(row) > 0 ? 2 : 0) + (row.owner === '' ? 0 : 1);
  return rows.toSorted((a, b) => rank(b) - rank(a) || verifiedCalls(b) - verifiedCalls(a))[0];
}

/** A whole conversation; `undefined` if it does not exist. */
export async function readThread(
  context: Pick<ReadContext, 'store' | 'hidesContent'>,
  project: string,
  threadId: string,
): Promise<ThreadDetail | undefined> {
  const { store } = context;
  const rows = await listThreads(store, {
    project,
    hasAliases: true,
    threadId,
    range: {},
    sort: 'lastSeen',
    isDescending: true,
    limit: MAX_USERS,
  });
  const first = ownerRow(rows);
  if (first === undefined) return undefined;
  const [shown] = await threadRows(store, project, [first]);
  if (shown === undefined) return undefined;
  const users = rows.map(({ owner }) => owner).filter((id) => id !== '');
  const userIds = rows.flatMap(({ sentIds }) => sentIds).filter((id) => id !== '');
  const query = { project, threadId, range: {}, filter: {}, isOldestFirst: true, limit: MAX_CALLS } as const;
  const [known, unknown] = await Promise.all([
    userIds.length === 0 ? [] : listCalls(store, { ...query, userIds }),
    rows.some(({ owner }) => owner === '') ? listCalls(store, { ...query, isAttributed: false }) : [],
  ]);
  const calls = [...known, ...unknown]
    .sort((a, b) => (BigInt(a.start_ns) < BigInt(b.start_ns) ? -1 : 1))
    .slice(0, MAX_CALLS);
  const entries = await readEntriesOfThread(store, project, threadId);
  const messages = entries.filter(({ kind }) => kind === 'message');
  const traces = await readTraces(context, project, [
    ...new Set([...calls, ...messages].map((row) => traceIdOf(row.trace_id))),
  ]);
  const spans = new Map(traces.spans.map((span) => [`${span.trace_id}:${span.span_id}`, span]));
  const about = await readFeedbackAbout(store, project, [
    threadId,
    ...messages.map(({ id }) => id),
    ...traces.spans.map(spanTargetId),
  ]);
  const start = BigInt(calls[0]?.start_ns ?? 0);
  const times = rows.map((row) => [row.first_, row.last_] as const);
  const { calls: callCount, ...figures } = figuresOf(addSums(rows));
  return {
    ...shown,
    firstSeen: shown.firstSeen,
    lastSeen: shown.lastSeen,
    ...(times.length > 1 ? { userId: users.length === 1 ? (users[0] ?? null) : shown.userId } : {}),
    ...figures,
    users,
    callCount,
    calls: calls.map((row) => callWithMessages(row, spans)),
    runs: traces.spans
      .map((span) => spanJsonOf(span, undefined, start))
      .filter((span) => span.kindOfSpan === 'run'),
    messages: messages.map((row) =>
      messageJsonOf(row, attributesOf(spans.get(`${row.trace_id}:${row.span_id}`))),
    ),
    feedback: feedbackOf([...entries, ...about]),
  };
}
