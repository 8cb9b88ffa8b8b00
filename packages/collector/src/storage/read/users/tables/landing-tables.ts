import type { Store } from '../../../engine/store.ts';
import { Sql } from '../../../engine/sql.ts';
import { landingRange, rangeBefore } from '../../query/range.ts';
import type { RecentAnswers } from '../../query/recent-answers.ts';
import { AliasBook } from '../alias-book.ts';
import { EVERYBODY } from '../matching-keys.ts';
import { profileTable } from './profile-table.ts';
import { propTable } from './prop-table.ts';
import { searchTable } from './search-table.ts';
import { userSums } from './user-sums.ts';

/** Time between two looks at whether something was written. */
const PERIOD_MS = 2_000;
/** Minimum time between two fillings. */
const MIN_PAUSE_MS = 20_000;
/** The pause is this many times as long as the last filling, which uses at most a fortieth of a core. */
const PAUSE_FOR = 40;
/** While spans arrive without a pause, the tables are filled only this often. */
const MAX_WAIT_MS = 300_000;
/** Tables that nobody reads are dropped, unless they are used this often. */
const KEEP_MS = 60_000;
/** How long a project is considered after its list was read. */
const INTEREST_MS = 3_600_000;
const MAX_PROJECTS = 2;

export interface LandingTablesOptions {
  readonly periodMs?: number;
  /** Minimum time until the next filling after one that took `tookMs`. */
  readonly pauseAfter?: (tookMs: number) => number;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
}

/** The last time that the tables were filled. */
interface Filled {
  readonly atMs: number;
  /** Number of writes of the store by then. */
  readonly writes: number | undefined;
  /** End of the range. */
  readonly toMs: number;
  readonly tookMs: number;
}

/**
 * Keeps the memory tables of the landing page filled, so that its first request after a start, after a large write and in
 * a new quarter of an hour does not wait for them: of the projects whose lists were read in the last hour, at the start
 * of the largest project. The tables are filled on one thread with low priority, when nothing was written for some
 * seconds.
 */
export class LandingTables {
  readonly #store: Store;
  readonly #answers: RecentAnswers;
  readonly #aliases: AliasBook;
  readonly #options: Required<LandingTablesOptions>;
  /** When the list of a project was last read. Milliseconds of the monotonic clock. */
  readonly #reads = new Map<string, number>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #running: Promise<void> | undefined;
  #seenWrites: number | undefined;
  #filled: Filled | undefined;

  constructor(store: Store, answers: RecentAnswers, options: LandingTablesOptions = {}) {
    this.#store = store;
    this.#answers = answers;
    this.#aliases = new AliasBook(store);
    const { periodMs = PERIOD_MS, pauseAfter = defaultPause, clock = Date.now } = options;
    this.#options = { periodMs, pauseAfter, clock };
  }

  /** Notes that the list of a project was read. */
  noteRead(project: string): void {
    this.#reads.delete(project);
    this.#reads.set(project, performance.now());
    const [oldest] = this.#reads.keys();
    if (this.#reads.size > MAX_PROJECTS && oldest !== undefined) this.#reads.delete(oldest);
  }

  start(): void {
    // Without a memory table there is nothing to fill.
    if (this.#store.fillMemoryTable === undefined) return;
    this.#seenWrites = this.#store.writes;
    this.#timer = setInterval(() => {
      // If it fails, for example for lack of memory, requests fill the tables.
      this.#running ??= this.#look()
        .catch(() => undefined)
        .finally(() => {
          this.#running = undefined;
        });
    }, this.#options.periodMs);
    this.#timer.unref();
  }

  /** Waits until no table is being filled. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    const { writes } = this.#store;
    const isIdle = writes === this.#seenWrites;
    this.#seenWrites = writes;
    const range = landingRange(this.#options.clock());
    if (!this.#isDue(isIdle, range.toMs) || !(await this.#answers.tables.areUsed())) return;
    const startMs = performance.now();
    const projects = await this.#projects();
    this.#filled = { atMs: startMs, writes, toMs: range.toMs, tookMs: 0 };
    for (const project of projects) await this.#fill(project, range);
    const atMs = performance.now();
    this.#filled = { atMs, writes, toMs: range.toMs, tookMs: atMs - startMs };
  }

  #isDue(isIdle: boolean, toMs: number): boolean {
    const filled = this.#filled;
    if (filled === undefined) return true;
    const ageMs = performance.now() - filled.atMs;
    if (ageMs < this.#options.pauseAfter(filled.tookMs)) return false;
    if (!isIdle) return ageMs >= MAX_WAIT_MS;
    return filled.writes !== this.#store.writes || filled.toMs !== toMs || ageMs >= KEEP_MS;
  }

  async #projects(): Promise<readonly string[]> {
    const now = performance.now();
    for (const [project, atMs] of this.#reads) {
      if (now - atMs > INTEREST_MS) this.#reads.delete(project);
    }
    if (this.#reads.size === 0 && this.#filled === undefined) {
      const [largest] = await this.#store.query<{ project: string }>(
        'SELECT project FROM profiles GROUP BY project ORDER BY count() DESC LIMIT 1',
        {},
        { isBackground: true },
      );
      if (largest !== undefined) this.noteRead(largest.project);
    }
    return [...this.#reads.keys()];
  }

  async #fill(project: string, range: ReturnType<typeof landingRange>): Promise<void> {
    const answers = this.#answers;
    // The table of sums first, because every list waits for it.
    const scope = { ...EVERYBODY, hasAliases: !(await this.#aliases.isEmpty(project)) };
    const before = rangeBefore(range, this.#options.clock());
    const sums = userSums({ project, range, before, filter: {}, scope }, new Sql(answers));
    await answers.tables.fill(sums);
    await answers.tables.fill(profileTable(answers, project));
    await answers.tables.fill(propTable(answers, project));
    await answers.tables.fill(searchTable(answers, project));
  }
}

function defaultPause(tookMs: number): number {
  return Math.max(MIN_PAUSE_MS, PAUSE_FOR * tookMs);
}
