import type { Insert, Store } from '../engine/store.ts';
import type { StoreError } from '../engine/store-error.ts';
import { CommitQueue } from './commit-queue.ts';
import type { WriteBatch } from './write-batch.ts';

/** Writes rows of calls, spans and roll-ups. */
export interface BatchWriter {
  /** Inserts rows immediately. Rows with a token that the store has seen are dropped. */
  insert(insert: Insert): Promise<void>;
  /**
   * Opens a queue that keeps write batches in files until they are stored. `onApplied` is called with each stored
   * batch, `onDamage` with batches that cannot be completed.
   */
  openQueue(
    directory: string,
    onApplied: (batch: WriteBatch) => void,
    onDamage?: (error: StoreError) => void,
  ): CommitQueue;
  /** The newest version among replaceable rows. New rows need a higher one to have an effect. */
  readNewestVersion(): Promise<bigint>;
}

const REPLACED_TABLES = ['aliases', 'prices', 'tombstones', 'settings'] as const;

export function batchWriter(store: Store): BatchWriter {
  return {
    insert: (insert) => store.insert(insert),
    openQueue: (directory, onApplied, onDamage) => new CommitQueue(store, directory, onApplied, onDamage),
    async readNewestVersion() {
      const each = REPLACED_TABLES.map((table) => `SELECT max(version) AS newest FROM ${table}`);
      const [row] = await store.query<{ version: string }>(
        `SELECT toString(max(newest)) AS version FROM (${each.join(' UNION ALL ')})`,
      );
      return BigInt(row?.version ?? 0);
    },
  };
}
