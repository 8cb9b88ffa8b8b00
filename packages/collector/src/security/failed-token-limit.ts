import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

/** Maximum number of wrong tokens per minute from one address. */
const PER_ADDRESS = 10;
const WINDOW_MS = 60_000;
const SLOTS = 4096;
/** Delay before a token is tested, if its address is over the limit and never sent this token before. */
const TEST_DELAY_MS = 1000;
/** Maximum number of waiting tokens per address. With the delay, this limits its tests per second. */
const MAX_WAITING = 100;
/** Maximum number of remembered pairs of an address and a valid token. */
const MAX_KNOWN = 10_000;

/**
 * Counts wrong tokens by address, from all sources: bearer tokens over HTTP or gRPC, and the sign-in form.
 *
 * After ten wrong tokens per minute, a wrong token is answered with 429 instead of 401 and its connection is closed.
 * From then on, each token of that address waits a second before it is tested, and at most a hundred may wait, so an
 * address can test at most a hundred tokens per second. An attacker cannot lock out the owner: a valid token that the
 * address sent before passes immediately, another valid one after a second. Memory is constant: addresses share slots
 * by a hash that only this process knows. A slot contains the time until which its failures count.
 */
export class FailedTokenLimit {
  readonly #seed = randomBytes(16);
  readonly #until = new Float64Array(SLOTS);
  readonly #waiting = new Uint16Array(SLOTS);
  /** Hashes of pairs of an address and a valid token from it. */
  readonly #known = new LRUCache<string, true>({ max: MAX_KNOWN });

  /** Records that a valid token came from an address, so that it never has to wait there. */
  passed(address: string, sha256: Buffer): void {
    this.#known.set(this.#pairOf(address, sha256), true);
  }

  /** Whether a token from this address is tested immediately. `sha256` is the hash of the token if it is valid. */
  isFree(address: string, sha256: Buffer | undefined, nowMs: number): boolean {
    const until = this.#until[this.#slotOf(address)] ?? 0;
    const isOver = until + WINDOW_MS / PER_ADDRESS - nowMs > WINDOW_MS;
    return !isOver || (sha256 !== undefined && this.#known.has(this.#pairOf(address, sha256)));
  }

  /**
   * Resolves with `true` when a token from this address may be tested, or with `false` if too many are waiting.
   * `sha256` is the hash of the token if it is valid.
   */
  async mayTest(address: string, sha256: Buffer | undefined, nowMs: number): Promise<boolean> {
    if (this.isFree(address, sha256, nowMs)) {
      return true;
    }
    const slot = this.#slotOf(address);
    const waiting = this.#waiting[slot] ?? 0;
    if (waiting >= MAX_WAITING) {
      return false;
    }
    this.#waiting[slot] = waiting + 1;
    await pause(TEST_DELAY_MS);
    this.#waiting[slot] = (this.#waiting[slot] ?? 1) - 1;
    return true;
  }

  /**
   * Counts a wrong token and returns the milliseconds until this address gets 401 again; 0 if it may get 401 now. Times
   * are from a monotonic clock.
   */
  failed(address: string, nowMs: number): number {
    const slot = this.#slotOf(address);
    const share = WINDOW_MS / PER_ADDRESS;
    const until = Math.max(this.#until[slot] ?? 0, nowMs) + share;
    if (until - nowMs > WINDOW_MS) {
      return Math.ceil(until - nowMs - WINDOW_MS);
    }
    this.#until[slot] = until;
    return 0;
  }

  #pairOf(address: string, sha256: Buffer): string {
    const hash = createHash('sha256').update(this.#seed).update(sha256).update(networkOf(address));
    return hash.digest('base64');
  }

  #slotOf(address: string): number {
    const hash = createHash('sha256').update(this.#seed).update(networkOf(address)).digest();
    return hash.readUInt32BE(0) % SLOTS;
  }
}

/** The network of an address. An IPv6 address stands for its /64 network, which has one owner. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) {
    return address;
  }
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  return [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4).join(':');
}
