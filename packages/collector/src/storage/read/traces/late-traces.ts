import { traceIdOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';
import { readProjects } from './trace-ids.ts';

/** Maximum number of traces per result. */
const CHUNK = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';
/** The query reads the key of every span, in the background. */
const MAX_SECONDS = 3_600;

export interface LateTracesQuery {
  /** Only traces with a span that was inserted since this time, in seconds since the Unix epoch. */
  readonly sinceSeconds: number;
  /** Minimum time between the first and the last received span of a trace, in seconds. */
  readonly gapSeconds: number;
}

/** Traces of one project. */
export interface LateTraces {
  readonly project: string;
  readonly traceIds: readonly string[];
}

/**
 * Traces whose spans were received at times far apart, in key order.
 *
 * One pass over the keys of all spans. It needs little memory, because the spans of a trace are adjacent.
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

/** Time of the last insert of a span before a time, in seconds since the Unix epoch; 0 if there is none. */
export async function readLastInserted(store: Store, beforeSeconds: number): Promise<number> {
  const [row] = await store.query<{ last: number }>(
    'SELECT max(inserted) AS last FROM spans WHERE inserted < {before:UInt32}',
    { before: beforeSeconds },
  );
  return row?.last ?? 0;
}
