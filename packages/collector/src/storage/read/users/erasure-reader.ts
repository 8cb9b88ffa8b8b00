import type { Store } from '../../engine/store.ts';
import type { NegatedTotals, StoredOfUsers } from './erasure-query.ts';
import { countStoredOfUsers, readTraceIdsOfUsers, readNegatedTotalsOfUsers } from './erasure-query.ts';

/** Reads what an erasure or an export of users concerns. */
export interface ErasureReader {
  /** Counts what an erasure will remove. */
  countStoredOfUsers(project: string, ids: readonly string[]): Promise<StoredOfUsers>;
  /** Ids of the traces that have a span or a call of one of the users. */
  readTraceIdsOfUsers(project: string, ids: readonly string[]): Promise<string[]>;
  /**
   * Rows that subtract what users used from the project's totals, which have no user column. The cells are in the order
   * of the table's columns.
   */
  readNegatedTotalsOfUsers(project: string, ids: readonly string[]): Promise<NegatedTotals[]>;
}

export function erasureReader(store: Store): ErasureReader {
  return {
    countStoredOfUsers: (project, ids) => countStoredOfUsers(store, project, ids),
    readTraceIdsOfUsers: (project, ids) => readTraceIdsOfUsers(store, project, ids),
    readNegatedTotalsOfUsers: (project, ids) => readNegatedTotalsOfUsers(store, project, ids),
  };
}
