import { join } from 'node:path';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { MarkerFile } from '../runtime/marker-file.ts';
import { repairProjectRollups } from './repair-rollups.ts';

/**
 * Remembers in the data folder that a migration has started.
 *
 * Its statements can be repeated, but an interrupted one may have filled only a part of a roll-up, which the next start
 * takes for complete. So the next start compares all sums with their calls and repairs them before it serves requests.
 */
export class InterruptedMigration {
  readonly #marker: MarkerFile;
  #wasInterrupted = false;

  constructor(dataFolder: string) {
    this.#marker = new MarkerFile(join(dataFolder, 'migrating'), 'The store is being migrated.\n');
  }

  /** Call before the store is opened. */
  async check(): Promise<void> {
    this.#wasInterrupted = await this.#marker.isSet();
  }

  async begin(): Promise<void> {
    await this.#marker.set();
  }

  /** Call when all migrations are done. Resolves to the number of rows that were repaired. */
  async end(pipeline: SpanPipeline): Promise<number> {
    let repaired = 0;
    if (this.#wasInterrupted) {
      for (const project of await pipeline.store.traces.readProjects()) {
        repaired += await repairProjectRollups(pipeline, project);
      }
    }
    await this.#marker.clear();
    return repaired;
  }
}
