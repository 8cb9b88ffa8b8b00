import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

/** Wrong tokens a minute from one address. */
const PER_ADDRESS = 10;
const WINDOW_MS = 60_000;
const SLOTS = 4096;
/** How long a token waits before it is tested, from an address over its limit that it never came from. */
const TEST_DELAY_MS = 1000;
/** Tokens of one address that wait at a time: with the delay, the most that it can test a second. */
const MAX_WAITING = 100;
/** Pairs of an address and a right token that are remembered. */
const MAX_KNOWN = 10_000;

/**
 * Counts wrong tokens by address, wherever they come in: as a bearer token over HTTP or gRPC, or in the sign-in form.
 *
 * After ten a minute a wrong token is answered with 429 and the end of its connection in place of 401. From then on each
 * token of that address waits a second before it is tested, and at most a hundred wait at a time: an address can test a
 * hundred tokens a second. Someone who guesses does not lock the owner out: a right token that came from the address
 * before passes at once, another one after its second. Memory is constant: addresses share slots by a hash that
 * only this process knows. A slot holds the moment until which its failures last.
 */
export class FailedTokenLimit {
  readonly #seed = randomBytes(16);
  readonly #until = new Float64Array(SLOTS);
  readonly #waiting = new Uint16Array(SLOTS);
  /** Hashes of an address and a right token that came from it. */
  readonly #known = new LRUCache<string, true>({ max: MAX_KNOWN });

  /** Notes that the right token came from an address: from there it never waits. */
  passed(address: string, sha256: Buffer): void {
    this.#known.set(this.#pairOf(address, sha256), true);
  }

  /** Whether a token from this address is tested at once; `sha256` is the hash of the right token where it is one. */
  isFree(address: string, sha256: Buffer | undefined, nowMs: number): boolean {
    const until = this.#until[this.#slotOf(address)] ?? 0;
    const isOver = until + WINDOW_MS / PER_ADDRESS - nowMs > WINDOW_MS;
    return !isOver || (sha256 !== undefined && this.#known.has(this.#pairOf(address, sha256)));
  }

  /**
   * Resolves when a token from this address may be tested: with `true`, or with `false` where too many wait and it must
   * not be. `sha256` is the hash of the right token where it is one.
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
   * Counts a wrong token, and returns the milliseconds until the next one from this address is answered with 401 again;
   * 0 when this one may be. Times come from one clock that never goes back.
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

/** The owner of one IPv6 address has its whole /64 network. */
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
