import { ROLLUP_NAMES } from '../storage/read/rollups/rollup-reader.ts';
import { checkRollups, findUnlistedUsers } from './check-rollups.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';

/** Result of comparing sums with calls, and lists of users with the users that spans name. */
export interface RollupHealth {
  readonly state: 'ok' | 'differing';
  readonly message?: string;
  /** Number of wrong sums and of users missing from lists. */
  readonly differences: number;
}

/** Differences found on one day. */
interface DayFindings {
  readonly sums: number;
  readonly users: number;
}

/** Maximum number of days with differences that each check compares again. */
const MAX_DAYS = 20;
const DAILY = ROLLUP_NAMES.filter((table) => table !== 'threads');

/**
 * Compares roll-ups with their calls and spans, one day per check, from the newest to the first and then again. Each
 * check is short, and over time the whole store is compared. `userspan doctor` compares all data of a project at once.
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

  /** Compares the next day, and the days that differed before. */
  async check(): Promise<void> {
    const day = await this.#nextDay();
    const days = new Set([...this.#differing.keys()].slice(0, MAX_DAYS));
    if (day !== undefined) days.add(day);
    for (const each of days) {
      const range = { days: [each, each + 1] } as const;
      const sums = (await checkRollups(this.#pipeline, range, DAILY)).length;
      const users = (await findUnlistedUsers(this.#pipeline, range)).length;
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
