import { onCluster, physicalName } from '../../engine/ddl.ts';
import type { Store } from '../../engine/store.ts';
import { RowBuffer } from '../row-buffer.ts';
import type { Cell } from '../columns/column.ts';

/** A row without its version. Cells are in the order of the table's columns. */
export interface VersionedRow {
  readonly cells: readonly Cell[];
  readonly isDeleted?: boolean;
}

/** Number of versions per millisecond: a version is the time of writing in milliseconds, times this. */
export const VERSIONS_PER_MS = 1000n;

/**
 * Writes versioned rows, of which the newest is used. Each call is one insert.
 *
 * A version is derived from the clock, but is always higher than the versions in the table. So the last write wins even
 * after a restart within the same millisecond, after the clock was set back, or with a clock that is behind that of
 * another collector.
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
    // The token is unique: writing the same row again is a new version and must not be dropped.
    const token = `${table}-${this.#version}-${crypto.randomUUID()}`;
    for (const insert of buffer.inserts(token)) await this.#store.insert(insert);
  }

  async #newestVersion(table: string): Promise<bigint> {
    const [row] = await this.#store.query<{ newest: string }>(
      `SELECT toString(max(version)) AS newest FROM ${table}`,
    );
    return BigInt(row?.newest ?? 0);
  }

  /** Removes replaced rows from the store's files immediately instead of at a later merge. */
  async removeOldVersions(table: string): Promise<void> {
    const { cluster } = this.#store;
    await this.#store.execute(
      `OPTIMIZE TABLE ${physicalName(table, cluster)}${onCluster(cluster)} FINAL SETTINGS optimize_throw_if_noop = 0`,
    );
  }
}
