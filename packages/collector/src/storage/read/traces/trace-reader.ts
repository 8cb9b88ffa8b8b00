import type { ReadOptions } from '@userspan/ledger';
import type { Store } from '../../engine/store.ts';
import type { ReaderContext } from '../query/read-context.ts';
import type { LoadedTraces } from './load-traces.ts';
import type { TraceExtent, TracePage, TracePageQuery } from './trace-query.ts';
import { readLastInserted, readLateTraces } from './late-traces.ts';
import type { LateTraces, LateTracesQuery } from './late-traces.ts';
import { loadLinkedTraces, loadLinkedTracesInParts } from './load-linked-traces.ts';
import type { TraceLoading } from './load-linked-traces.ts';
import { readTracePage, readTraceExtent } from './trace-query.ts';
import { readRecentCalls } from './recent-calls.ts';
import type { RecentCall, RecentCallsQuery } from './recent-calls.ts';
import { readSharedRequests } from './shared-requests.ts';
import type { SharedRequest, SharedRequestsQuery } from './shared-requests.ts';
import { readSharedTraces } from './shared-traces.ts';
import { readProjects, readReceived, readTraceIds } from './trace-ids.ts';
import type { ReceivedSpans } from './trace-ids.ts';
import { readTracesWithoutCalls } from './traces-without-calls.ts';

/** Reads traces with their spans and calls. */
export interface TraceReader {
  /** Loads traces from the store, with all traces that they are linked to. */
  loadLinkedTraces(
    project: string,
    traceIds: readonly string[],
    options?: ReadOptions,
  ): Promise<LoadedTraces>;
  /**
   * {@link loadLinkedTraces} in parts, so that not all traces have to be in memory.
   *
   * @yields whole traces, each once: a few thousand spans, or one larger trace
   */
  loadLinkedTracesInParts(
    project: string,
    traceIds: readonly string[],
    options: ReadOptions,
    loading: TraceLoading,
  ): AsyncGenerator<LoadedTraces, void>;
  /** A page of the spans of some traces. */
  readTracePage(
    context: Pick<ReaderContext, 'hidesContent'>,
    project: string,
    traceIds: readonly string[],
    query: TracePageQuery,
  ): Promise<TracePage>;
  /** The number of spans of a trace and its start; `undefined` if it is not stored. */
  readTraceExtent(project: string, traceId: string): Promise<TraceExtent | undefined>;
  /**
   * Traces with spans from more than one collector, and with a span inserted since a time.
   *
   * @param sinceSeconds seconds since the Unix epoch.
   * @returns trace ids by project.
   */
  readSharedTraces(sinceSeconds: number): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Calls with the same response id in different traces that different collectors counted. They may be one request. */
  readSharedRequests(query: SharedRequestsQuery): Promise<readonly SharedRequest[]>;
  /** The projects that have spans, in order. */
  readProjects(): Promise<string[]>;
  /**
   * Traces whose spans were received at times far apart, with a span inserted since a time.
   *
   * @yields trace ids of one project, a thousand at most.
   */
  readLateTraces(query: LateTracesQuery): AsyncGenerator<LateTraces, void>;
  /** Time of the last insert of a span before a time, both in seconds since the Unix epoch; 0 if there is none. */
  readLastInserted(beforeSeconds: number): Promise<number>;
  /** Number of stored spans, and when the last one was received. */
  readReceived(): Promise<ReceivedSpans>;
  /** The most recently received spans of calls in all projects, the oldest first. */
  readRecentCalls(query: RecentCallsQuery): AsyncGenerator<RecentCall, void>;
  /**
   * Reads the ids of stored traces, project by project, in the order of the table's key.
   *
   * @param sinceSeconds only traces with a span that was received since then, in seconds since the Unix epoch; 0 for all.
   * @yields the ids of one chunk, 32 lower-case hex digits each.
   */
  readTraceIds(sinceSeconds: number): AsyncGenerator<Iterable<string>, void>;
  /**
   * Traces with a span that is a call and has no call row. Most of them are correct, because a second record of a
   * request has no call row.
   */
  readTracesWithoutCalls(project: string): AsyncGenerator<readonly string[], void>;
}

export function traceReader(store: Store): TraceReader {
  return {
    loadLinkedTraces: (project, traceIds, options) => loadLinkedTraces(store, project, traceIds, options),
    loadLinkedTracesInParts: (project, traceIds, options, loading) =>
      loadLinkedTracesInParts(store, project, traceIds, options, loading),
    readTracePage: (context, project, traceIds, query) =>
      readTracePage({ ...context, store }, project, traceIds, query),
    readTraceExtent: (project, traceId) => readTraceExtent({ store }, project, traceId),
    readSharedTraces: (sinceSeconds) => readSharedTraces(store, sinceSeconds),
    readSharedRequests: (query) => readSharedRequests(store, query),
    readProjects: () => readProjects(store),
    readLateTraces: (query) => readLateTraces(store, query),
    readLastInserted: (beforeSeconds) => readLastInserted(store, beforeSeconds),
    readReceived: () => readReceived(store),
    readRecentCalls: (query) => readRecentCalls(store, query),
    readTraceIds: (sinceSeconds) => readTraceIds(store, sinceSeconds),
    readTracesWithoutCalls: (project) => readTracesWithoutCalls(store, project),
  };
}
