import { ATTR_OPERATION_NAME, RUN_OPERATIONS } from '@userspan/core/semconv';

import type { CallRow } from '../../write/call-row.ts';
import { CALL_SELECT, newestRows, SPAN_SELECT } from './load-traces.ts';
import type { AnsweredCall } from './load-traces.ts';
import type { StoredSpan } from './load-traces.ts';
import { fullAttributes } from '../../write/stored-attributes.ts';
import { readContents } from './read-contents.ts';
import { spanIdOf, uuidOf } from '../../engine/ids.ts';
import type { Attributes } from '@userspan/ledger';
import { messageWithoutContent, nameWithoutContent } from '../../../otlp/content/message-text.ts';
import { attributesWithoutContent, eventWithoutContent } from '../../../otlp/content/reduce-value.ts';
import { integerAt } from '../query/cursor.ts';
import type { Position } from '../query/cursor.ts';
import { foreignCursor } from '../query/invalid-query.ts';
import type { ReadContext } from '../query/read-context.ts';
import type { Parameters } from '../../engine/store.ts';
import { TimeSlice } from '../../../runtime/time-slice.ts';
import { showTime } from '../users/profiles-query.ts';

/** A span of a trace in the format of the API. */
export interface SpanJson {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** As in OTLP: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly kindOfSpan: 'call' | 'run' | 'other';
  readonly operation: string | null;
  readonly service: string | null;
  readonly scope: string | null;
  readonly at: string;
  readonly endAt: string;
  /** Milliseconds since the first span of the trace began. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly status: { readonly code: number; readonly message: string | null };
  /** The user that the span itself names. */
  readonly userId: string | null;
  readonly cost: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly unknown[];
}

const RUNS: ReadonlySet<unknown> = new Set(RUN_OPERATIONS);
/** Maximum number of spans per query. */
const MAX_SPANS = 5_000;

/** Adds messages from log records to a span. The span's own attributes take precedence. */
function withContent(span: StoredSpan, contents: Awaited<ReturnType<typeof readContents>>): StoredSpan {
  const content = contents.get(`${span.trace_id}:${span.span_id}`);
  if (content === undefined) return span;
  const own = JSON.parse(span.attributes) as Record<string, unknown>;
  return { ...span, attributes: JSON.stringify({ ...content, ...own }) };
}

function withoutContent(span: StoredSpan): StoredSpan {
  const attributes = attributesWithoutContent(JSON.parse(span.attributes) as Attributes);
  const events =
    span.events === ''
      ? ''
      : JSON.stringify(
          (JSON.parse(span.events) as { name: string; attributes: Attributes }[]).map((event) => ({
            ...event,
            attributes: eventWithoutContent(event.name, event.attributes),
          })),
        );
  return {
    ...span,
    name: nameWithoutContent(span.name),
    status_message: messageWithoutContent(span.status_message),
    attributes: JSON.stringify(attributes),
    events,
  };
}

/** Selects spans of traces. */
export interface TracePageQuery {
  readonly limit: number;
  /** End of the previous page. */
  readonly after?: Position;
  /** Only these spans, 64-bit numbers as strings. Default: all. */
  readonly spanIds?: readonly string[];
  /** Only the children of this span. */
  readonly parentSpanId?: string;
}

/** Spans ordered by start, with their calls, and the position of the next page. */
export interface TracePage {
  readonly spans: readonly StoredSpan[];
  readonly calls: readonly CallRow[];
  readonly next?: Position;
}

/** Number of strings in a position: start, trace, span. */
export const POSITION_LENGTH = 3;

/** The first spans of traces with their calls. Without prompts and answers if the context hides them. */
export function readTraces(
  context: Pick<ReadContext, 'store' | 'hidesContent'>,
  project: string,
  traceIds: readonly string[],
): Promise<TracePage> {
  return readTracePage(context, project, traceIds, { limit: MAX_SPANS });
}

