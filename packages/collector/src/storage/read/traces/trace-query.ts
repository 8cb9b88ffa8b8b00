import { ATTR_OPERATION_NAME, RUN_OPERATIONS } from '@userspan/core/semconv';

import type { CallRow } from '../../write/call-row.ts';
import { CALL_SELECT, newestRows, SPAN_SELECT } from './load-traces.ts';
import type { AnsweredCall } from './load-traces.ts';
import type { StoredSpan } from './load-traces.ts';
import { readContents } from './read-contents.ts';
import { spanIdOf, uuidOf } from '../../engine/ids.ts';
import type { Attributes } from '@userspan/ledger';
import { attributesWithoutContent, eventWithoutContent } from '../../../otlp/content/reduce-value.ts';
import type { ReadContext } from '../query/read-context.ts';
import { showTime } from '../users/profiles-query.ts';

/** A span as the API shows it, in its place in the trace. */
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
  /** The user that the span names itself. */
  readonly userId: string | null;
  readonly cost: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly unknown[];
}

const RUNS: ReadonlySet<unknown> = new Set(RUN_OPERATIONS);
/** Most spans of one trace that are shown. */
const MAX_SPANS = 5_000;

/** The span with the messages that came as log records; the span's own attributes take precedence. */
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
  return { ...span, attributes: JSON.stringify(attributes), events };
}

/** Everything the store has of some traces; without prompts and answers where the context hides them. */
export async function readTraces(
  { store, hidesContent = false }: Pick<ReadContext, 'store' | 'hidesContent'>,
  project: string,
  traceIds: readonly string[],
): Promise<{ spans: StoredSpan[]; calls: CallRow[] }> {
  const parameters = { project, ids: traceIds.map(uuidOf) };
  const where = 'WHERE project = {project:String} AND trace_id IN {ids:Array(UUID)}';
  const [spans, calls, unattributed, contents] = await Promise.all([
    store.query<StoredSpan>(
      `SELECT ${SPAN_SELECT} FROM spans FINAL ${where} ORDER BY start_ns, span_id LIMIT 1 BY trace_id, span_id LIMIT ${MAX_SPANS}`,
      parameters,
    ),
    store.query<AnsweredCall>(`SELECT ${CALL_SELECT} FROM calls ${where}`, parameters),
    store.query<AnsweredCall>(`SELECT ${CALL_SELECT} FROM calls_unattributed ${where}`, parameters),
    hidesContent ? undefined : readContents(store, project, parameters.ids),
  ]);
  return {
    spans: spans.map((span) => (contents === undefined ? withoutContent(span) : withContent(span, contents))),
    calls: await newestRows([...calls, ...unattributed]),
  };
}

/** `call` is the call that the span is, where it is one. */
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

/** The spans of one trace for a waterfall, in order of their start. */
export function waterfall(spans: readonly StoredSpan[], calls: readonly CallRow[]): SpanJson[] {
  const first = spans[0];
  const start = first === undefined ? 0n : BigInt(first.start_ns);
  const byKey = new Map(calls.map((call) => [`${call.trace_id}:${call.span_id}`, call]));
  return spans.map((span) => spanJsonOf(span, byKey.get(`${span.trace_id}:${span.span_id}`), start));
}
