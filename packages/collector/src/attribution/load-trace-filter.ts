import { setImmediate } from 'node:timers/promises';

import type { Storage } from '../storage/storage.ts';
import type { TraceFilter } from './trace-filter.ts';

/**
 * Loads the stored traces that the Bloom filter remembers: all of them, or those of its window where there are more than it
 * keeps. Call it after `startLoading`, when the store has every trace that was
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
  const { spans, lastReceivedSeconds } = await store.traces.readReceived();
  const { minTraces, windowMs } = filter.memory;
  const lastMs = lastReceivedSeconds * 1000;
  // A trace has a span at least.
  const sinceMs = spans <= minTraces ? undefined : lastMs - windowMs;
  const sinceSeconds = sinceMs === undefined ? 0 : Math.max(0, Math.floor(sinceMs / 1000));
  for await (const ids of store.traces.readTraceIds(sinceSeconds)) {
    if (isStopped()) {
      return;
    }
    for (const id of ids) {
      filter.addStored(id, lastMs);
    }
    await setImmediate();
  }
  filter.endLoading(sinceMs);
}
