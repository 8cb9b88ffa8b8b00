import { ROLLUP_NAMES } from '../storage/read/rollups/rollup-reader.ts';
import { checkRollups } from './check-rollups.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';

/** Whether the sums that pages show are those of the calls, as far as they were compared. */
export interface RollupHealth {
  readonly state: 'ok' | 'differing';
  readonly message?: string;
  /** Sums that were not what their calls add up to. */
  readonly differences: number;
}

/** Days that differ; each check compares them again. */
const MAX_DAYS = 20;
const DAILY = ROLLUP_NAMES.filter((table) => table !== 'threads');

/**
 * Compares roll-ups with their calls, one day at each check: from the newest back to the first, and again. So the whole
 * store is compared in time, and each check is short. `userspan doctor` compares everything of a project at once.
 */
export class RollupWatch {
  readonly #pipeline: SpanPipeline;
  readonly #differing = new Map<number, number>();
  #last = Number.MAX_SAFE_INTEGER;

  constructor(pipeline: SpanPipeline) {
    this.#pipeline = pipeline;
  }

  get health(): RollupHealth {
    const differences = [...this.#differing.values()].reduce((sum, count) => sum + count, 0);
    return differences === 0
      ? { state: 'ok', differences }
      : {
          state: 'differing',
          message: `${differences} sums of ${this.#differing.size} days differ from their calls; run userspan doctor --repair to correct them`,
          differences,
        };
  }

  /** Compares the next day, and again the days that differed. */
  async check(): Promise<void> {
    const day = await this.#nextDay();
    const days = new Set([...this.#differing.keys()].slice(0, MAX_DAYS));
    if (day !== undefined) days.add(day);
    for (const each of days) {
      const found = await checkRollups(this.#pipeline, { days: [each, each + 1] }, DAILY);
      if (found.length === 0) this.#differing.delete(each);
      else this.#differing.set(each, found.length);
    }
  }

  async #nextDay(): Promise<number | undefined> {
    const { store } = this.#pipeline;
    const day =
      (await store.rollups.readUsageDayBefore(this.#last)) ??
      (await store.rollups.readUsageDayBefore(Number.MAX_SAFE_INTEGER));
    if (day !== undefined) this.#last = day;
    return day;
  }
}
