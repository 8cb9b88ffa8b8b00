import type { Store } from '../../engine/store.ts';
import { leaseRows } from './lease-rows.ts';
import type { LeaseStore } from './lease-rows.ts';
import { VersionedWriter } from './versioned-writer.ts';

/** Writes configurations, states and messages of alerts and meters, and the leases of collectors that share a store. */
export interface RecordWriter {
  /**
   * Creates a writer of versioned rows, of which the newest is used. `clock` returns milliseconds since the Unix epoch.
   */
  openVersioned(clock: () => number): VersionedWriter;
  /** Leases of collectors that share the store. */
  readonly leases: LeaseStore;
}

export function recordWriter(store: Store): RecordWriter {
  return {
    openVersioned: (clock) => new VersionedWriter(store, clock),
    leases: leaseRows(store),
  };
}