/** A page of the spans of some traces. */
export async function readTracePage(
  { store, hidesContent = false }: Pick<ReadContext, 'store' | 'hidesContent'>,
  project: string,
  traceIds: readonly string[],
  { limit, after, spanIds, parentSpanId }: TracePageQuery,
): Promise<TracePage> {
  const ids = traceIds.map(uuidOf);
  const where = 'WHERE project = {project:String} AND trace_id IN {ids:Array(UUID)}';
  const found = await store.query<StoredSpan>(
    `SELECT ${SPAN_SELECT} FROM spans FINAL ${where}
     ${spanIds === undefined ? '' : 'AND id IN {spans:Array(UInt64)}'}
     ${parentSpanId === undefined ? '' : 'AND parent_id = {parent:UInt64}'}
     ${after === undefined ? '' : 'AND (start_ns, trace_id, id) > ({start:Int64}, {trace:UUID}, {span:UInt64})'}
     ORDER BY start_ns, trace_id, id LIMIT 1 BY trace_id, id LIMIT {limit:UInt32}`,
    {
      project,
      ids,
      limit: limit + 1,
      ...(spanIds === undefined ? {} : { spans: spanIds }),
      ...(parentSpanId === undefined ? {} : { parent: parentSpanId }),
      ...(after === undefined ? {} : positionParameters(after)),
    },
  );
  const spans = found.slice(0, limit).map((span) => ({ ...span, attributes: fullAttributes(span) }));
  const last = spans.at(-1);
  const ofSpans = { project, ids, spans: spans.map(({ span_id }) => span_id) };
  const ofPage = `${where} AND span_id IN {spans:Array(UInt64)}`;
  const [calls, unattributed, contents] = await Promise.all([
    store.query<AnsweredCall>(`SELECT ${CALL_SELECT} FROM calls ${ofPage}`, ofSpans),
    store.query<AnsweredCall>(`SELECT ${CALL_SELECT} FROM calls_unattributed ${ofPage}`, ofSpans),
    hidesContent ? undefined : readContents(store, project, ids),
  ]);
  const slice = new TimeSlice();
  const shown: StoredSpan[] = [];
  for (const span of spans) {
    shown.push(contents === undefined ? withoutContent(span) : withContent(span, contents));
    if (slice.isOver()) await slice.pass();
  }
  return {
    spans: shown,
    calls: await newestRows([...calls, ...unattributed]),
    ...(found.length > limit && last !== undefined
      ? { next: [last.start_ns, last.trace_id, last.span_id] }
      : {}),
  };
}

function positionParameters(position: Position): Parameters {
  const trace = position[1] ?? '';
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(trace)) throw foreignCursor();
  return { start: integerAt(position, 0), trace, span: integerAt(position, 2) };
}

/** The size and start of a trace. */
export interface TraceExtent {
  readonly spans: number;
  readonly startNs: bigint;
}

/** The number of spans of a trace and its start; `undefined` if it is not stored. */
export async function readTraceExtent(
  { store }: Pick<ReadContext, 'store'>,
  project: string,
  traceId: string,
): Promise<TraceExtent | undefined> {
  const [row] = await store.query<{ spans: string; start: string }>(
    `SELECT uniqExact(id) AS spans, min(start_ns) AS start FROM spans
     WHERE project = {project:String} AND trace_id = {trace:UUID}`,
    { project, trace: uuidOf(traceId) },
  );
  return row === undefined || Number(row.spans) === 0
    ? undefined
    : { spans: Number(row.spans), startNs: BigInt(row.start) };
}

/** Converts a span to the format of the API. `call` is set if the span is a call. */
export function spanJsonOf(span: StoredSpan, call: CallRow | undefined, traceStartNs: bigint): SpanJson {
  const attributes = JSON.parse(span.attributes) as Record<string, unknown>;
  const operation = Object.hasOwn(attributes, ATTR_OPERATION_NAME)
    ? attributes[ATTR_OPERATION_NAME]
    : undefined;
  const start = BigInt(span.start_ns);
  return {
    traceId: span.trace_id.replaceAll('-', ''),
    spanId: spanIdOf(span.span_id) ?? '',
    parentSpanId: spanIdOf(span.parent_span_id) ?? null,
    name: span.name,
    kind: span.kind,
    kindOfSpan: call === undefined ? (RUNS.has(operation) ? 'run' : 'other') : 'call',
    operation: typeof operation === 'string' ? operation : null,
    service: span.service || null,
    scope: span.scope || null,
    at: showTime(span.start_ns),
    endAt: showTime(String(start + BigInt(span.duration_ns))),
    offsetMs: Number(start - traceStartNs) / 1e6,
    durationMs: Number(span.duration_ns) / 1e6,
    status: { code: span.status, message: span.status_message || null },
    userId: span.user_id || null,
    cost: call === undefined || call.cost === null ? null : Number(call.cost),
    attributes,
    events: span.events === '' ? [] : (JSON.parse(span.events) as unknown[]),
  };
}

/**
 * Spans of one trace for a waterfall, ordered by start. `start` is the start of the trace; default: that of the first
 * span.
 */
export function waterfall(
  { spans, calls }: Pick<TracePage, 'spans' | 'calls'>,
  start: bigint = BigInt(spans[0]?.start_ns ?? 0),
): SpanJson[] {
  const byKey = new Map(calls.map((call) => [`${call.trace_id}:${call.span_id}`, call]));
  return spans.map((span) => spanJsonOf(span, byKey.get(`${span.trace_id}:${span.span_id}`), start));
}
