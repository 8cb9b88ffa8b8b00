import { createHash, randomBytes } from 'node:crypto';

/** Wrong tokens a minute from one address, and from all together. */
const PER_ADDRESS = 10;
const IN_ALL = 100;
const WINDOW_MS = 60_000;
const SLOTS = 4096;

/**
 * Counts wrong tokens, so that nobody can try out thousands of them: after ten from one address, or a hundred from
 * everywhere, signing in has to wait, with a right token too, or the answer would tell which one is right.
 *
 * Its memory is constant: addresses share slots by a hash that only this process knows. A slot, and the sum, hold the
 * moment until which their failures last; each one makes that later, and time does the rest.
 */
export class SignInLimit {
  readonly #seed = randomBytes(16);
  readonly #until = new Float64Array(SLOTS);
  #untilInAll = 0;

  /** Milliseconds until this address may try again; 0 when it may now. Times come from one clock that never goes back. */
  waitMs(address: string, nowMs: number): number {
    const own = (this.#until[this.#slotOf(address)] ?? 0) - nowMs;
    const all = this.#untilInAll - nowMs;
    return Math.max(0, own - spare(PER_ADDRESS), all - spare(IN_ALL));
  }

  /** The token was wrong. */
  failed(address: string, nowMs: number): void {
    const slot = this.#slotOf(address);
    this.#until[slot] = Math.max(this.#until[slot] ?? 0, nowMs) + WINDOW_MS / PER_ADDRESS;
    this.#untilInAll = Math.max(this.#untilInAll, nowMs) + WINDOW_MS / IN_ALL;
  }

  #slotOf(address: string): number {
    const hash = createHash('sha256').update(this.#seed).update(networkOf(address)).digest();
    return hash.readUInt32BE(0) % SLOTS;
  }
}

/** How long failures may last with one more still allowed. */
function spare(limit: number): number {
  return WINDOW_MS - WINDOW_MS / limit;
}

/** Whoever has one IPv6 address has the 2^64 beside it. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  return [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4).join(':');
}
