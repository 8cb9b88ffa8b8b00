import { setImmediate } from 'node:timers/promises';

import { traceIdOf } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { KnownTraces } from './known-traces.ts';

const CHUNK = 100_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Reads which traces the store has, in order of the table's key, and tells the filter when it knows them all.
 *
 * Runs beside the intake: until it is done every trace is looked up, which is slower and just as right.
 */
export async function loadKnownTraces(
  store: Store,
  known: KnownTraces,
  isStopped: () => boolean,
): Promise<void> {
  const projects = await store.query<{ project: string }>(
    'SELECT DISTINCT project FROM spans ORDER BY project',
  );
  for (const { project } of projects) {
    let last = FIRST;
    let isFirst = true;
    for (;;) {
      if (isStopped()) return;
      const rows = await store.query<{ trace_id: string }>(
        `SELECT DISTINCT trace_id FROM spans
         WHERE project = {project:String} AND trace_id ${isFirst ? '>=' : '>'} {last:UUID}
         ORDER BY trace_id LIMIT ${CHUNK}`,
        { project, last },
      );
      for (const { trace_id: traceId } of rows) known.add(traceIdOf(traceId));
      if (rows.length < CHUNK) break;
      last = rows.at(-1)?.trace_id ?? last;
      isFirst = false;
      await setImmediate();
    }
  }
  known.ready();
}
