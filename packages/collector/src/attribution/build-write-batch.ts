import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';

import { readSpan } from '@userspan/ledger';
import type { SpanReading, Steps } from '@userspan/ledger';

import { TimeSlice } from '../runtime/time-slice.ts';
import type { AliasRequest } from './alias-writer.ts';
import { loadBatchTraces } from './load-batch-traces.ts';
import { OpenTraces } from './open-traces.ts';
import type { OpenTrace } from './open-traces.ts';
import type { TraceFilter } from './trace-filter.ts';
import { correctInParts, correctTraces } from './correct-traces.ts';
import type { EarlyPart } from './correct-traces.ts';
import { findLinks, linkTraces } from './linked-traces.ts';
import type { FoundLink, LinkRow, TraceSources } from './linked-traces.ts';
import { contentCells } from '../storage/write/content-row.ts';
import { nameOfTrace } from '../storage/write/span-batch.ts';
import type { ReceivedSpan, SpanBatch, TraceName } from '../storage/write/span-batch.ts';
import { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import { spanCells } from '../storage/write/span-row.ts';
import { threadEntryCells } from '../storage/write/thread-entry-row.ts';
import type { Tombstones } from '../storage/write/tombstones.ts';
import { newTraceState, traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import { boundedName } from '../storage/write/call-row.ts';

/** State that building a write batch reads and updates. */
export interface BatchContext extends TraceSources {
  readonly collector: string;
  readonly known: TraceFilter;
  readonly tombstones: Tombstones;
  readonly maxEarlierSpans: number;
}

// Builds the write batch of received spans in these steps:
//
// 1. `loadBatchTraces` loads the stored traces that the spans belong to into the trace cache. Traces for which there is no
//    room are left to a later part of the batch, with all of their spans.
// 2. Each span is added to its trace, and its rows to the builder. A span that its trace has already is a duplicate and
//    adds nothing. `OpenTraces` decides when a trace closes: then its calls are attributed, and the trace is encoded.
// 3. Traces that are linked to others, or very large, wait until all spans are added. Then each group of linked traces is
//    attributed once (`correctInParts`), if necessary in early parts.
//
// Invariants: the result depends on the stored spans and on the spans of the batch, not on when a trace closes. A new span,
// its call, their sums and links are in the same write batch.
//
// The store changes only when the caller makes a part durable. The trace cache changes at once: if a part is not made
// durable, the caller clears the cache. After a crash the whole batch is built again; spans of stored parts are duplicates
// then.

/** A batch, or its spans of some traces. */
export interface BatchPart {
  readonly batch: SpanBatch;
  /** Keys of the traces of this part. Absent for the whole batch. */
  readonly traces?: ReadonlySet<string>;
}

export interface BuiltWriteBatch {
  /** The batch's own id if it is not divided; otherwise see `PartId`. */
  readonly id: string;
  readonly builder: WriteBatchBuilder;
  /** The traces of the batch that are left for later parts. After an early part, the part that is being built. */
  readonly rest: BatchPart | undefined;
  /** Aliases that spans state, in their order. The builder has no rows for them yet. */
  readonly aliases: readonly AliasRequest[];
  readonly duplicates: number;
  readonly erased: number;
}

function* namesOf({ batch: { spans, traces }, traces: keys }: BatchPart): Generator<TraceName, void> {
  if (traces === undefined) {
    for (const { project, span } of spansOf(spans, keys)) yield nameOfTrace(project, span);
    return;
  }
  for (const name of traces) if (keys?.has(traceKey(name.project, name.traceId)) !== false) yield name;
}

/** The spans of a part's traces, or all spans. */
function* spansOf(
  spans: Iterable<ReceivedSpan>,
  keys: ReadonlySet<string> | undefined,
  without?: ReadonlySet<string>,
): Generator<ReceivedSpan, void> {
  for (const received of spans) {
    const key = traceKey(received.project, received.span.traceId);
    if (keys?.has(key) !== false && without?.has(key) !== true) yield received;
  }
}

function* traceFor(
  key: string,
  { project, receivedAtMs, span: { traceId } }: ReceivedSpan,
  state: BatchContext,
): Steps<TraceState> {
  state.known.add(traceId, receivedAtMs);
  const found = state.recent.has(key) ? yield* state.recent.take(key) : undefined;
  if (found !== undefined) return found;
  const trace = newTraceState(project, traceId);
  state.recent.put(key, trace);
  return trace;
}

function takeSpan(
  received: ReceivedSpan,
  trace: TraceState,
  builder: WriteBatchBuilder,
  state: BatchContext,
  aliases: AliasRequest[],
  links: FoundLink[],
): boolean {
  const { span, project } = received;
  // The spread comes last: on Node 20 a field after it would give every object its own hidden class.
  const reading = readSpan(span, { claimed: received.claimed, ...state.readOptionsOf(project) });
  // The user of the resource counts as seen, unless the span names another user.
  const user = reading.user.user ?? reading.user.resourceUser;
  if (user !== undefined && state.tombstones.stops(project, 'user', user.id, span.startTimeUnixNano))
    return false;
  if (user === undefined && state.tombstones.stops(project, 'trace', span.traceId, span.startTimeUnixNano))
    return false;
  trace.spans.set(span.spanId, reading.traceSpan);
  for (const link of findLinks(trace, reading.traceSpan, state)) links.push(link);
  if (reading.call !== undefined) {
    trace.calls.set(span.spanId, {
      call: reading.call,
      context: {
        project,
        collector: state.collector,
        scope: span.scope.name,
        name: span.name,
        receivedAtMs: received.receivedAtMs,
      },
    });
  }
  builder.rows.add('spans', spanCells(received, reading, state.collector));
  const entry = threadEntryCells(received, reading);
  if (entry !== undefined) {
    builder.rows.add('thread_entries', entry);
  }
  addAliases(received, reading, state, aliases);
  if (user !== undefined) {
    builder.profiles.seen(
      project,
      user === reading.user.user ? reading.user : { user, ...reading.user },
      span.startTimeUnixNano,
      span.endTimeUnixNano,
    );
    builder.usage.seen(project, user.id, span.startTimeUnixNano, boundedName(serviceName(received)));
  }
  return true;
}

/** Adds the aliases that a span states. */
function addAliases(
  { span, project, receivedAtMs }: ReceivedSpan,
  { alias, user: { user, claimed, otherIds } }: SpanReading,
  { tombstones }: BatchContext,
  aliases: AliasRequest[],
): void {
  if (alias !== undefined && alias.to !== null)
    aliases.push({ project, alias: alias.from, target: alias.to, atMs: receivedAtMs });
  if (user === undefined || otherIds === undefined || claimed) return;
  for (const id of otherIds) {
    // A span from before the erasure that names another user must not bring an erased id back.
    if (tombstones.stops(project, 'user', id, span.startTimeUnixNano)) continue;
    aliases.push({ project, alias: id, target: user.id, atMs: receivedAtMs, isSeenWith: true });
  }
}

/** Attributes a trace with new spans, unless it has to wait for its group, and encodes it in the cache. */
function* closeTrace(
  { key, trace, earlierSpans, isTouched }: OpenTrace,
  waiting: Map<string, TraceState>,
  builder: WriteBatchBuilder,
  state: BatchContext,
): Steps<void> {
  const waits = trace.linkedIds.size > 1 || earlierSpans > state.maxEarlierSpans;
  if (waits && isTouched) waiting.set(key, trace);
  if (waits || waiting.has(key)) return;
  if (isTouched) yield* correctTraces([trace], builder);
  yield* state.recent.encodeOne(key, trace);
}

function serviceName({ span }: ReceivedSpan): string {
  const name = Object.hasOwn(span.resource, 'service.name') ? span.resource['service.name'] : undefined;
  return typeof name === 'string' ? name : '';
}

/**
 * Builds the write batch of received spans: new spans, calls that count, and corrections of earlier attributions. If the
 * traces of the spans have very many stored spans, the write batch has some of the traces, and `rest` the others.
 *
 * The caller makes each part durable, or clears the trace cache and starts again with the `rest` of the last durable part.
 *
 * @yields early parts if very many calls are corrected, then the write batch. Nothing else may change the trace cache in
 *   between
 */
export async function* buildWriteBatch(
  part: BatchPart,
  version: bigint,
  state: BatchContext,
): AsyncGenerator<BuiltWriteBatch, void> {
  const { batch } = part;
  const later = await loadBatchTraces(namesOf(part), state);
  const isWhole = part.traces === undefined && later.size === 0;
  const spans = isWhole ? batch.spans : spansOf(batch.spans, part.traces, later);
  const id = new PartId(batch.id, isWhole);
  const builder = new WriteBatchBuilder(version);
  const slice = new TimeSlice();
  /** Traces that are linked to others or very large, which are attributed at the end. */
  const waiting = new Map<string, TraceState>();
  const traces = new OpenTraces(
    {
      open: (key, received) => traceFor(key, received, state),
      close: (closing) => closeTrace(closing, waiting, builder, state),
    },
    slice,
  );
  const aliases: AliasRequest[] = [];
  const links: FoundLink[] = [];
  let duplicates = 0;
  let erased = 0;
  let receivedAtMs = 0;
  for (const received of spans) {
    const at = traces.find(received) ?? (await traces.open(received));
    const before = links.length;
    if (at.trace.spans.has(received.span.spanId)) duplicates += 1;
    else if (takeSpan(received, at.trace, builder, state, aliases, links)) {
      at.isTouched = true;
      id.add(at.key, received.span.spanId);
    } else erased += 1;
    if (links.length > before) waiting.set(at.key, at.trace);
    ({ receivedAtMs } = received);
    const closing = received.span.parentSpanId === undefined ? traces.markRootArrived(at) : undefined;
    if (closing !== undefined) await closing;
    if (slice.isOver()) await slice.pass();
  }
  await traces.closeAll();
  takeContents(part, builder, state);
  const linkRows: LinkRow[] = [];
  for (const link of links) linkRows.push(...(await linkTraces(link, state, receivedAtMs)));
  addLinks(linkRows, builder);
  for await (const early of correctInParts(waiting.values(), builder, state)) {
    // A crash may leave the corrections of linked traces: they stay linked.
    addLinks(linkRows, early.builder);
    yield earlyBatch(part, early);
  }
  yield {
    id: id.value,
    builder,
    rest: later.size === 0 ? undefined : { batch, traces: later },
    aliases,
    duplicates,
    erased,
  };
}

function addLinks(rows: readonly LinkRow[], builder: WriteBatchBuilder): void {
  for (const row of rows) builder.rows.add('trace_links', row);
}

function earlyBatch(part: BatchPart, { id, builder }: EarlyPart): BuiltWriteBatch {
  return { id: `${part.batch.id}/${id}`, builder, rest: part, aliases: [], duplicates: 0, erased: 0 };
}

/**
 * The id of a write batch: the id of the batch, and for a part also a hash of its new spans. After a crash the same batch may
 * be divided differently, and the store drops rows under an id that it has: so a part with other spans needs another id.
 */
class PartId {
  readonly #batch: string;
  readonly #newSpans: Hash | undefined;

  constructor(batch: string, isWhole: boolean) {
    this.#batch = batch;
    this.#newSpans = isWhole ? undefined : createHash('sha256');
  }

  add(trace: string, spanId: string): void {
    this.#newSpans?.update(`${trace} ${spanId} `);
  }

  get value(): string {
    return this.#newSpans === undefined
      ? this.#batch
      : `${this.#batch}/${this.#newSpans.copy().digest('hex').slice(0, 32)}`;
  }
}

/** Adds prompts and answers that arrived as log records, separately from their spans. The first part has all of them. */
function takeContents({ batch, traces }: BatchPart, builder: WriteBatchBuilder, state: BatchContext): void {
  if (traces !== undefined) return;
  for (const content of batch.contents ?? []) {
    const { project, traceId, timeUnixNano } = content;
    if (!state.tombstones.stops(project, 'trace', traceId, timeUnixNano)) {
      builder.rows.add('contents', contentCells(content));
    }
  }
}
