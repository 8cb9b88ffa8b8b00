import type { AccessToken } from '../security/access-token.ts';

/** The holder of bytes, for the limits inside the budget. */
export interface BudgetHolder {
  readonly token: AccessToken | undefined;
  /** Whether the request came from a web page, whose key is public. */
  readonly claimed: boolean;
  /** Address of the sender. */
  readonly address: string;
}

/** Share of the budget for all web pages. A single address may use half of it. */
const PAGES_PART = 1 / 4;
/** With more than one token, the share that a token must leave to the others. */
const RESERVED_PART = 1 / 4;

/** Share for incomplete bodies, with the same rules, so that bodies that never end cannot use up the budget. */
const ARRIVING_PART = 1 / 2;

/**
 * A limit for the bytes of all running requests together, so that many moderate requests cannot use more memory than
 * one large request may.
 *
 * No token can use the whole budget: requests from web pages share a quarter, and with several tokens, each leaves a
 * quarter to the others. So an attacker with the public key of a page can block only pages. Bodies that are being
 * received or unpacked may use half of the budget, and half of each of these shares.
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

  /** A share of the budget that grows with its request. */
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

/** The bytes of one request in a pool. */
interface PoolShare {
  readonly limitBytes: number;
  fits(bytes: number): boolean;
  take(bytes: number): void;
  release(): void;
}

/** A number of bytes with limits per holder. */
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

/** The bytes of one request in a {@link ByteBudget}. */
export interface BudgetShare {
  /** The maximum that it can ever get, which is lower before `arrived`. A request that needs more is too large. */
  readonly limitBytes: number;
  /** Takes more bytes. Returns false and takes nothing if the budget is exhausted. */
  grow(bytes: number): boolean;
  /** Call when the body is complete and unpacked, so that it no longer counts as incomplete. Idempotent. */
  arrived(): void;
  /** Returns all bytes. Idempotent. */
  release(): void;
}
