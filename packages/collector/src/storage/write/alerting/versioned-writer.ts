import { onCluster, physicalName } from '../../engine/ddl.ts';
import type { Store } from '../../engine/store.ts';
import { RowBuffer } from '../row-buffer.ts';
import type { Cell } from '../columns/column.ts';

/** A row without its version: cells in the order of the table's columns. */
export interface VersionedRow {
  readonly cells: readonly Cell[];
  readonly isDeleted?: boolean;
}

/** Versions in a millisecond: a version is the time at which it was written, times this. */
export const VERSIONS_PER_MS = 1000n;

/**
 * Writes rows of which the newest version wins, in one insert for each call.
 *
 * A version is the time of the clock, but always above the versions that the table has: after a restart within the same
 * millisecond, after the clock was set back, or written by a collector whose clock is behind, the last write still wins.
 */
export class VersionedWriter {
  readonly #store: Store;
  readonly #clock: () => number;
  #version = 0n;

  constructor(store: Store, clock: () => number = Date.now) {
    this.#store = store;
    this.#clock = clock;
  }

  async write(table: string, rows: readonly VersionedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const newest = await this.#newestVersion(table);
    const now = BigInt(Math.floor(this.#clock())) * VERSIONS_PER_MS;
    const next = (newest > this.#version ? newest : this.#version) + 1n;
    this.#version = now > next ? now : next;
    const buffer = new RowBuffer();
    for (const { cells, isDeleted } of rows) {
      buffer.add(table, [...cells, String(this.#version), isDeleted === true ? 1 : 0]);
    }
    // The token is of this moment: what is written again is another version, and must not be dropped.
    const token = `${table}-${this.#version}-${crypto.randomUUID()}`;
    for (const insert of buffer.inserts(token)) await this.#store.insert(insert);
  }

  async #newestVersion(table: string): Promise<bigint> {
    const [row] = await this.#store.query<{ newest: string }>(
      `SELECT toString(max(version)) AS newest FROM ${table}`,
    );
    return BigInt(row?.newest ?? 0);
  }

  /** Takes rows that newer ones replaced out of the files of the store, now instead of at some later merge. */
  async removeOldVersions(table: string): Promise<void> {
    const { cluster } = this.#store;
    await this.#store.execute(
      `OPTIMIZE TABLE ${physicalName(table, cluster)}${onCluster(cluster)} FINAL SETTINGS optimize_throw_if_noop = 0`,
    );
  }
}
