import { createHash } from 'node:crypto';

import type { Store } from '../engine/store.ts';

export type TombstoneKind = 'user' | 'trace';

/** Maximum difference between the clocks of machines that share a store. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/** The hash that is stored instead of an erased id. */
export function tombstoneHash(project: string, kind: TombstoneKind, id: string): string {
  return createHash('sha256').update(`${kind}\0${project}\0${id}`).digest('hex');
}

/** A tombstone as the store has it. */
export interface StoredTombstone {
  readonly project: string;
  readonly kind: TombstoneKind;
  readonly hash: string;
}

/** Reads when users and traces were erased. */
export interface TombstoneReader {
  /** Milliseconds since the Unix epoch, by {@link tombstoneHash}. */
  readTombstones(): Promise<ReadonlyMap<string, number>>;
  /** The tombstones with some hashes. */
  readTombstonesOf(hashes: readonly string[]): Promise<readonly StoredTombstone[]>;
}

export function tombstoneReader(store: Store): TombstoneReader {
  return {
    async readTombstones() {
      const rows = await store.query<{ hash: string; at: string }>(
        'SELECT hash, max(at_ms) AS at FROM tombstones FINAL GROUP BY hash',
      );
      return new Map(rows.map(({ hash, at }) => [hash, Number(at)]));
    },
    readTombstonesOf: (hashes) =>
      store.query<StoredTombstone>(
        'SELECT project, kind, hash FROM tombstones FINAL WHERE hash IN {hashes:Array(String)}',
        { hashes },
      ),
  };
}

/** Erased users and traces with the time of their erasure. Spans that started before it are dropped at intake. */
export class Tombstones {
  readonly #atMs = new Map<string, number>();
  /** Stored times of erasures with a clock that was ahead. The corrected times are in `#atMs`. */
  readonly #aheadMs = new Map<string, number>();
  readonly #clock: () => number;
  #changes = 0;

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#atMs.size;
  }

  async load(reader: TombstoneReader): Promise<void> {
    this.takeOver(await reader.readTombstones());
  }

  /** Milliseconds since the Unix epoch, by {@link tombstoneHash}. */
  get entries(): ReadonlyMap<string, number> {
    return this.#atMs;
  }

  /** Number of changes of the entries. */
  get changes(): number {
    return this.#changes;
  }

  /** Adds entries and replaces those with the same hash. */
  takeOver(entries: ReadonlyMap<string, number>): void {
    for (const [hash, atMs] of entries) {
      if (this.#aheadMs.get(hash) === atMs) continue;
      this.#aheadMs.delete(hash);
      const knownMs = this.#atMs.get(hash);
      this.#atMs.set(hash, atMs);
      if (this.#inThePast(hash, atMs) !== knownMs) this.#changes += 1;
    }
  }

  /** Corrected times, by hash, of entries that a clock ahead of time wrote. The caller stores them. */
  get corrections(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#aheadMs.keys(), (hash) => [hash, this.#atMs.get(hash) ?? 0]));
  }

  add(project: string, kind: TombstoneKind, id: string, atMs: number): void {
    this.takeOver(new Map([[tombstoneHash(project, kind, id), atMs]]));
  }

  /** Whether a span of that id with this start time belongs to the time before the erasure. */
  stops(project: string, kind: TombstoneKind, id: string, startNs: bigint): boolean {
    if (this.#atMs.size === 0) return false;
    const hash = tombstoneHash(project, kind, id);
    const atMs = this.#inThePast(hash, this.#atMs.get(hash));
    return atMs !== undefined && startNs < BigInt(atMs) * 1_000_000n;
  }

  /**
   * Corrects the time of an erasure if the clock was ahead. New spans of the user must not be dropped, so a time in the
   * future becomes the current time, and reading the entry again must not change it. After a restart it would become a
   * later time, and late spans from in between would be dropped. Therefore the pipeline stores {@link corrections}.
   */
  #inThePast(hash: string, atMs: number | undefined): number | undefined {
    const nowMs = this.#clock();
    if (atMs === undefined || atMs <= nowMs + MAX_CLOCK_SKEW_MS) {
      return atMs;
    }
    this.#aheadMs.set(hash, atMs);
    this.#atMs.set(hash, nowMs);
    return nowMs;
  }
}
