import type { Store } from '../../engine/store.ts';
import { deletedBeforeMsOf, EVERYTHING_CHANGED, ROWS_DELETED } from '../../write/usage/usage-changes.ts';

/** Users whose figures changed since the last call. */
export interface UsageChanges {
  /** Whether figures of unlisted users may have changed, too. */
  readonly isEverything: boolean;
  /** Whether rows were deleted. Erased users are not listed. */
  readonly areRowsDeleted: boolean;
  /**
   * Rows of any user that began before this time were deleted, so figures of users that are not listed may have changed. 0 if only
   * rows of erased users were deleted. Milliseconds since the Unix epoch.
   */
  readonly deletedBeforeMs: number;
  /** Ids by project, as spans name them; the empty string stands for calls without a user. */
  readonly users: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A batch becomes visible at most this many seconds after the time in its rows. */
const OVERLAP_SECONDS = 60;

/** Reads `usage_changes`. Returns every batch of every collector of the store once. */
export class UsageChangeReader {
  readonly #store: Store;
  /** Batches that were read, with their time in seconds. */
  #seen = new Map<string, number>();
  #since: number | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The changes since the last call. The first call returns that everything changed. */
  async next(): Promise<UsageChanges> {
    const isFirst = this.#since === undefined;
    const since = this.#since ?? (await this.#now()) - OVERLAP_SECONDS;
    const now = await this.#now();
    const batches = await this.#store.query<{ batch: string; latest: number }>(
      'SELECT batch, max(inserted) AS latest FROM usage_changes WHERE inserted >= {since:UInt32} GROUP BY batch',
      { since },
    );
    const fresh = batches.filter(({ batch }) => !this.#seen.has(batch)).map(({ batch }) => batch);
    const users = new Map<string, Set<string>>();
    if (!isFirst && fresh.length > 0) {
      const rows = await this.#store.query<{ project: string; user_id: string }>(
        `SELECT DISTINCT project, user_id FROM usage_changes
         WHERE inserted >= {since:UInt32} AND batch IN {fresh:Array(String)}`,
        { since, fresh },
      );
      for (const { project, user_id: id } of rows) {
        const ids = users.get(project);
        if (ids) ids.add(id);
        else users.set(project, new Set([id]));
      }
    }
    for (const { batch, latest } of batches) this.#seen.set(batch, latest);
    this.#since = now - OVERLAP_SECONDS;
    for (const [batch, second] of this.#seen) if (second < this.#since) this.#seen.delete(batch);
    return {
      isEverything: isFirst || fresh.some((batch) => batch.startsWith(EVERYTHING_CHANGED)),
      areRowsDeleted: fresh.some((batch) => batch.startsWith(ROWS_DELETED)),
      deletedBeforeMs: fresh.reduce((latest, batch) => Math.max(latest, deletedBeforeMsOf(batch)), 0),
      users,
    };
  }

  /** Makes the next call return that everything changed. */
  reset(): void {
    this.#since = undefined;
    this.#seen = new Map();
  }

  /** The time of the store's clock, which all collectors share. */
  async #now(): Promise<number> {
    const [row] = await this.#store.query<{ now: number }>('SELECT toUnixTimestamp(now()) AS now');
    return row?.now ?? 0;
  }
}
