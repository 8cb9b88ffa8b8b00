import type { Store } from '../../engine/store.ts';
import type { Difference, DifferenceRow, Rollup, Scope } from './differences.ts';
import { readUnlistedUsers } from './unlisted-users.ts';
import type { UnlistedUser } from './unlisted-users.ts';
import { differingScope, readDifferenceRows, readDifferences, readUsageDayBefore } from './differences.ts';

export type { UnlistedUser };
export { CALL_MEASURE_NAMES } from '../../engine/measures.ts';
export { ROLLUP_NAMES } from '../../engine/rollups.ts';

/** Reads whether roll-ups are the sums of their calls. */
export interface RollupReader {
  /** The scope within which a roll-up disagrees; `undefined` where it agrees. */
  differingScope(table: Rollup, scope: Scope): Promise<Scope | undefined>;
  /**
   * Compares roll-ups with the calls themselves, figure by figure. What it returns is wrong somewhere: nothing, if all is
   * well. While spans are written, a batch may be half in: `checkRollups` tells the difference.
   */
  readDifferences(scope: Scope, tables?: readonly Rollup[]): Promise<Difference[]>;
  /** The rows that have to be added to a roll-up for it to agree with the calls. */
  readDifferenceRows(table: Rollup, scope: Scope): Promise<DifferenceRow[]>;
  /** Users whom spans name and lists leave out; at most `limit` of each table, a thousand by default. */
  readUnlistedUsers(scope: Scope, options?: { readonly limit?: number }): Promise<UnlistedUser[]>;
  /** The newest day before another that has usage, and `undefined` where there is none; days since the Unix epoch. */
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
