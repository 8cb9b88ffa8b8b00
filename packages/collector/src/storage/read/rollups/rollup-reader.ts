import type { Store } from '../../engine/store.ts';
import type { Difference, DifferenceRow, Rollup, Scope } from './differences.ts';
import { readUnlistedUsers } from './unlisted-users.ts';
import type { UnlistedUser } from './unlisted-users.ts';
import { differingScope, readDifferenceRows, readDifferences, readUsageDayBefore } from './differences.ts';

export type { UnlistedUser };
export { CALL_MEASURE_NAMES } from '../../engine/measures.ts';
export { ROLLUP_NAMES } from '../../engine/rollups.ts';

/** Checks whether roll-ups equal the sums of their calls. */
export interface RollupReader {
  /** The scope within which a roll-up differs from the calls; `undefined` if it does not. */
  differingScope(table: Rollup, scope: Scope): Promise<Scope | undefined>;
  /**
   * Compares roll-ups with the calls, figure by figure, and returns the differences. While spans are being written, a
   * batch may be partly visible; `checkRollups` filters out such differences.
   */
  readDifferences(scope: Scope, tables?: readonly Rollup[]): Promise<Difference[]>;
  /** The rows that must be added to a roll-up to make it equal to the sums of calls. */
  readDifferenceRows(table: Rollup, scope: Scope): Promise<DifferenceRow[]>;
  /** Users that spans name and lists do not show; at most `limit` per table, a thousand by default. */
  readUnlistedUsers(scope: Scope, options?: { readonly limit?: number }): Promise<UnlistedUser[]>;
  /** The newest day with usage before a day; `undefined` if there is none. Days since the Unix epoch. */
  readUsageDayBefore(before: number): Promise<number | undefined>;
}

export function rollupReader(store: Store): RollupReader {
  return {
    differingScope: (table, scope) => differingScope(store, table, scope),
    readDifferences: (scope, tables) => readDifferences(store, scope, tables),
    readDifferenceRows: (table, scope) => readDifferenceRows(store, table, scope),
    readUnlistedUsers: (scope, options) => readUnlistedUsers(store, scope, options),
    readUsageDayBefore: (before) => readUsageDayBefore(store, before),
  };
}
