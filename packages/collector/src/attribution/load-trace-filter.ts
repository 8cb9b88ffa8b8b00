import { setImmediate } from 'node:timers/promises';

import type { Storage } from '../storage/storage.ts';
import type { TraceFilter } from './trace-filter.ts';

/**
 * Loads stored traces into the Bloom filter: all of them, or only those of its window if there are too many. Call it
 * after `startLoading`, when the store has every trace that was added before.
 *
 * Runs in the background while spans are received. Until the first load is complete, the filter returns "may be stored"
 * for every trace, which costs a query but is never wrong.
 */
export async function loadTraceFilter(
  store: Pick<Storage, 'traces'>,
  filter: TraceFilter,
  isStopped: () => boolean,
): Promise<void> {
  const { spans, lastReceivedSeconds } = await store.traces.readReceived();
  const { minTraces, windowMs } = filter.memory;
  const lastMs = lastReceivedSeconds * 1000;
  // There are at most as many traces as spans.
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
