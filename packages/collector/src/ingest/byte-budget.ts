/** One sum of bytes that all requests in flight share, so that many moderate ones cannot do what one large one may not. */
export class ByteBudget {
  readonly limitBytes: number;
  #taken = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get takenBytes(): number {
    return this.#taken;
  }

  /** A share of the budget, which grows as its request does. */
  share(): BudgetShare {
    let held = 0;
    return {
      grow: (bytes) => {
        if (this.#taken + bytes > this.limitBytes) {
          return false;
        }
        this.#taken += bytes;
        held += bytes;
        return true;
      },
      release: () => {
        this.#taken -= held;
        held = 0;
      },
    };
  }
}

/** What one request holds of a {@link ByteBudget}. */
export interface BudgetShare {
  /** Takes more; false, and nothing taken, when the budget has no more. */
  grow(bytes: number): boolean;
  /** Gives everything back. More than once is fine. */
  release(): void;
}
