import { readSpan } from '@userspan/ledger';
import type { Attributes, ReadOptions, Span, SpanEvent, Steps } from '@userspan/ledger';

import { spanIdOf, traceIdOf, uuidOf } from '../../engine/ids.ts';
import { tableOf } from '../../engine/schema.ts';
import type { Store } from '../../engine/store.ts';
import { TimeSlice } from '../../../runtime/time-slice.ts';
import { tableOfCall } from '../../write/call-row.ts';
import type { CallRow } from '../../write/call-row.ts';
import { fullAttributes } from '../../write/stored-attributes.ts';
import type { StoredAttributes } from '../../write/stored-attributes.ts';
import { fullUsage } from '../../write/stored-usage.ts';
import { newTraceState } from './trace-state.ts';
import type { CallState, TraceState } from './trace-state.ts';

/** A stored span. */
export interface StoredSpan extends StoredAttributes {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string;
  readonly name: string;
  readonly kind: number;
  readonly start_ns: string;
  readonly duration_ns: string;
  readonly status: number;
  readonly status_message: string;
  readonly service: string;
  readonly scope: string;
  readonly scope_version: string;
  readonly user_id: string;
  readonly user_claimed: number;
  readonly thread_id: string;
  readonly is_call: number;
  readonly events: string;
  readonly resource: string;
  readonly received: number;
  readonly collector: string;
}

const IDS: Readonly<Record<string, string>> = {
  span_id: 'id AS span_id',
  parent_span_id: 'parent_id AS parent_span_id',
};

/** Columns of `StoredSpan`. */
export const SPAN_SELECT: string = Object.keys(tableOf('spans').columns)
  .filter((column) => column !== 'project')
  .map((column) => IDS[column] ?? column)
  .join(', ');

/** Columns of `CallRow`. The engine returns 64-bit numbers as strings. */
export const CALL_SELECT: string = Object.keys(tableOf('calls').columns).join(', ');

type Counts = 'input_tokens' | 'output_tokens' | 'cached_tokens' | 'reasoning_tokens';

/** A call in the engine's answer, with 64-bit counts as strings. */
export type AnsweredCall = Omit<CallRow, Counts> &
  Readonly<Record<Counts, string | number>> & { readonly same_cost: number };

/** Converts an answered call to a row with numeric counts. */
export function callRowFrom({ same_cost: sameCost, ...row }: AnsweredCall): CallRow {
  const counts = {
    input_tokens: Number(row.input_tokens),
    output_tokens: Number(row.output_tokens),
    cached_tokens: Number(row.cached_tokens),
    reasoning_tokens: Number(row.reasoning_tokens),
  };
  return {
    ...row,
    ...counts,
    usage: fullUsage({ ...counts, usage: row.usage }),
    ...(sameCost === 1 ? { cost_at_call: row.cost } : {}),
  };
}

function parse<T>(text: string, fallback: T): T {
  return text === '' ? fallback : (JSON.parse(text) as T);
}

/** Converts a stored span back to a span. */
export function spanOf(stored: StoredSpan): Span {
  const start = BigInt(stored.start_ns);
  const parentSpanId = spanIdOf(stored.parent_span_id);
  const events = parse<{ name: string; timeUnixNano: string; attributes: Attributes }[]>(stored.events, []);
  return {
    traceId: traceIdOf(stored.trace_id),
    spanId: spanIdOf(stored.span_id) ?? '',
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: stored.name,
    kind: stored.kind,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(stored.duration_ns),
    status: {
      code: stored.status === 1 || stored.status === 2 ? stored.status : 0,
      ...(stored.status_message === '' ? {} : { message: stored.status_message }),
    },
    attributes: parse<Attributes>(fullAttributes(stored), {}),
    events: events.map(({ name, timeUnixNano, attributes }): SpanEvent => ({
      name,
      timeUnixNano: BigInt(timeUnixNano),
      attributes,
    })),
    resource: parse<Attributes>(stored.resource, {}),
    scope: { name: stored.scope, ...(stored.scope_version === '' ? {} : { version: stored.scope_version }) },
  };
}

/** The newest version of each row, without deleted ones. */
export async function newestRows(rows: readonly AnsweredCall[]): Promise<CallRow[]> {
  const newest = new Map<string, CallRow>();
  const slice = new TimeSlice();
  for (const answered of rows) {
    if (slice.isOver()) await slice.pass();
    const row = callRowFrom(answered);
    const key = `${tableOfCall(row)}\0${row.user_id}\0${row.start_ns}\0${row.trace_id}\0${row.span_id}`;
    const known = newest.get(key);
    if (known === undefined || BigInt(row.version) > BigInt(known.version)) newest.set(key, row);
  }
  return [...newest.values()].filter((row) => row.deleted === 0);
}

/** Traces loaded from the store. */
export interface LoadedTraces {
  readonly traces: ReadonlyMap<string, TraceState>;
  /** Counted rows in excess of one per span, which exist only if two collectors received the same span. */
  readonly surplusRows: readonly CallRow[];
}

const CHUNK = 2_000;

/**
 * Maximum number of spans or calls per query. More are read in pages, because an answer is in memory as text, as rows,
 * and again on the requesting thread.
 */
const PAGE = 4_000;

/** The columns that determine the start of the next page. */
interface PagedRow {
  readonly trace_id: string;
  readonly span_id: string;
}

/**
 * Reads rows of traces. If they need several pages, rows are ordered by trace and span, and all rows of a span are in
 * one page.
 *
 * @param select a query up to its conditions
 * @yields the rows of one page
 */
