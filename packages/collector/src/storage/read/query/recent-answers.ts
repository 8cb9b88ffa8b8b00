import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { ClaimedMode } from '../../engine/claimed-mode.ts';
import type { Parameters, Store } from '../../engine/store.ts';

interface Answer {
  readonly rows: readonly object[];
  /** Number of writes of the store when the query started. */
  readonly writes: number | undefined;
  /** When to refresh it in the background. Milliseconds of the monotonic clock. */
  staleAt: number;
  readonly endsAt: number;
}

export interface RecentAnswersOptions {
  /** Minimum number of users or calls for an answer to be cached. Default 10,000. */
  readonly minSize?: number;
  /** Minimum time that an answer is fresh. Default 5 seconds. */
  readonly freshMs?: number;
  /** How much longer it is used while a new one is computed. Default 10 seconds. */
  readonly graceMs?: number;
}

const MAX_ANSWERS = 100;
/** An answer stays fresh for this many times the time it took, so that refreshing uses at most a fortieth of a core. */
const FRESH_FOR = 40;
const MAX_FRESH_MS = 30_000;

/**
 * A cache, for seconds, of answers about all users of a large project. Ranking users reads the days of all of them, and
 * a page, the next page and a colleague's page need the same ranking.
 *
 * Only large answers are cached, and only orders and counts: users' figures are always read. With the embedded engine,
 * any answer is exact until the next write and is reused regardless of size and age.
 */
export class RecentAnswers {
  readonly #store: Store;
  readonly #options: Required<RecentAnswersOptions>;
  #answers = new LRUCache<string, Answer>({ max: MAX_ANSWERS });
  /** Running queries, because parts of a page send the same query at the same time. */
  #running = new Map<string, Promise<readonly object[]>>();

  /** How sums of the store treat claimed calls. */
  get claimed(): ClaimedMode {
    return this.#store.claimed;
  }

  constructor(
    store: Store,
    { minSize = 10_000, freshMs = 5_000, graceMs = 10_000 }: RecentAnswersOptions = {},
  ) {
    this.#store = store;
    this.#options = { minSize, freshMs, graceMs };
  }

  /**
   * Like `query` of the store. `sizeOf` returns how many users or calls an answer covers. Without it, the answer is
   * always exact.
   */
  async query<T extends object>(
    sql: string,
    parameters: Parameters,
    sizeOf: (rows: readonly T[]) => number = () => 0,
  ): Promise<readonly T[]> {
    const key = keyOf(sql, parameters);
    const ask = (isBackground: boolean): Promise<readonly T[]> =>
      this.#shared(key, () => this.#ask(key, sql, parameters, sizeOf, isBackground));
    const known = this.#answers.get(key);
    const now = performance.now();
    if (known !== undefined && this.#isExact(known)) return known.rows as readonly T[];
    if (known === undefined || now >= known.endsAt) return ask(false);
    if (now >= known.staleAt) {
      known.staleAt = known.endsAt;
      // If the refresh fails, the first request after this answer expires gets the error.
      ask(true).catch(() => undefined);
    }
    return known.rows as readonly T[];
  }

  /** Clears the cache. Called after a change by a client, so that the client sees it. */
  clear(): void {
    // A new cache object, so that answers of running queries go into the old one and are not reused.
    this.#answers = new LRUCache({ max: MAX_ANSWERS });
    this.#running = new Map();
  }

  /** Whether nothing was written since the query started. */
  #isExact({ writes }: Answer): boolean {
    return writes !== undefined && writes === this.#store.writes;
  }

  /** The answer of a running query, unless something was written since it started. */
  #shared<T extends object>(key: string, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const { writes } = this.#store;
    if (writes === undefined) return ask();
    const running = this.#running;
    const name = `${writes} ${key}`;
    const known = running.get(name) as Promise<readonly T[]> | undefined;
    if (known !== undefined) return known;
    const answer = ask().finally(() => running.delete(name));
    running.set(name, answer);
    return answer;
  }

  async #ask<T extends object>(
    key: string,
    sql: string,
    parameters: Parameters,
    sizeOf: (rows: readonly T[]) => number,
    isBackground: boolean,
  ): Promise<readonly T[]> {
    const { minSize, freshMs, graceMs } = this.#options;
    const answers = this.#answers;
    const start = performance.now();
    const { writes } = this.#store;
    const rows = await this.#store.query<T>(sql, parameters, { isBackground });
    const now = performance.now();
    if (sizeOf(rows) >= minSize) {
      const staleAt = now + Math.max(freshMs, Math.min(FRESH_FOR * (now - start), MAX_FRESH_MS));
      answers.set(key, { rows, writes, staleAt, endsAt: staleAt + graceMs });
    } else if (writes === undefined) {
      answers.delete(key);
    } else {
      answers.set(key, { rows, writes, staleAt: now, endsAt: now });
    }
    return rows;
  }
}

/** A hash, because a statement with the keys of many users may have a megabyte. */
function keyOf(sql: string, parameters: Parameters): string {
  const values = JSON.stringify(parameters, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return createHash('sha256').update(`${sql}\0${values}`).digest('base64');
}
