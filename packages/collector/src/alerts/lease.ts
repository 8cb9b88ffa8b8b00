import { randomUUID } from 'node:crypto';

import type { LeaseStore } from '../storage/write/alerting/lease-rows.ts';

/** Options of a lease. */
export interface LeaseOptions {
  readonly rows: LeaseStore;
  readonly name: string;
  /** No other process can use the store: the embedded store is locked by one process. */
  readonly isAlone: boolean;
  /** Milliseconds of a monotonic clock. */
  readonly clock?: () => number;
  /** Resolves after this many milliseconds. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** A holder whose heartbeat does not change for this time loses the lease. */
const LEASE_MS = 45_000;
/** A holder that cannot renew for this time stops by itself, well before another one takes over. */
const HOLD_MS = 30_000;
/** A claim is given up if the time from reading the rows to inserting its own exceeds this. */
const SETTLE_MS = 2_000;

/**
 * Ensures that only one of several collectors does work that must be done once.
 *
 * The store has no compare-and-set, so a claim has three steps: insert a row for the next term, wait until every
 * overlapping claim is visible, and read the claims back. The smallest holder id of the highest term wins. A claim
 * whose insert took longer than half of that wait is given up, so that two competing claims always see each other.
 * Times of different machines are never compared: a follower measures with its own clock how long the heartbeat has not
 * changed.
 */
export class Lease {
  readonly holder: string = randomUUID();
  readonly #options: LeaseOptions;
  readonly #clock: () => number;
  readonly #wait: (ms: number) => Promise<void>;
  #term = 0n;
  #beat = 0n;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #seen: { readonly key: string; readonly atMs: number } | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#wait = options.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /** Whether no other process can hold it. */
  get isAlone(): boolean {
    return this.#options.isAlone;
  }

  /** Whether this process holds the lease at this moment. */
  get isHeld(): boolean {
    return this.#options.isAlone || this.#clock() - this.#renewedAt < HOLD_MS;
  }

  /** Renews the lease, or takes it if it is free. Call this every few seconds. */
  async renew(): Promise<boolean> {
    if (this.#options.isAlone) return true;
    const { rows, name } = this.#options;
    const startedAt = this.#clock();
    const current = await rows.read(name);
    if (current !== undefined && current.term === this.#term && current.holder === this.holder) {
      if (!this.isHeld) return this.#claim(current.term + 1n, startedAt);
      this.#beat += 1n;
      await rows.write(name, this.#term, this.holder, this.#beat);
      this.#renewedAt = startedAt;
      return true;
    }
    this.#renewedAt = Number.NEGATIVE_INFINITY;
    const key = current === undefined ? '' : `${current.term} ${current.holder} ${current.beat}`;
    if (this.#seen?.key !== key) this.#seen = { key, atMs: startedAt };
    if (current !== undefined && startedAt - this.#seen.atMs < LEASE_MS) return false;
    return this.#claim((current?.term ?? 0n) + 1n, startedAt);
  }

  /** Lets another collector take over at once. */
  async release(): Promise<void> {
    if (this.#options.isAlone || !this.isHeld) return;
    this.#renewedAt = Number.NEGATIVE_INFINITY;
    await this.#options.rows.clear(this.#options.name);
  }

  async #claim(term: bigint, startedAt: number): Promise<boolean> {
    const { rows, name } = this.#options;
    await rows.write(name, term, this.holder, 1n);
    if (this.#clock() - startedAt > SETTLE_MS / 2) return false;
    await this.#wait(SETTLE_MS);
    const winner = await rows.read(name);
    if (winner?.term !== term || winner.holder !== this.holder) return false;
    this.#term = term;
    this.#beat = 1n;
    this.#renewedAt = startedAt;
    return true;
  }
}
