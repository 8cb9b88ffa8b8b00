import type { Store } from '../../engine/store.ts';
import { leaseRows } from './lease-rows.ts';
import type { LeaseStore } from './lease-rows.ts';
import { VersionedWriter } from './versioned-writer.ts';

/** Writes configurations, states and messages of alerts and meters, and the leases of collectors that share a store. */
export interface RecordWriter {
  /** Writes rows of which the newest version wins. `clock` gives milliseconds since the Unix epoch. */
  openVersioned(clock: () => number): VersionedWriter;
  /** Claims of collectors that share the store. */
  readonly leases: LeaseStore;
}

export function recordWriter(store: Store): RecordWriter {
  return {
    openVersioned: (clock) => new VersionedWriter(store, clock),
    leases: leaseRows(store),
  };
}
