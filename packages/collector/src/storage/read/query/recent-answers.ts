import type { ClaimedMode } from '../../engine/claimed-mode.ts';
import type { Parameters, QueryOptions, Store } from '../../engine/store.ts';
import { MemoryAnswers } from './memory-answers.ts';
import type { MemoryAnswersOptions } from './memory-answers.ts';
import { keyOfQuery, RecentValues } from './recent-values.ts';

const MAX_ANSWERS = 200;

/** A store, or a cache of its exact answers. */
export interface AnswerSource {
  readonly claimed: ClaimedMode;
  query<T extends object>(sql: string, parameters: Parameters): Promise<readonly T[]>;
}

/**
 * A cache, for seconds, of answers about all users of a large project. Ranking users reads the days of all of them, and
 * a page, the next page and a colleague's page need the same ranking.
 *
 * Only large answers are cached, and only orders and counts: users' figures are always read. With the embedded engine,
 * any answer is exact until the next write and is reused regardless of size and age.
 */
export class RecentAnswers {
  readonly #store: Store;
  readonly #answers: RecentValues<readonly object[]>;
  /** Memory tables with such answers, for further queries. */
  readonly tables: MemoryAnswers;

  /** How sums of the store treat claimed calls. */
  get claimed(): ClaimedMode {
    return this.#store.claimed;
  }

  constructor(store: Store, options: MemoryAnswersOptions = {}) {
    this.#store = store;
    this.#answers = new RecentValues(store, { ...options, max: MAX_ANSWERS });
    this.tables = new MemoryAnswers(store, options);
  }

  /**
   * Like `query` of the store. `sizeOf` returns how many users or calls an answer covers. Without it, the answer is
   * always exact.
   */
  query<T extends object>(
    sql: string,
    parameters: Parameters,
    sizeOf: (rows: readonly T[]) => number = () => 0,
    options: Pick<QueryOptions, 'isYielding'> = {},
  ): Promise<readonly T[]> {
    return this.#answers.get(keyOfQuery(sql, parameters), async (isBackground, isWanted) => {
      const value = await this.#store.query<T>(sql, parameters, { ...options, isBackground, isWanted });
      return { value, size: sizeOf(value) };
    }) as Promise<readonly T[]>;
  }

  /** Clears the cache. Called after a change by a client, so that the client sees it. */
  clear(): void {
    this.#answers.clear();
    this.tables.clear();
  }
}
