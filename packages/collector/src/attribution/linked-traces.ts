import { MAX_LINKED_TRACES, mayBeOneRequest, readSpan } from '@userspan/ledger';
import type { ReadOptions, TraceSpan } from '@userspan/ledger';

import { compactTrace } from './cached-trace.ts';
import { TimeSlice } from '../runtime/time-slice.ts';
import { uuidOf } from '../storage/engine/ids.ts';
import type { CallPlace } from './call-table.ts';
import type { LinkIndex } from './link-index.ts';
import type { Storage } from '../storage/storage.ts';
import type { TraceCache } from './trace-cache.ts';
import { traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

// Linked traces: two traces that each have a record of one request are attributed together, as if they were one.
//
// Invariants: `linkedIds` of a trace is one set that all traces of its group share, its own id included. A group has at most
// MAX_LINKED_TRACES. The store has a link as two rows, one each way, which are part of the write batch whose spans made the
// link. A batch takes every trace of a group from the cache or the store before it attributes any of them. After a crash
// groups are read from the links in the store; a link that was not stored is found again with its spans in the log.

/** Access to the traces of a batch and the traces linked to them. */
export interface TraceSources {
  readonly store: Pick<Storage, 'traces'>;
  readonly recent: TraceCache;
  readonly links: LinkIndex;
  /** Options for reading spans of a project, with its own prices. */
  readOptionsOf(project: string): ReadOptions;
  /** Resolves when the store has every write batch. */
  committed(): Promise<void>;
}

/**
 * Maximum number of spans of loaded traces that are kept as objects, which take several times the memory of encoded
 * ones.
 */
const MAX_DECODED_SPANS = 4_000;

/**
 * Loads traces from the store into the cache, with all traces that they are linked to. Cached traces stay as they are.
 *
 * @yields each trace when it is cached; if the caller stops, the others are not loaded
 */
export async function* loadStoredTraces(
  project: string,
  traceIds: readonly string[],
  state: TraceSources,
): AsyncGenerator<TraceState, void> {
  // `take` prevents that it is evicted before it is used.
  const isCached = async (traceId: string): Promise<boolean> =>
    (await new TimeSlice().run(state.recent.take(traceKey(project, traceId)))) !== undefined;
  const options = state.readOptionsOf(project);
  let spans = 0;
  for await (const { traces } of state.store.traces.loadLinkedTracesInParts(project, traceIds, options, {
    isCached,
    compact: compactTrace,
  })) {
    for (const [traceId, trace] of traces) {
      const key = traceKey(project, traceId);
      state.recent.put(key, trace);
      spans += trace.spans.size;
      if (spans > MAX_DECODED_SPANS) await new TimeSlice().run(state.recent.encodeOne(key, trace));
    }
    yield* traces.values();
  }
}

/**
 * Period of calls with which a restart fills the index. Each call takes 30 microseconds, and the first batch waits for
 * them.
 */
const WINDOW_SECONDS = 3_600;
const MAX_CALLS = 20_000;

/**
 * Fills the index with the most recently stored calls, so that a record after a restart finds the other record of its
 * request. Links among these calls are ignored, because they were found when the calls arrived.
 */
export async function loadLinkIndex({
  store,
  links,
  readOptionsOf,
}: Pick<TraceSources, 'store' | 'links' | 'readOptionsOf'>): Promise<void> {
  const query = { windowSeconds: WINDOW_SECONDS, maxCalls: MAX_CALLS };
  for await (const { project, span, claimed } of store.traces.readRecentCalls(query)) {
    links.add(project, readSpan(span, { ...readOptionsOf(project), claimed }).traceSpan);
  }
}

/** A call, and a possible other record of its request. */
export interface FoundLink {
  readonly trace: TraceState;
  readonly span: TraceSpan;
  readonly other: CallPlace;
}

const NO_LINKS: readonly FoundLink[] = [];

/** Finds other traces with a record of a call that has just arrived. */
export function findLinks(trace: TraceState, span: TraceSpan, state: TraceSources): readonly FoundLink[] {
  if (span.call === undefined) return NO_LINKS;
  const places = state.links.add(trace.project, span);
  return places.length === 0 ? NO_LINKS : places.map((other) => ({ trace, span, other }));
}

/** A row of the table of links. */
export type LinkRow = readonly [project: string, traceId: string, linkedId: string, receivedSeconds: number];

const NO_ROWS: readonly LinkRow[] = [];

/**
 * Links two traces with records of one request in the cache, so that they are attributed together.
 *
 * @returns the rows for the store
 */
export async function linkTraces(
  { trace, span, other: { traceId: otherId, spanId } }: FoundLink,
  state: TraceSources,
  receivedAtMs: number,
): Promise<readonly LinkRow[]> {
  if (trace.linkedIds.has(otherId)) return NO_ROWS;
  const { project } = trace;
  const other = await takeTrace(project, otherId, state);
  const otherSpan = other?.spans.get(spanId);
  if (other === undefined || otherSpan === undefined || !mayBeOneRequest(otherSpan, span)) return NO_ROWS;
  return joinTraces(trace, other, (id) => takeTrace(project, id, state), receivedAtMs);
}

/**
 * Merges the groups of two traces, unless they are already in one group or the result would be too large.
 *
 * @param memberOf - A trace of one of the groups; `undefined` for one that is not loaded.
 * @returns the rows for the store, one for each direction
 */
export async function joinTraces(
  one: TraceState,
  other: TraceState,
  memberOf: (traceId: string) => TraceState | undefined | Promise<TraceState | undefined>,
  receivedAtMs: number,
): Promise<readonly LinkRow[]> {
  if (one.linkedIds.has(other.traceId)) return NO_ROWS;
  const linkedIds = new Set([...one.linkedIds, ...other.linkedIds]);
  if (linkedIds.size > MAX_LINKED_TRACES) return NO_ROWS;
  for (const id of linkedIds) {
    const member = await memberOf(id);
    if (member !== undefined) member.linkedIds = linkedIds;
  }
  const received = Math.floor(receivedAtMs / 1000);
  const { project } = one;
  const [a, b] = [uuidOf(one.traceId), uuidOf(other.traceId)];
  return [
    [project, a, b, received],
    [project, b, a, received],
  ];
}

/** A trace and all traces linked to it, ordered by id. */
export async function linkedStatesOf(trace: TraceState, state: TraceSources): Promise<readonly TraceState[]> {
  if (trace.linkedIds.size === 1) return [trace];
  const traces: TraceState[] = [];
  for (const id of [...trace.linkedIds].sort()) {
    const member = id === trace.traceId ? trace : await takeTrace(trace.project, id, state);
    if (member !== undefined) traces.push(member);
  }
  return traces;
}

async function takeTrace(
  project: string,
  traceId: string,
  state: TraceSources,
): Promise<TraceState | undefined> {
  const key = traceKey(project, traceId);
  const slice = new TimeSlice();
  const found = await slice.run(state.recent.take(key));
  if (found !== undefined) return found;
  await state.committed();
  const loading = loadStoredTraces(project, [traceId], state);
  while ((await loading.next()).done !== true);
  return slice.run(state.recent.take(key));
}
