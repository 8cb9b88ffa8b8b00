import type { Insert, Store } from '../engine/store.ts';
import type { StoreError } from '../engine/store-error.ts';
import { CommitQueue } from './commit-queue.ts';
import type { WriteBatch } from './write-batch.ts';

/** Writes rows of calls, spans and roll-ups. */
export interface BatchWriter {
  /** Inserts rows at once. Rows under a token that the store has seen are dropped. */
  insert(insert: Insert): Promise<void>;
  /**
   * A queue that keeps write batches in files of a folder until the store has them. `onApplied` is called with each batch
   * that is stored, `onDamage` with what can no longer be finished.
   */
  openQueue(
    directory: string,
    onApplied: (batch: WriteBatch) => void,
    onDamage?: (error: StoreError) => void,
  ): CommitQueue;
  /** The newest version of what later rows replace. Rows with an older one would change nothing. */
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
