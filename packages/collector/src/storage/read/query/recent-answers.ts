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
  /** From how many users, or calls, on an answer is kept. Default 10,000. */
  readonly minSize?: number;
  /** How long an answer is given again, at least. Default 5 seconds. */
  readonly freshMs?: number;
  /** How much longer it is given again while a fresh one is worked out. Default 10 seconds. */
  readonly graceMs?: number;
}

const MAX_ANSWERS = 100;
/** An answer stays fresh for this many times the time it took, so that refreshing uses at most a fortieth of a core. */
const FRESH_FOR = 40;
const MAX_FRESH_MS = 30_000;

/**
 * Answers about all users of a large project, kept for seconds: which place of a list each user has takes a pass over
 * every user's days, and a page, the page after it and a colleague's page ask for the same pass.
 *
 * Only where there is much to read, and only for what orders and counts: the figures of users are always read. Until the next
 * write any answer of the embedded engine is exact, whatever its size and age, and is given again.
 */
export class RecentAnswers {
  readonly #store: Store;
  readonly #options: Required<RecentAnswersOptions>;
  #answers = new LRUCache<string, Answer>({ max: MAX_ANSWERS });
  /** Queries that are running: the parts of a page ask the same at the same moment. */
  #running = new Map<string, Promise<readonly object[]>>();

  /** Which calls the sums of its store count. */
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

  /** Like the store's own `query`; `sizeOf` says how many users, or calls, an answer is about. Without it, it is always exact. */
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
      // If it fails, the next request after the end of this answer gets the error.
      ask(true).catch(() => undefined);
    }
    return known.rows as readonly T[];
  }

  /** Drops all answers after a change by a client, which has to see it. */
  clear(): void {
    // A new cache, so that the answers to queries that are running go into the old one, and no later request is given them.
    this.#answers = new LRUCache({ max: MAX_ANSWERS });
    this.#running = new Map();
  }

  /** Whether nothing was written since it was asked for. */
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

/** A hash: the keys of the users that a filter means make a statement of a megabyte. */
function keyOf(sql: string, parameters: Parameters): string {
  const values = JSON.stringify(parameters, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return createHash('sha256').update(`${sql}\0${values}`).digest('base64');
}
