import { randomUUID } from 'node:crypto';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { ROLLUP_NAMES } from '../storage/read/rollups/rollup-reader.ts';
import type { UnlistedUser } from '../storage/read/rollups/rollup-reader.ts';
import type { Difference, Rollup, CheckRange } from '../storage/read/rollups/differences.ts';

/**
 * Compares roll-ups with their calls while spans are received. Differences are verified while the commit queue is empty
 * and paused, so that batches wait only briefly.
 */
export async function checkRollups(
  pipeline: SpanPipeline,
  range: CheckRange,
  tables: readonly Rollup[] = ROLLUP_NAMES,
): Promise<Difference[]> {
  const found = await pipeline.store.rollups.readDifferences(range, tables);
  if (found.length === 0) return found;
  const days = found.flatMap(({ day }) => (day === undefined ? [] : [day]));
  const userIds = found.flatMap(({ userId }) => (userId === undefined ? [] : [userId]));
  const seen: CheckRange = {
    ...range,
    ...(userIds.length === 0 ? {} : { userIds: [...new Set(userIds)] }),
    ...(days.length === 0 ? {} : { days: [Math.min(...days), Math.max(...days) + 1] }),
  };
  const different = [...new Set(found.map(({ table }) => table))];
  return pipeline.change(`check-${randomUUID()}`, () =>
    pipeline.store.rollups.readDifferences(seen, different),
  );
}

/**
 * Finds users that spans name and lists do not show, while spans are received. As {@link checkRollups}, verifies them
 * while no batch is partly visible.
 */
export async function findUnlistedUsers(pipeline: SpanPipeline, range: CheckRange): Promise<UnlistedUser[]> {
  const found = await pipeline.store.rollups.readUnlistedUsers(range);
  if (found.length === 0) return found;
  const userIds = [...new Set(found.map(({ userId }) => userId))];
  return pipeline.change(`check-${randomUUID()}`, () =>
    pipeline.store.rollups.readUnlistedUsers({ ...range, userIds }),
  );
}
