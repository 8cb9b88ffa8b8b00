import { traceIdOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';
import { readProjects } from './trace-ids.ts';

/** Traces of one answer. */
const CHUNK = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';
/** It reads the key of every span, in the background. */
const MAX_SECONDS = 3_600;

export interface LateTracesQuery {
  /** Only traces with a span that was inserted since then, in seconds since the Unix epoch. */
  readonly sinceSeconds: number;
  /** Seconds between the first and the last span that were received of such a trace, at least. */
  readonly gapSeconds: number;
}

/** Traces of one project. */
export interface LateTraces {
  readonly project: string;
  readonly traceIds: readonly string[];
}

/**
 * Traces of which spans were received at times that lie far apart, in the order of the key.
 *
 * One pass over the keys of all spans, which needs no memory: the spans of a trace stand side by side.
 */
export async function* readLateTraces(
  store: Store,
  { sinceSeconds, gapSeconds }: LateTracesQuery,
): AsyncGenerator<LateTraces, void> {
  for (const project of await readProjects(store)) {
    let last = FIRST;
    let found = CHUNK;
    while (found === CHUNK) {
      const rows = await store.query<{ trace_id: string }>(
        `SELECT trace_id FROM (SELECT trace_id FROM spans
         WHERE project = {project:String} AND trace_id ${last === FIRST ? '>=' : '>'} {last:UUID}
         GROUP BY trace_id
         HAVING max(received) - min(received) >= {gap:UInt32} AND max(inserted) >= {since:UInt32}
         ORDER BY trace_id LIMIT ${CHUNK}
         SETTINGS optimize_aggregation_in_order = 1)`,
        { project, last, gap: gapSeconds, since: Math.max(0, sinceSeconds) },
        { isBackground: true, maxSeconds: MAX_SECONDS },
      );
      found = rows.length;
      last = rows.at(-1)?.trace_id ?? last;
      if (found > 0) yield { project, traceIds: rows.map(({ trace_id: id }) => traceIdOf(id)) };
    }
  }
}

/** When the last span was inserted before a time, in seconds since the Unix epoch; 0 where there is none. */
export async function readLastInserted(store: Store, beforeSeconds: number): Promise<number> {
  const [row] = await store.query<{ last: number }>(
    'SELECT max(inserted) AS last FROM spans WHERE inserted < {before:UInt32}',
    { before: beforeSeconds },
  );
  return row?.last ?? 0;
}
