import type { AccessToken } from '../security/access-token.ts';

/** The holder of bytes, for the limits inside the budget. */
export interface BudgetHolder {
  readonly token: AccessToken | undefined;
  /** The request came from a web page, whose key is public. */
  readonly claimed: boolean;
  /** Where it came from. */
  readonly address: string;
}

/** Web pages together get this part of the budget, and one address among them half of that. */
const PAGES_PART = 1 / 4;
/** Where there is more than one token, this part stays free for the others. */
const RESERVED_PART = 1 / 4;

/** Bodies that are not whole yet get this part, by the same rules: bodies that never end must not use up the budget. */
const ARRIVING_PART = 1 / 2;

/**
 * One sum of bytes that all requests in flight share, so that many moderate ones cannot do what one large one may not.
 *
 * Inside of it no token can take all: requests from web pages share a quarter, and where there are several tokens each
 * leaves a quarter to the others. A key that stands in a page, in the hands of an attacker, then shuts out pages at most.
 * Bodies that still arrive or are unpacked have half of it together, and each of these shares is half as large for them.
 */
export class ByteBudget {
  readonly limitBytes: number;
  readonly #whole: Pool;
  readonly #arriving: Pool;

  constructor(limitBytes: number, tokenCount = 1) {
    this.limitBytes = limitBytes;
    this.#whole = new Pool(limitBytes, tokenCount);
    this.#arriving = new Pool(limitBytes * ARRIVING_PART, tokenCount);
  }

  get takenBytes(): number {
    return this.#whole.takenBytes;
  }

  /** A share of the budget, which grows as its request does. */
  share(holder: BudgetHolder): BudgetShare {
    const whole = this.#whole.share(holder);
    const arriving = this.#arriving.share(holder);
    let isArriving = true;
    return {
      get limitBytes() {
        return isArriving ? arriving.limitBytes : whole.limitBytes;
      },
      grow: (bytes) => {
        const pools = isArriving ? [whole, arriving] : [whole];
        if (!pools.every((pool) => pool.fits(bytes))) {
          return false;
        }
        for (const pool of pools) {
          pool.take(bytes);
        }
        return true;
      },
      arrived: () => {
        isArriving = false;
        arriving.release();
      },
      release: () => {
        arriving.release();
        whole.release();
      },
    };
  }
}

/** What one request holds of a pool. */
interface PoolShare {
  readonly limitBytes: number;
  fits(bytes: number): boolean;
  take(bytes: number): void;
  release(): void;
}

/** A sum of bytes with the limits of its holders. */
class Pool {
  readonly #limitBytes: number;
  readonly #tokenLimitBytes: number;
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(limitBytes: number, tokenCount: number) {
    this.#limitBytes = limitBytes;
    this.#tokenLimitBytes = tokenCount > 1 ? limitBytes * (1 - RESERVED_PART) : limitBytes;
  }

  get takenBytes(): number {
    return this.#taken;
  }

  share(holder: BudgetHolder): PoolShare {
    const limits = this.#limitsOf(holder);
    let held = 0;
    return {
      limitBytes: Math.min(this.#limitBytes, ...limits.map(([, limitBytes]) => limitBytes)),
      fits: (bytes) =>
        this.#taken + bytes <= this.#limitBytes &&
        limits.every(([key, limitBytes]) => (this.#held.get(key) ?? 0) + bytes <= limitBytes),
      take: (bytes) => {
        held += bytes;
        this.#add(limits, bytes);
      },
      release: () => {
        this.#add(limits, -held);
        held = 0;
      },
    };
  }

  #limitsOf({ token, claimed, address }: BudgetHolder): (readonly [key: string, limitBytes: number])[] {
    if (claimed) {
      const pages = this.#limitBytes * PAGES_PART;
      return [
        ['pages', pages],
        [`page ${address}`, pages / 2],
      ];
    }
    return token === undefined ? [] : [[`token ${token.sha256.toString('base64')}`, this.#tokenLimitBytes]];
  }

  #add(limits: readonly (readonly [key: string, limitBytes: number])[], bytes: number): void {
    this.#taken += bytes;
    for (const [key] of limits) {
      const now = (this.#held.get(key) ?? 0) + bytes;
      if (now > 0) {
        this.#held.set(key, now);
      } else {
        this.#held.delete(key);
      }
    }
  }
}

/** What one request holds of a {@link ByteBudget}. */
export interface BudgetShare {
  /** The most that it can ever hold, which is less until `arrived`: a request that needs more is too large. */
  readonly limitBytes: number;
  /** Takes more; false, and nothing taken, when the budget has no more. */
  grow(bytes: number): boolean;
  /** The body is whole and unpacked: it has left the part for those that arrive. More than once is fine. */
  arrived(): void;
  /** Gives everything back. More than once is fine. */
  release(): void;
}
