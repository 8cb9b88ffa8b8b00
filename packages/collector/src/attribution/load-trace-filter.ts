import { setImmediate } from 'node:timers/promises';

import type { Storage } from '../storage/storage.ts';
import type { TraceFilter } from './trace-filter.ts';

/**
 * Adds every stored trace to the Bloom filter and marks the filter as ready.
 *
 * Runs in the background while spans are already received. Until it is ready the filter answers "may be stored" for
 * every trace, which costs a query and is never wrong.
 */
export async function loadTraceFilter(
  store: Pick<Storage, 'traces'>,
  filter: TraceFilter,
  isStopped: () => boolean,
): Promise<void> {
  for await (const ids of store.traces.readTraceIds()) {
    if (isStopped()) {
      return;
    }
    for (const id of ids) {
      filter.add(id);
    }
    await setImmediate();
  }
  filter.ready();
}
