import type { Store } from '../../engine/store.ts';
import type { Difference, DifferenceRow, Rollup, CheckRange } from './differences.ts';
import { readUnlistedUsers } from './unlisted-users.ts';
import type { UnlistedUser } from './unlisted-users.ts';
import { differingRange, readDifferenceRows, readDifferences, readUsageDayBefore } from './differences.ts';

export type { UnlistedUser };
export { CALL_MEASURE_NAMES } from '../../engine/measures.ts';
export { ROLLUP_NAMES } from '../../engine/rollups.ts';

/** Checks whether roll-ups equal the sums of their calls. */
export interface RollupReader {
  /** The range within which a roll-up differs from the calls; `undefined` if it does not. */
  differingRange(table: Rollup, range: CheckRange): Promise<CheckRange | undefined>;
  /**
   * Compares roll-ups with the calls, figure by figure, and returns the differences. While spans are being written, a
   * batch may be partly visible; `checkRollups` filters out such differences.
   */
  readDifferences(range: CheckRange, tables?: readonly Rollup[]): Promise<Difference[]>;
  /** The rows that must be added to a roll-up to make it equal to the sums of calls. */
  readDifferenceRows(table: Rollup, range: CheckRange): Promise<DifferenceRow[]>;
  /** Users that spans name and lists do not show; at most `limit` per table, a thousand by default. */
  readUnlistedUsers(range: CheckRange, options?: { readonly limit?: number }): Promise<UnlistedUser[]>;
  /** The newest day with usage before a day; `undefined` if there is none. Days since the Unix epoch. */
  readUsageDayBefore(before: number): Promise<number | undefined>;
}

export function rollupReader(store: Store): RollupReader {
  return {
    differingRange: (table, range) => differingRange(store, table, range),
    readDifferences: (range, tables) => readDifferences(store, range, tables),
    readDifferenceRows: (table, range) => readDifferenceRows(store, table, range),
    readUnlistedUsers: (range, options) => readUnlistedUsers(store, range, options),
    readUsageDayBefore: (before) => readUsageDayBefore(store, before),
  };
}
