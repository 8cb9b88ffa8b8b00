import type { Store } from '../../engine/store.ts';
import type { NegatedTotals, StoredOfUsers } from './erasure-query.ts';
import { countStoredOfUsers, readTraceIdsOfUsers, readNegatedTotalsOfUsers } from './erasure-query.ts';

/** Reads the data that an erasure or export of users affects. */
export interface ErasureReader {
  /** Counts what an erasure will remove. */
  countStoredOfUsers(project: string, ids: readonly string[]): Promise<StoredOfUsers>;
  /** Ids of the traces with a span or call of any of the users. */
  readTraceIdsOfUsers(project: string, ids: readonly string[]): Promise<string[]>;
  /**
   * Rows that subtract the usage of users from the project's totals, which have no user column. The cells are in the
   * order of the table's columns.
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
