import { setTimeout as sleep } from 'node:timers/promises';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { RepairAfterCrash } from './repair-after-crash.ts';
import { retain } from './retention.ts';
import type { Retention } from './retention.ts';
import { RollupVerifier } from './rollup-verifier.ts';
import type { RollupHealth } from './rollup-verifier.ts';
import { reconcile, reconcileLateTraces } from './reconcile.ts';

export interface MaintenanceOptions {
  readonly retention: Retention;
  /** For the embedded store: writes the list of its files, and verifies and repairs the files. */
  readonly integrity?: { remember(): Promise<void>; check(): Promise<void> };
  /** For a shared store: repairs sums after a crash during a reconciliation. */
  readonly repairAfterCrash?: Pick<RepairAfterCrash, 'during'>;
  readonly onError: (error: unknown) => void;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
}

const RECONCILE_MS = 5_000;
const CHECK_MS = 5 * 60_000;
/**
 * Minimum pause after a check as a multiple of its duration, so that checks of a large store take at most a hundredth
 * of the time.
 */
const CHECK_REST = 100;
const REMEMBER_MS = 5_000;
/** Time until all files are compared with their checksums for the first time; this is repeated daily. */
const FIRST_INTEGRITY_MS = 20_000;
const INTEGRITY_MS = 24 * 60 * 60_000;
/** Time until the keys of all spans are read for the first time; this is repeated a few times a day. */
const FIRST_LATE_TRACES_MS = 10 * 60_000;
const LATE_TRACES_MS = 6 * 60 * 60_000;
const RETAIN_MS = 15 * 60_000;
/**
 * Spans that arrived up to this long before the last reconciliation are read again, because another collector may have
 * been slow.
 */
const OVERLAP_SECONDS = 120;

/**
 * Periodic maintenance of a store: deletes old days and files, reconciles the work of collectors that share it, and
 * compares sums.
 */
export class MaintenanceScheduler {
  readonly #pipeline: SpanPipeline;
  readonly #options: MaintenanceOptions;
  readonly #stop = new AbortController();
  readonly #rollups: RollupVerifier;
  readonly #running: readonly Promise<void>[];

  constructor(pipeline: SpanPipeline, options: MaintenanceOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
    this.#rollups = new RollupVerifier(pipeline);
    const { integrity } = options;
    const { days, bytes } = options.retention;
    const isShared = pipeline.store.kind === 'clickhouse';
    this.#running = [
      isShared ? this.#every(RECONCILE_MS, this.#reconciling()) : Promise.resolve(),
      days === undefined && bytes === undefined
        ? Promise.resolve()
        : this.#every(RETAIN_MS, () => this.#retain()),
      this.#every(FIRST_LATE_TRACES_MS, this.#reconcilingLateTraces(), LATE_TRACES_MS),
      this.#every(CHECK_MS, this.#checking()),
      this.#every(pipeline.store.oldFiles.removeEveryMs, () => pipeline.store.oldFiles.remove()),
      ...(integrity === undefined
        ? []
        : [
            this.#every(REMEMBER_MS, () => integrity.remember()),
            this.#every(FIRST_INTEGRITY_MS, () => integrity.check(), INTEGRITY_MS),
          ]),
    ];
  }

  /** Whether the sums match the calls. */
  get rollups(): RollupHealth {
    return this.#rollups.health;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  #reconciling(): () => Promise<void> {
    const clock = this.#options.clock ?? Date.now;
    let since = 0;
    return async () => {
      const now = clock();
      await this.#pipeline.refresh();
      await reconcile(this.#pipeline, since, now, this.#options.repairAfterCrash);
      since = Math.floor(now / 1000) - OVERLAP_SECONDS;
    };
  }

  #reconcilingLateTraces(): () => Promise<void> {
    const clock = this.#options.clock ?? Date.now;
    const startedAt = Math.floor(clock() / 1000);
    let since: number | undefined;
    return async () => {
      const now = clock();
      // The previous process did not reconcile spans that were inserted shortly before this one started.
      since ??= (await this.#pipeline.store.traces.readLastInserted(startedAt)) - (2 * LATE_TRACES_MS) / 1000;
      await reconcileLateTraces(this.#pipeline, since, now, this.#options.repairAfterCrash);
      since = Math.floor(now / 1000) - OVERLAP_SECONDS;
    };
  }

  #checking(): () => Promise<void> {
    let restUntil = 0;
    return async () => {
      const startedAt = performance.now();
      if (startedAt < restUntil) return;
      await this.#rollups.check();
      restUntil = startedAt + (performance.now() - startedAt) * CHECK_REST;
    };
  }

  async #retain(): Promise<void> {
    await retain(this.#pipeline, this.#options.retention, (this.#options.clock ?? Date.now)());
  }

  async #every(firstMs: number, task: () => Promise<void>, thenMs: number = firstMs): Promise<void> {
    const { signal } = this.#stop;
    for (let pauseMs = firstMs; !signal.aborted; pauseMs = thenMs) {
      try {
        // The random offset keeps two collectors from always reconciling at the same time.
        await sleep(pauseMs * (0.75 + Math.random() / 2), undefined, { signal, ref: false });
      } catch {
        return;
      }
      await task().catch(this.#options.onError);
    }
  }
}
