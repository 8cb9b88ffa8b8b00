import type { Parameters, Store } from '../store/store.ts';

interface Answer {
  readonly rows: readonly object[];
  /** From when on a fresh one is worked out while this one is still given. Milliseconds of the monotonic clock. */
  staleAt: number;
  readonly endsAt: number;
}

export interface RecentAnswersOptions {
  /** From how many users on an answer is kept. Default 10,000. */
  readonly minUsers?: number;
  /** How long an answer is given again. Default 5 seconds. */
  readonly freshMs?: number;
  /** How long it is given again while a fresh one is worked out. Default 15 seconds. */
  readonly maxAgeMs?: number;
}

const MAX_ANSWERS = 100;

/**
 * Answers about all users of a large project, kept for seconds: which place of a list each user has takes a pass over
 * every user's days, and a page, the page after it and a colleague's page ask for the same pass.
 *
 * Only where there are many users, and only for what orders and counts them: their figures are always read.
 */
export class RecentAnswers {
  readonly #store: Store;
  readonly #options: Required<RecentAnswersOptions>;
  #answers = new Map<string, Answer>();

  constructor(
    store: Store,
    { minUsers = 10_000, freshMs = 5_000, maxAgeMs = 15_000 }: RecentAnswersOptions = {},
  ) {
    this.#store = store;
    this.#options = { minUsers, freshMs, maxAgeMs };
  }

  /** Like the store's own `query`; `usersIn` says how many users an answer is about. */
  async query<T extends object>(
    sql: string,
    parameters: Parameters,
    usersIn: (rows: readonly T[]) => number,
  ): Promise<readonly T[]> {
    const ask = (): Promise<readonly T[]> => this.#ask(sql, parameters, usersIn);
    const known = this.#answers.get(keyOf(sql, parameters));
    const now = performance.now();
    if (known === undefined || now >= known.endsAt) return ask();
    if (now >= known.staleAt) {
      known.staleAt = known.endsAt;
      // Should it fail, whoever asks after the end of this answer is told.
      ask().catch(() => undefined);
    }
    return known.rows as readonly T[];
  }

  /** Forgets everything: somebody changed something, and wants to see it. */
  clear(): void {
    // A new map, so that what is being worked out meanwhile goes into the old one.
    this.#answers = new Map();
  }

  async #ask<T extends object>(
    sql: string,
    parameters: Parameters,
    usersIn: (rows: readonly T[]) => number,
  ): Promise<readonly T[]> {
    const { minUsers, freshMs, maxAgeMs } = this.#options;
    const answers = this.#answers;
    const rows = await this.#store.query<T>(sql, parameters);
    const key = keyOf(sql, parameters);
    // Put behind all others, so that the first is the oldest.
    answers.delete(key);
    if (usersIn(rows) < minUsers) return rows;
    const now = performance.now();
    answers.set(key, { rows, staleAt: now + freshMs, endsAt: now + maxAgeMs });
    const [oldest] = answers.keys();
    if (answers.size > MAX_ANSWERS && oldest !== undefined) answers.delete(oldest);
    return rows;
  }
}

function keyOf(sql: string, parameters: Parameters): string {
  const values = JSON.stringify(parameters, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return `${sql}\0${values}`;
}
