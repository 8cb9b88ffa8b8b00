import { setImmediate } from 'node:timers/promises';

import type { Store } from '../storage/engine/store.ts';
import type { KnownTraces } from './trace-filter.ts';

/** Spans that are read at a time. */
const CHUNK = 100_000;
const ID_DIGITS = 32;
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
      // In the order of the key, so the engine stops where the limit is; doubles lie side by side. One long text: a row
      // for each would be a hundred thousand objects.
      const [chunk] = await store.query<{ ids: string; last: string; n: string }>(
        `SELECT arrayStringConcat(arrayCompact(groupArray(lower(hex(trace_id))))) AS ids, toString(max(trace_id)) AS last, count() AS n
         FROM (SELECT trace_id FROM spans
               WHERE project = {project:String} AND trace_id ${isFirst ? '>=' : '>'} {last:UUID}
               ORDER BY trace_id LIMIT ${CHUNK})`,
        { project, last },
      );
      if (chunk === undefined) break;
      for (let at = 0; at < chunk.ids.length; at += ID_DIGITS) known.add(chunk.ids.slice(at, at + ID_DIGITS));
      if (Number(chunk.n) < CHUNK) break;
      ({ last } = chunk);
      isFirst = false;
      await setImmediate();
    }
  }
  known.ready();
}
