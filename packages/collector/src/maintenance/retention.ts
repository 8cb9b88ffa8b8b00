import { randomUUID } from 'node:crypto';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { writeFirstKeptDay } from './kept-days.ts';

/** Maximum age and size of stored data. */
export interface Retention {
  readonly days?: number;
  readonly bytes?: number;
}

const DAY_MS = 86_400_000;
/** Share of the maximum size that remains after deleting old days, so that it is not needed again immediately. */
const REMAINING = 0.9;

/**
 * Deletes all data before a day: spans, calls, roll-ups, and threads and profiles that were not seen since. Deletes
 * whole days, so that roll-ups still equal the sums of calls.
 */
export async function deleteBefore(pipeline: SpanPipeline, day: number): Promise<void> {
  const { store } = pipeline;
  await writeFirstKeptDay(store, store.records.openVersioned(Date.now), day);
  await pipeline.change(`retention-${day}-${randomUUID()}`, async (builder) => {
    builder.remove(store.removals.removeBefore(day));
  });
  pipeline.reloadKnownTraces();
}

/** Deletes data beyond the maximum age and size. Returns the first day that is kept if something was deleted. */
export async function retain(
  pipeline: SpanPipeline,
  { days, bytes }: Retention,
  nowMs: number,
): Promise<number | undefined> {
  const { store } = pipeline;
  let first = days === undefined ? 0 : Math.floor(nowMs / DAY_MS) - days + 1;
  if (bytes !== undefined) {
    const used = await store.size.readStoreBytes();
    if (used > bytes)
      first = Math.max(first, await store.size.readDayOfShare(1 - (bytes * REMAINING) / used));
  }
  if (first <= 0) return undefined;
  if (!(await store.size.hasSpansBefore(BigInt(first) * BigInt(DAY_MS) * 1_000_000n))) {
    return undefined;
  }
  await deleteBefore(pipeline, first);
  return first;
}
