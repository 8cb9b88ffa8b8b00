import { MAX_LINKED_TRACES } from '@userspan/ledger';
import type { ReadOptions } from '@userspan/ledger';

import { traceIdOf, uuidOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';
import { loadTraces } from './load-traces.ts';
import type { LoadedTraces } from './load-traces.ts';
import type { TraceState } from './trace-state.ts';

/** Loads traces from the store, with all traces that they are linked to, except cached ones. */
export async function loadLinkedTraces(
  store: Store,
  project: string,
  traceIds: readonly string[],
  options: ReadOptions = {},
  isCached: (traceId: string) => Promise<boolean> = () => Promise.resolve(false),
): Promise<LoadedTraces> {
  const links = await loadLinks(store, project, traceIds);
  const missing = new Set(traceIds);
  for (const id of links.keys()) if (!(await isCached(id))) missing.add(id);
  const loaded = await loadTraces(store, project, [...missing], options);
  for (const [traceId, trace] of loaded.traces) trace.linkedIds = links.get(traceId) ?? trace.linkedIds;
  return loaded;
}

/** Groups traces that are linked, and so attributed together. */
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

/** The ids of linked traces, from the store: one shared set for each group. */
async function loadLinks(
  store: Store,
  project: string,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, Set<string>>> {
  const linked = new Map<string, Set<string>>();
  let ids = [...traceIds];
  // Each round goes one link further.
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
