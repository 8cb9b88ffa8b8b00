import { setImmediate } from 'node:timers/promises';

import type { Storage } from '../storage/storage.ts';
import type { TraceFilter } from './trace-filter.ts';

/**
 * Loads every stored trace into the Bloom filter. Call it after `startLoading`, when the store has every trace that was
 * added before that.
 *
 * Runs in the background while spans are already received. Until it has ended for the first time the filter answers "may be stored" for
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
      filter.addStored(id);
    }
    await setImmediate();
  }
  filter.endLoading();
}
