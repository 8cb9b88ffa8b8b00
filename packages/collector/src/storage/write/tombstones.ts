import { createHash } from 'node:crypto';

import type { Store } from '../engine/store.ts';

export type TombstoneKind = 'user' | 'trace';

/** Clocks of the machines that share a store differ by less. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/** The hash that is stored in place of an id that must not be kept. */
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

/** Erased users and traces with the time of each erasure: spans that began before are dropped at intake. */
export class Tombstones {
  readonly #atMs = new Map<string, number>();
  /** Of erasures by a clock that was ahead, the time that is stored: what counts instead is in `#atMs`. */
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

  /** How often the entries changed. */
  get changes(): number {
    return this.#changes;
  }

  /** Takes over entries, which take the place of those with the same hash. */
  takeOver(entries: ReadonlyMap<string, number>): void {
    for (const [hash, atMs] of entries) {
      if (this.#aheadMs.get(hash) === atMs) continue;
      this.#aheadMs.delete(hash);
      const knownMs = this.#atMs.get(hash);
      this.#atMs.set(hash, atMs);
      if (this.#inThePast(hash, atMs) !== knownMs) this.#changes += 1;
    }
  }

  /** Times that count instead of stored ones, which a clock wrote that was ahead: by hash, to be stored in their place. */
  get corrections(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#aheadMs.keys(), (hash) => [hash, this.#atMs.get(hash) ?? 0]));
  }

  add(project: string, kind: TombstoneKind, id: string, atMs: number): void {
    this.takeOver(new Map([[tombstoneHash(project, kind, id), atMs]]));
  }

  /** Whether something of that id that began then is of the time before it was erased. */
  stops(project: string, kind: TombstoneKind, id: string, startNs: bigint): boolean {
    if (this.#atMs.size === 0) return false;
    const hash = tombstoneHash(project, kind, id);
    const atMs = this.#inThePast(hash, this.#atMs.get(hash));
    return atMs !== undefined && startNs < BigInt(atMs) * 1_000_000n;
  }

  /**
   * The clock may have been ahead during an erasure. What the user does from now on must not be dropped for that, so
   * a time in the future becomes now: once, also where it is read again. After a restart it would become a later now, and what
   * the user did in between and arrives late would be dropped: so the pipeline stores {@link corrections}.
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
