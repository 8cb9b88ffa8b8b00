import { randomUUID } from 'node:crypto';

/** Header of forwarded requests: the ids of collectors that their spans may have passed, separated by commas. */
export const PASSED_HEADER = 'userspan-passed';

/** Answer to a request that has passed the receiver: Loop Detected (RFC 5842). */
export const LOOP_STATUS = 508;

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** More collectors in a row than anyone has; a sender cannot make the header longer. */
const MAX_IDS = 32;

/**
 * Finds receivers that forward back to this collector, because every span would go round for ever.
 *
 * A process has a random id. Each request that it forwards names that id and those of all collectors that have forwarded
 * to it. A collector that finds its own id in a request is part of a loop.
 */
export class PassedCollectors {
  readonly #own: string = randomUUID();
  /** Collectors that forward to this one, directly or through others. */
  readonly #before = new Set<string>();

  /** The header of requests that this collector forwards. */
  get header(): string {
    return [this.#own, ...this.#before].join(',');
  }

  /** Whether a request with this header has passed this collector. If not, its collectors are remembered. */
  isReturning(header: string | readonly string[] | undefined): boolean {
    if (typeof header !== 'string') return false;
    const ids = header.split(',', MAX_IDS).filter((id) => ID.test(id));
    if (ids.includes(this.#own)) return true;
    for (const id of ids) {
      // The newest ones are kept: a collector has another id after each start.
      this.#before.delete(id);
      this.#before.add(id);
    }
    for (const id of this.#before) {
      if (this.#before.size < MAX_IDS) break;
      this.#before.delete(id);
    }
    return false;
  }
}
