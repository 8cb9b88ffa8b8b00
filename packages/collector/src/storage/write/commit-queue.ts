import type { Insert, Store } from '../engine/store.ts';
import { FORMER_NAMES, forCurrentTable } from '../engine/former/former-tables.ts';
import { SerialQueue } from '../../runtime/serial-queue.ts';
import type { WriteBatch } from './write-batch.ts';
import { StoreError } from '../engine/store-error.ts';
import { recordRowsDeleted } from './usage/usage-changes.ts';
import { WriteBatchFiles } from './write-batch-files.ts';

interface Pending {
  readonly number: number;
  readonly batch: WriteBatch;
}

/** Sorts inserts so that spans come last. Reconciliation relies on a stored span having all of its other rows. */
function spansLast(inserts: readonly Insert[]): readonly Insert[] {
  return [
    ...inserts.filter(({ table }) => table !== 'spans'),
    ...inserts.filter(({ table }) => table === 'spans'),
  ];
}

/** The queue of write batches. Each is written to a file and then inserted, strictly in order. */
export class CommitQueue {
  readonly #store: Store;
  readonly #files: WriteBatchFiles;
  readonly #pending: Pending[] = [];
  readonly #applying = new SerialQueue();
  readonly #onApplied: (batch: WriteBatch) => void;

  /** `onDamage` is called with a batch that can no longer be inserted. */
  constructor(
    store: Store,
    directory: string,
    onApplied: (batch: WriteBatch) => void,
    onDamage: (error: StoreError) => void = () => undefined,
  ) {
    this.#store = store;
    this.#files = new WriteBatchFiles(directory, (path) =>
      onDamage(
        new StoreError(
          `The write batch ${path} is damaged and was removed: spans in it are read from the write-ahead log again, ` +
            'an edit or erasure in it has to be repeated. Run "userspan doctor --repair": sums may differ.',
        ),
      ),
    );
    this.#onApplied = onApplied;
  }

  /**
   * Inserts batches that a crash left unfinished. Calls `before` first if there are any. A damaged batch may be partly
   * in the store.
   */
  async recover(before?: () => Promise<void>): Promise<number> {
    const { found, isDamaged } = await this.#files.unfinished();
    if (found.length > 0 || isDamaged) await before?.();
    this.#pending.push(...found);
    await this.#applyUpTo(Number.MAX_SAFE_INTEGER);
    return found.length;
  }

  /**
   * What is pending of a batch: the whole batch, or parts (their ids are the batch's id, a slash and more) up to a
   * number.
   */
  pendingOf(id: string): { readonly number: number; readonly isWhole: boolean } | undefined {
    const last = this.#pending.findLast(({ batch }) => batch.id === id || batch.id.startsWith(`${id}/`));
    return last && { number: last.number, isWhole: last.batch.id === id };
  }

  /** Adds a batch. Resolves with its number when it is durable. */
  async add(batch: WriteBatch): Promise<number> {
    const number = await this.#files.write(batch);
    this.#pending.push({ number, batch });
    return number;
  }

  /** Resolves when this write batch and all earlier ones are stored. After a rejection, call it again. */
  apply(number: number): Promise<void> {
    return this.#applying.run(() => this.#applyUpTo(number));
  }

  /** Resolves when all batches are stored. */
  applyAll(): Promise<void> {
    return this.apply(Number.MAX_SAFE_INTEGER);
  }

  async #applyUpTo(number: number): Promise<void> {
    for (;;) {
      const next = this.#pending[0];
      if (next === undefined || next.number > number) return;
      const { id, inserts, mutations, deletedBeforeMs } = next.batch;
      for (const insert of spansLast(inserts)) {
        // A batch of an older version may contain rows for tables that no longer exist. The repair after a crash
        // computes these sums from the calls.
        if (!FORMER_NAMES.has(insert.table)) await this.#store.insert(insert);
      }
      for (const { sql, parameters } of mutations) {
        const statement = forCurrentTable(sql);
        if (statement !== undefined) await this.#store.execute(statement, parameters);
      }
      // Before the file is removed: after a crash in between, the note is written again.
      if (mutations.length > 0) await recordRowsDeleted(this.#store, id, deletedBeforeMs);
      this.#pending.shift();
      this.#onApplied(next.batch);
      await this.#files.remove(next.number);
    }
  }
}
