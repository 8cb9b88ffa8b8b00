import { readSpan } from '@userspan/ledger';
import type { AliasEvent, ReadOptions } from '@userspan/ledger';

import { TimeSlice } from '../runtime/time-slice.ts';
import type { Store } from '../storage/engine/store.ts';
import type { TraceFilter } from './trace-filter.ts';
import type { LinkIndex } from './link-index.ts';
import { findLinks, linkTraces, loadStoredTraces, tracesTogether } from './linked-traces.ts';
import type { FoundLink } from './linked-traces.ts';
import { contentCells } from '../storage/write/content-row.ts';
import type { ReceivedSpan, SpanBatch, TraceName } from '../storage/write/span-batch.ts';
import { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import { resolveTraces } from './resolve-state.ts';
import { spanCells } from '../storage/write/span-row.ts';
import { threadEntryCells } from '../storage/write/thread-entry-row.ts';
import type { Tombstones } from '../storage/write/tombstones.ts';
import type { TraceCache } from './trace-cache.ts';
import { newTraceState, traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import { boundedName, boundedNs } from '../storage/write/call-row.ts';

/** What planning looks at and remembers. */
export interface BatchContext {
  readonly store: Store;
  readonly collector: string;
  readonly recent: TraceCache;
  readonly known: TraceFilter;
  readonly links: LinkIndex;
  readonly tombstones: Tombstones;
  /** The user that an id stands for; another collector's last word may be missing. */
  canonicalOf(project: string, id: string): Promise<string>;
  /** How spans of a project are read: its own prices are in there. */
  readOptionsOf(project: string): ReadOptions;
  /** Resolves when the store has everything that was planned. */
  committed(): Promise<void>;
}

export interface BuiltWriteBatch {
  readonly builder: WriteBatchBuilder;
  readonly duplicates: number;
  readonly erased: number;
}

/** A trace that a batch is at: what it says is decided when no more spans of it are expected. */
interface OpenTrace {
  readonly key: string;
  readonly trace: TraceState;
  isTouched: boolean;
}

/** Traces that are open at a time: spans of one trace mostly come close together. */
const MAX_OPEN = 256;

/** Brings the traces that are not at hand, and may be in the store, back from there. */
async function recall({ spans, traces }: SpanBatch, state: BatchContext): Promise<void> {
  const missing = new Map<string, Set<string>>();
  const turn = new TimeSlice();
  for (const { project, traceId } of traces ?? namesOf(spans)) {
    if (turn.isOver()) await turn.pass();
    if (state.recent.has(traceKey(project, traceId)) || !state.known.mayHave(traceId)) continue;
    const ids = missing.get(project);
    if (ids) ids.add(traceId);
    else missing.set(project, new Set([traceId]));
  }
  if (missing.size > 0) await state.committed();
  for (const [project, ids] of missing) await loadStoredTraces(project, [...ids], state);
}

function* namesOf(spans: Iterable<ReceivedSpan>): Generator<TraceName, void> {
  for (const { project, span } of spans) yield { project, traceId: span.traceId };
}

function traceFor(
  key: string,
  { project, span: { traceId } }: ReceivedSpan,
  state: BatchContext,
): TraceState {
  const found = state.recent.take(key);
  if (found !== undefined) return found;
  const trace = newTraceState(project, traceId);
  state.recent.put(key, trace);
  state.known.add(traceId);
  return trace;
}

function takeSpan(
  received: ReceivedSpan,
  trace: TraceState,
  builder: WriteBatchBuilder,
  state: BatchContext,
  aliases: SaidAlias[],
  links: FoundLink[],
): boolean {
  const { span, project, receivedAtMs } = received;
  const reading = readSpan(span, { ...state.readOptionsOf(project), claimed: received.claimed });
  // A user of the resource is seen like one of the span, unless the span names another.
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
  if (reading.alias !== undefined) aliases.push({ project, receivedAtMs, ...reading.alias });
  if (user !== undefined) {
    builder.profiles.seen(
      project,
      user === reading.user.user ? reading.user : { ...reading.user, user },
      span.startTimeUnixNano,
      span.endTimeUnixNano,
    );
    builder.usage.seen(
      project,
      user.id,
      String(boundedNs(span.startTimeUnixNano)),
      boundedName(serviceName(received)),
    );
  }
  return true;
}

/** Two ids that a span says are one person. */
interface SaidAlias extends AliasEvent {
  readonly project: string;
  readonly receivedAtMs: number;
}

function serviceName({ span }: ReceivedSpan): string {
  const name = Object.hasOwn(span.resource, 'service.name') ? span.resource['service.name'] : undefined;
  return typeof name === 'string' ? name : '';
}

/**
 * Decides what a batch changes: spans that are new, calls that count, and what earlier decisions it overturns.
 *
 * The decision is remembered at once; the caller must make it durable, or forget the recent traces.
 */
export async function buildWriteBatch(
  batch: SpanBatch,
  version: bigint,
  state: BatchContext,
): Promise<BuiltWriteBatch> {
  await recall(batch, state);
  const builder = new WriteBatchBuilder(version);
  const open = new Map<string, OpenTrace>();
  /** Decided at the end, with those that they hang together with. */
  const linked = new Map<string, TraceState>();
  const turn = new TimeSlice();
  const aliases: SaidAlias[] = [];
  const links: FoundLink[] = [];
  let duplicates = 0;
  let erased = 0;
  let receivedAtMs = 0;
  const close = ({ key, trace, isTouched }: OpenTrace): void => {
    open.delete(key);
    if (trace.together.size > 1 && isTouched) linked.set(key, trace);
    if (trace.together.size > 1 || linked.has(key)) return;
    if (isTouched) for (const correction of resolveTraces([trace], version)) builder.correct(correction);
    state.recent.encodeOne(key, trace);
  };
  for (const received of batch.spans) {
    const key = traceKey(received.project, received.span.traceId);
    let at = open.get(key);
    if (at === undefined) {
      at = { key, trace: traceFor(key, received, state), isTouched: false };
      open.set(key, at);
      const [oldest] = open.values();
      if (open.size > MAX_OPEN && oldest !== undefined) close(oldest);
    }
    const before = links.length;
    if (at.trace.spans.has(received.span.spanId)) duplicates++;
    else if (takeSpan(received, at.trace, builder, state, aliases, links)) at.isTouched = true;
    else erased++;
    if (links.length > before) linked.set(key, at.trace);
    ({ receivedAtMs } = received);
    // A root mostly comes last: what it is the root of is over.
    if (received.span.parentSpanId === undefined) close(at);
    if (turn.isOver()) await turn.pass();
  }
  for (const each of open.values()) {
    close(each);
    if (turn.isOver()) await turn.pass();
  }
  for (const content of batch.contents ?? []) {
    const { project, traceId, timeUnixNano } = content;
    if (!state.tombstones.stops(project, 'trace', traceId, timeUnixNano)) {
      builder.rows.add('contents', contentCells(content));
    }
  }
  for (const { project, from, to, receivedAtMs } of aliases) {
    if (to === null) continue;
    const canonical = await state.canonicalOf(project, to);
    if (canonical === from) continue;
    builder.rows.add('aliases', [project, from, to, canonical, String(receivedAtMs), String(version), 0]);
  }
  for (const link of links) await linkTraces(link, builder, state, receivedAtMs);
  const decided = new Set<TraceState>();
  for (const trace of linked.values()) {
    if (decided.has(trace)) continue;
    const together = await tracesTogether(trace, state);
    for (const one of together) decided.add(one);
    for (const correction of resolveTraces(together, version)) builder.correct(correction);
    if (turn.isOver()) await turn.pass();
  }
  return { builder, duplicates, erased };
}
