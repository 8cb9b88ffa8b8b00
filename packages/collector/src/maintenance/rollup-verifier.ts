import { ROLLUP_NAMES } from '../storage/read/rollups/rollup-reader.ts';
import { checkRollups, findUnlistedUsers } from './check-rollups.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';

/** Whether pages show the sums of the calls and every user whom spans name, as far as they were compared. */
export interface RollupHealth {
  readonly state: 'ok' | 'differing';
  readonly message?: string;
  /** Sums that are not what their calls add up to, and users that lists leave out. */
  readonly differences: number;
}

/** What is wrong on one day. */
interface DayFindings {
  readonly sums: number;
  readonly users: number;
}

/** Days that differ; each check compares them again. */
const MAX_DAYS = 20;
const DAILY = ROLLUP_NAMES.filter((table) => table !== 'threads');

/**
 * Compares roll-ups with their calls and spans, one day at each check: from the newest back to the first, and again. So the
 * whole store is compared in time, and each check is short. `userspan doctor` compares everything of a project at once.
 */
export class RollupVerifier {
  readonly #pipeline: SpanPipeline;
  readonly #differing = new Map<number, DayFindings>();
  #last = Number.MAX_SAFE_INTEGER;

  constructor(pipeline: SpanPipeline) {
    this.#pipeline = pipeline;
  }

  get health(): RollupHealth {
    const found = [...this.#differing.values()];
    const sums = found.reduce((sum, day) => sum + day.sums, 0);
    const users = found.reduce((sum, day) => sum + day.users, 0);
    if (sums + users === 0) return { state: 'ok', differences: 0 };
    return {
      state: 'differing',
      message:
        `Sums that differ from their calls: ${sums}. Users missing from lists: ${users}. Days: ${found.length}. ` +
        'Run userspan doctor --repair to correct them.',
      differences: sums + users,
    };
  }

  /** Compares the next day, and again the days that differed. */
  async check(): Promise<void> {
    const day = await this.#nextDay();
    const days = new Set([...this.#differing.keys()].slice(0, MAX_DAYS));
    if (day !== undefined) days.add(day);
    for (const each of days) {
      const scope = { days: [each, each + 1] } as const;
      const sums = (await checkRollups(this.#pipeline, scope, DAILY)).length;
      const users = (await findUnlistedUsers(this.#pipeline, scope)).length;
      if (sums + users === 0) this.#differing.delete(each);
      else this.#differing.set(each, { sums, users });
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
