import { traceIdOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';

/**
 * Traces with spans from more than one collector, and with a span inserted since a time.
 *
 * @param sinceSeconds seconds since the Unix epoch.
 * @returns trace ids by project.
 */
export async function readSharedTraces(
  store: Store,
  sinceSeconds: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await store.query<{ project: string; trace_id: string }>(
    `SELECT project, trace_id FROM spans
     WHERE (project, trace_id) IN (SELECT project, trace_id FROM spans WHERE inserted >= {since:UInt32})
     GROUP BY project, trace_id HAVING uniqExact(collector) > 1 ORDER BY project, trace_id`,
    { since: Math.max(0, sinceSeconds) },
  );
  const traces = new Map<string, string[]>();
  for (const { project, trace_id: traceId } of rows) {
    const list = traces.get(project);
    if (list) {
      list.push(traceIdOf(traceId));
    } else {
      traces.set(project, [traceIdOf(traceId)]);
    }
  }
  return traces;
}
