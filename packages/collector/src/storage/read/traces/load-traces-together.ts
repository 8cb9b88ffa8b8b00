import { MAX_LINKED_TRACES } from '@userspan/ledger';
import type { ReadOptions } from '@userspan/ledger';

import { traceIdOf, uuidOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';
import { loadTraces } from './load-traces.ts';
import type { LoadedTraces } from './load-traces.ts';
import type { TraceState } from './trace-state.ts';

/** Reads traces back from the store, with all that are decided together with them, except those that are at hand. */
export async function loadTracesTogether(
  store: Store,
  project: string,
  traceIds: readonly string[],
  options: ReadOptions = {},
  isAtHand: (traceId: string) => boolean = () => false,
): Promise<LoadedTraces> {
  const links = await loadLinks(store, project, traceIds);
  const missing = new Set(traceIds);
  for (const id of links.keys()) if (!isAtHand(id)) missing.add(id);
  const loaded = await loadTraces(store, project, [...missing], options);
  for (const [traceId, trace] of loaded.traces) trace.together = links.get(traceId) ?? trace.together;
  return loaded;
}

/** Traces in groups that are decided together. */
export function groupTogether(traces: ReadonlyMap<string, TraceState>): readonly (readonly TraceState[])[] {
  const groups = new Map<Set<string>, TraceState[]>();
  for (const trace of traces.values()) {
    const group = groups.get(trace.together);
    if (group === undefined) groups.set(trace.together, [trace]);
    else group.push(trace);
  }
  return [...groups.values()];
}

/** Traces that are decided together with others, as the store remembers it: one set for all that hang together. */
async function loadLinks(
  store: Store,
  project: string,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, Set<string>>> {
  const together = new Map<string, Set<string>>();
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
      if (!together.has(b) && !traceIds.includes(b)) next.add(b);
      unite(together, a, b);
    }
    ids = [...next];
  }
  return together;
}

function unite(together: Map<string, Set<string>>, a: string, b: string): void {
  const all = together.get(a) ?? new Set([a]);
  for (const id of together.get(b) ?? [b]) all.add(id);
  for (const id of all) together.set(id, all);
}
