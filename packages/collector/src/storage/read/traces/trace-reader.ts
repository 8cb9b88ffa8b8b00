import type { ReadOptions } from '@userspan/ledger';
import type { Store } from '../../engine/store.ts';
import type { ReaderContext } from '../query/read-context.ts';
import type { LoadedTraces } from './load-traces.ts';
import type { TraceExtent, TracePage, TracePageQuery } from './trace-query.ts';
import { loadLinkedTraces, loadLinkedTracesInParts } from './load-linked-traces.ts';
import { readTracePage, readTraceExtent } from './trace-query.ts';
import { readSharedTraces } from './shared-traces.ts';
import { readProjects, readTraceIds } from './trace-ids.ts';
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
   * The same in parts, so that not all of them have to be in memory. Traces that only a link leads to are left out where
   * they are cached.
   *
   * @yields whole traces, each once: some thousand spans, or one trace that has more
   */
  loadLinkedTracesInParts(
    project: string,
    traceIds: readonly string[],
    options: ReadOptions,
    isCached: (traceId: string) => Promise<boolean>,
  ): AsyncGenerator<LoadedTraces, void>;
  /** A page of the spans of some traces. */
  readTracePage(
    context: Pick<ReaderContext, 'hidesContent'>,
    project: string,
    traceIds: readonly string[],
    query: TracePageQuery,
  ): Promise<TracePage>;
  /** The number of spans of a trace and its start; `undefined` where nothing is stored. */
  readTraceExtent(project: string, traceId: string): Promise<TraceExtent | undefined>;
  /**
   * Traces that more than one collector has spans of, with a span inserted since then.
   *
   * @param sinceSeconds seconds since the Unix epoch.
   * @returns trace ids by project.
   */
  readSharedTraces(sinceSeconds: number): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The projects that have spans, in order. */
  readProjects(): Promise<string[]>;
  /**
   * Reads the ids of all stored traces, project by project, in the order of the table's key.
   *
   * @yields the ids of one chunk, 32 lower-case hex digits each.
   */
  readTraceIds(): AsyncGenerator<Iterable<string>, void>;
  /**
   * Traces with a span of a call that has no row as a call. Most of them are as they should be: a span that repeats the
   * call of another one has none either.
   */
  readTracesWithoutCalls(project: string): AsyncGenerator<readonly string[], void>;
}

export function traceReader(store: Store): TraceReader {
  return {
    loadLinkedTraces: (project, traceIds, options) => loadLinkedTraces(store, project, traceIds, options),
    loadLinkedTracesInParts: (project, traceIds, options, isCached) =>
      loadLinkedTracesInParts(store, project, traceIds, options, isCached),
    readTracePage: (context, project, traceIds, query) =>
      readTracePage({ ...context, store }, project, traceIds, query),
    readTraceExtent: (project, traceId) => readTraceExtent({ store }, project, traceId),
    readSharedTraces: (sinceSeconds) => readSharedTraces(store, sinceSeconds),
    readProjects: () => readProjects(store),
    readTraceIds: () => readTraceIds(store),
    readTracesWithoutCalls: (project) => readTracesWithoutCalls(store, project),
  };
}
