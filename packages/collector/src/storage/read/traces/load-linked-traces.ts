import { MAX_LINKED_TRACES } from '@userspan/ledger';
import type { ReadOptions } from '@userspan/ledger';

import { traceIdOf, uuidOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';
import type { CallRow } from '../../write/call-row.ts';
import { loadTracesInParts } from './load-traces.ts';
import type { CompactTrace, LoadedTraces } from './load-traces.ts';
import type { TraceState } from './trace-state.ts';

/** Options for a caller with a cache of traces. */
export interface TraceLoading {
  /** Whether a trace is cached. Cached traces that are only found through links are not loaded. */
  readonly isCached?: (traceId: string) => Promise<boolean>;
  readonly compact?: CompactTrace;
}

/** Loads traces from the store, with all traces that they are linked to. */
export async function loadLinkedTraces(
  store: Store,
  project: string,
  traceIds: readonly string[],
  options: ReadOptions = {},
): Promise<LoadedTraces> {
  const traces = new Map<string, TraceState>();
  const surplusRows: CallRow[] = [];
  for await (const part of loadLinkedTracesInParts(store, project, traceIds, options)) {
    for (const [traceId, trace] of part.traces) traces.set(traceId, trace);
    for (const surplus of part.surplusRows) surplusRows.push(surplus);
  }
  return { traces, surplusRows };
}

/**
 * {@link loadLinkedTraces} in parts of a few thousand spans (or one larger trace), so that not all of them have to be
 * in memory.
 *
 * @yields whole traces, each once
 */
export async function* loadLinkedTracesInParts(
  store: Store,
  project: string,
  traceIds: readonly string[],
  options: ReadOptions = {},
  { isCached, compact }: TraceLoading = {},
): AsyncGenerator<LoadedTraces, void> {
  const links = await loadLinks(store, project, traceIds);
  const missing = new Set(traceIds);
  for (const id of links.keys()) if ((await isCached?.(id)) !== true) missing.add(id);
  for await (const part of loadTracesInParts(store, project, [...missing], options, compact)) {
    for (const [traceId, trace] of part.traces) trace.linkedIds = links.get(traceId) ?? trace.linkedIds;
    yield part;
  }
}

/** Groups linked traces, which are attributed together. */
export function groupLinkedTraces(
  traces: ReadonlyMap<string, TraceState>,
): readonly (readonly TraceState[])[] {
  const groups = new Map<Set<string>, TraceState[]>();
  for (const trace of traces.values()) {
    const group = groups.get(trace.linkedIds);
    if (group === undefined) groups.set(trace.linkedIds, [trace]);
    else group.push(trace);
  }
  return [...groups.values()];
}

/** Reads links from the store. Linked traces share one set of ids. */
async function loadLinks(
  store: Store,
  project: string,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, Set<string>>> {
  const linked = new Map<string, Set<string>>();
  let ids = [...traceIds];
  // Each round follows one more link.
  for (let round = 0; ids.length > 0 && round < MAX_LINKED_TRACES; round++) {
    const rows = await store.query<{ trace_id: string; linked_id: string }>(
      `SELECT DISTINCT trace_id, linked_id FROM trace_links
       WHERE project = {project:String} AND trace_id IN {ids:Array(UUID)}`,
      { project, ids: ids.map(uuidOf) },
    );
    const next = new Set<string>();
    for (const row of rows) {
      const [a, b] = [traceIdOf(row.trace_id), traceIdOf(row.linked_id)];
      if (!linked.has(b) && !traceIds.includes(b)) next.add(b);
      unite(linked, a, b);
    }
    ids = [...next];
  }
  return linked;
}

function unite(linked: Map<string, Set<string>>, a: string, b: string): void {
  const all = linked.get(a) ?? new Set([a]);
  for (const id of linked.get(b) ?? [b]) all.add(id);
  for (const id of all) linked.set(id, all);
}
