import { randomUUID } from 'node:crypto';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { StoreIntegrity } from '../storage/storage.ts';
import { decideCalls } from './reconcile.ts';
import { repairProjectRollups } from './repair-rollups.ts';

/** Rows that were rebuilt from spans. */
export interface RebuiltRows {
  readonly calls: number;
  /** Number of rows that were added to roll-ups. */
  readonly rows: number;
}

/** Number of traces per step. */
const CHUNK = 1_000;

/**
 * Rebuilds calls and sums that the embedded store lost by damage from their spans. Resolves to `undefined` if nothing
 * has to be rebuilt.
 *
 * Calls are priced with the current price list, as in a repricing. After a crash, the next start does it again.
 */
export async function rebuildLostRows(
  pipeline: SpanPipeline,
  integrity: Pick<StoreIntegrity, 'canRebuild' | 'markRebuilt'>,
): Promise<RebuiltRows | undefined> {
  if (!integrity.canRebuild) return undefined;
  let [calls, rows] = [0, 0];
  for (const project of await pipeline.store.traces.readProjects()) {
    for await (const traceIds of pipeline.store.traces.readTracesWithoutCalls(project)) {
      for (let at = 0; at < traceIds.length; at += CHUNK) {
        const chunk = traceIds.slice(at, at + CHUNK);
        calls += await pipeline.change(`rebuild-${randomUUID()}`, async (builder) => {
          await decideCalls(pipeline, builder, project, chunk);
          return builder.counted;
        });
      }
    }
    rows += await repairProjectRollups(pipeline, project);
  }
  await integrity.markRebuilt();
  return { calls, rows };
}