async function* readPages<Row extends PagedRow>(
  store: Store,
  select: string,
  project: string,
  ids: readonly string[],
): AsyncGenerator<readonly Row[], void> {
  const rows = `${select} WHERE project = {project:String} AND trace_id IN {ids:Array(UUID)}`;
  // Nearly always this is everything, and a query without an order is the fastest.
  const all = await store.query<Row>(`${rows} LIMIT ${PAGE + 1}`, { project, ids });
  if (all.length <= PAGE) {
    yield all;
    return;
  }
  const order = `ORDER BY trace_id, span_id LIMIT ${PAGE} WITH TIES`;
  let page = await store.query<Row>(`${rows} ${order}`, { project, ids });
  for (;;) {
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    page = await store.query<Row>(
      `${rows} AND (trace_id, span_id) > ({trace:UUID}, {span:UInt64}) ${order}`,
      { project, ids, trace: last.trace_id, span: last.span_id },
    );
  }
}

/**
 * Reads the counted calls of traces.
 *
 * @yields the rows of one page
 */
async function* readCalls(
  store: Store,
  project: string,
  ids: readonly string[],
): AsyncGenerator<readonly CallRow[], void> {
  for (const table of ['calls', 'calls_unattributed']) {
    const select = `SELECT ${CALL_SELECT} FROM ${table}`;
    for await (const page of readPages<AnsweredCall>(store, select, project, ids)) yield newestRows(page);
  }
}

function addSpan(
  traces: Map<string, TraceState>,
  project: string,
  stored: StoredSpan,
  options: ReadOptions,
): void {
  const span = spanOf(stored);
  const trace = traces.get(span.traceId) ?? newTraceState(project, span.traceId);
  traces.set(span.traceId, trace);
  if (trace.spans.has(span.spanId)) return;
  const reading = readSpan(span, { ...options, claimed: stored.user_claimed === 1 });
  trace.spans.set(span.spanId, reading.traceSpan);
  if (reading.call === undefined) return;
  trace.calls.set(span.spanId, {
    call: reading.call,
    context: {
      project: trace.project,
      collector: stored.collector,
      scope: stored.scope,
      name: stored.name,
      receivedAtMs: stored.received * 1000,
    },
  });
}

/** Makes a row the counted one of its call unless there is a newer one; returns the row that does not count. */
function countRow(state: CallState | undefined, row: CallRow): CallRow | undefined {
  if (state === undefined) return row;
  const { counted } = state;
  if (counted !== undefined && BigInt(row.version) <= BigInt(counted.version)) return row;
  state.counted = row;
  return counted;
}

/** Reduces the memory of a trace. */
export type CompactTrace = (trace: TraceState) => Steps<unknown>;

const KEEP_AS_IT_IS: CompactTrace = function* () {
  // Not worthwhile for small traces.
};

/**
 * Loads traces from the store, with their spans and counted calls, in parts of a few thousand spans (or one larger
 * trace).
 *
 * @param compact called with traces after each page, so that a large trace's rows are never all in memory as objects
 * @yields whole traces, each once
 */
export async function* loadTracesInParts(
  store: Store,
  project: string,
  traceIds: readonly string[],
  options: ReadOptions = {},
  compact: CompactTrace = KEEP_AS_IT_IS,
): AsyncGenerator<LoadedTraces, void> {
  const slice = new TimeSlice();
  for (let at = 0; at < traceIds.length; at += CHUNK) {
    const left = new Set(traceIds.slice(at, at + CHUNK).map(uuidOf));
    const pages = readPages<StoredSpan>(store, `SELECT ${SPAN_SELECT} FROM spans`, project, [...left]);
    let traces = new Map<string, TraceState>();
    let spans = 0;
    for await (const page of pages) {
      for (const stored of page) {
        // Only ordered pages have this many spans, so the previous trace is complete.
        if (spans >= PAGE && !traces.has(traceIdOf(stored.trace_id))) {
          const ids = [...traces.keys()].map(uuidOf);
          yield await withCalls(store, project, traces, ids, slice, compact);
          deleteAll(left, ids);
          [traces, spans] = [new Map(), 0];
        }
        addSpan(traces, project, stored, options);
        spans += 1;
        if (slice.isOver()) await slice.pass();
      }
      await compactAll(traces, compact, slice);
    }
    yield await withCalls(store, project, traces, [...left], slice, compact);
  }
}

function deleteAll<T>(set: Set<T>, items: Iterable<T>): void {
  for (const item of items) set.delete(item);
}

/** Adds the counted calls of traces with spans, and of other traces that may only have calls. */
async function withCalls(
  store: Store,
  project: string,
  traces: ReadonlyMap<string, TraceState>,
  ids: readonly string[],
  slice: TimeSlice,
  compact: CompactTrace,
): Promise<LoadedTraces> {
  const surplusRows: CallRow[] = [];
  for await (const page of readCalls(store, project, ids)) {
    for (const row of page) {
      if (slice.isOver()) await slice.pass();
      const trace = traces.get(traceIdOf(row.trace_id));
      const surplus = countRow(trace?.calls.get(spanIdOf(row.span_id) ?? ''), row);
      if (surplus !== undefined) surplusRows.push(surplus);
    }
    await compactAll(traces, compact, slice);
  }
  return { traces, surplusRows };
}

async function compactAll(
  traces: ReadonlyMap<string, TraceState>,
  compact: CompactTrace,
  slice: TimeSlice,
): Promise<void> {
  for (const trace of traces.values()) await slice.run(compact(trace));
}
