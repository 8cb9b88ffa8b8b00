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
}

export function batchWriter(store: Store): BatchWriter {
  return {
    insert: (insert) => store.insert(insert),
    openQueue: (directory, onApplied, onDamage) => new CommitQueue(store, directory, onApplied, onDamage),
  };
}
