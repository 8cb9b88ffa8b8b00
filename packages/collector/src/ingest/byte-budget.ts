import type { AccessToken } from '../security/access-token.ts';

/** Who holds bytes, for the limits inside of the budget. */
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

/**
 * One sum of bytes that all requests in flight share, so that many moderate ones cannot do what one large one may not.
 *
 * Inside of it no token can take all: requests from web pages share a quarter, and where there are several tokens each
 * leaves a quarter to the others. A key that stands in a page, in the hands of an attacker, then shuts out pages at most.
 */
export class ByteBudget {
  readonly limitBytes: number;
  readonly #tokenLimitBytes: number;
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(limitBytes: number, tokenCount = 1) {
    this.limitBytes = limitBytes;
    this.#tokenLimitBytes = tokenCount > 1 ? limitBytes * (1 - RESERVED_PART) : limitBytes;
  }

  get takenBytes(): number {
    return this.#taken;
  }

  /** A share of the budget, which grows as its request does. */
  share(holder: BudgetHolder): BudgetShare {
    const limits = this.#limitsOf(holder);
    let held = 0;
    return {
      limitBytes: Math.min(this.limitBytes, ...limits.map(([, limitBytes]) => limitBytes)),
      grow: (bytes) => {
        if (
          this.#taken + bytes > this.limitBytes ||
          limits.some(([key, limitBytes]) => (this.#held.get(key) ?? 0) + bytes > limitBytes)
        ) {
          return false;
        }
        held += bytes;
        this.#add(limits, bytes);
        return true;
      },
      release: () => {
        this.#add(limits, -held);
        held = 0;
      },
    };
  }

  #limitsOf({ token, claimed, address }: BudgetHolder): (readonly [key: string, limitBytes: number])[] {
    if (claimed) {
      const pages = this.limitBytes * PAGES_PART;
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
  /** The most that it can ever hold: a request that needs more is too large. */
  readonly limitBytes: number;
  /** Takes more; false, and nothing taken, when the budget has no more. */
  grow(bytes: number): boolean;
  /** Gives everything back. More than once is fine. */
  release(): void;
}
