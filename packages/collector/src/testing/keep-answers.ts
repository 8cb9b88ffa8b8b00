import { bind } from '../storage/engine/bind.ts';
import type { Parameters as SqlParameters, QueryOptions, Store } from '../storage/engine/store.ts';

/**
 * Caches the answers to statements, because nothing is written after the set-up, and most sort orders of a list differ
 * in only one statement. The rows are copied, because callers may change them.
 */
export function keepAnswers(store: Store): void {
  const query = store.query.bind(store);
  const kept = new Map<string, Promise<object[]>>();
  store.query = async <T extends object>(
    sql: string,
    parameters: SqlParameters = {},
    options?: QueryOptions,
  ): Promise<T[]> => {
    const key = bind(sql, parameters);
    const known = kept.get(key) ?? query(sql, parameters, options);
    kept.set(key, known);
    return structuredClone(await known) as T[];
  };
}
