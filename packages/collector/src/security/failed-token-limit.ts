import { createHash, randomBytes } from 'node:crypto';

/** Wrong tokens a minute from one address. */
const PER_ADDRESS = 10;
const WINDOW_MS = 60_000;
const SLOTS = 4096;

/**
 * Counts wrong tokens by address, wherever they come in: as a bearer token over HTTP or gRPC, or in the sign-in form.
 *
 * After ten a minute a wrong token is answered with 429 and the end of its connection in place of 401. A right token
 * always passes, from whichever address, so that a stranger who guesses cannot lock the owner out; secrets of 16
 * characters and more are what keeps a guess from being right. Memory is constant: addresses share slots by a hash that
 * only this process knows. A slot holds the moment until which its failures last.
 */
export class FailedTokenLimit {
  readonly #seed = randomBytes(16);
  readonly #until = new Float64Array(SLOTS);

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
