import { join } from 'node:path';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { MarkerFile } from '../runtime/marker-file.ts';
import { SerialQueue } from '../runtime/serial-queue.ts';
import { checkRollups, findUnlistedUsers } from './check-rollups.ts';
import { repairProjectRollups } from './repair-rollups.ts';

/**
 * Compares all sums with their calls after a crash and repairs differences.
 *
 * After a power failure, rows of an unfinished write batch may be in the engine without their deduplication tokens,
 * which the engine does not sync. The batch is then written again, and its roll-ups count twice. The same happens if
 * the file of such a batch is lost, because its spans are read from the write-ahead log again in other batches. A file
 * in the data folder marks that the comparison is due. It is created before the batch is written again and removed when
 * the sums are correct, so the mark survives another crash.
 */
export class RepairAfterCrash {
  readonly #marker: MarkerFile;
  readonly #runs = new SerialQueue();
  #hasFailed = false;

  constructor(dataFolder: string) {
    this.#marker = new MarkerFile(
      join(dataFolder, 'sums-unchecked'),
      'All sums are compared with their calls.\n',
    );
  }

  /** Call before batches that a crash left unfinished are written again. */
  async request(): Promise<void> {
    await this.#marker.set();
  }

  /** Repairs sums if this is due. Returns the number of added rows. */
  run(pipeline: SpanPipeline): Promise<number> {
    return this.#runs.run(() => this.#repair(pipeline));
  }

  /**
   * Runs work that corrects calls first and their sums afterwards. If the process ends in between, all sums are
   * compared at the next start; if the work fails, before the next such work.
   */
  during<T>(pipeline: SpanPipeline, work: () => Promise<T>): Promise<T> {
    return this.#runs.run(async () => {
      if (this.#hasFailed) await compareAll(pipeline);
      const isDue = await this.#marker.isSet();
      await this.#marker.set();
      this.#hasFailed = true;
      const result = await work();
      this.#hasFailed = false;
      // A repair after an earlier crash has to wait until the WAL is read.
      if (!isDue) await this.#marker.clear();
      return result;
    });
  }

  async #repair(pipeline: SpanPipeline): Promise<number> {
    if (!(await this.#marker.isSet())) return 0;
    const repaired = await compareAll(pipeline);
    // Sums may have been repaired before the crash, without a note for the collector that evaluates alerts.
    await pipeline.store.changes.recordUsersChanged('', []);
    await this.#marker.clear();
    return repaired;
  }
}

async function compareAll(pipeline: SpanPipeline): Promise<number> {
  let repaired = 0;
  for (const project of await pipeline.store.traces.readProjects()) {
    const isWrong =
      (await checkRollups(pipeline, { project })).length > 0 ||
      (await findUnlistedUsers(pipeline, { project })).length > 0;
    if (isWrong) repaired += await repairProjectRollups(pipeline, project);
  }
  return repaired;
}
