/** What a user or group spent in a period. */
export interface Spent {
  /** In the units of `toUnits`. */
  readonly units: bigint;
  /** Number of unpriced calls. They are not in `units`. */
  readonly unpricedCalls: number;
}

export const NOTHING_SPENT: Spent = { units: 0n, unpricedCalls: 0 };

export function isNothing({ units, unpricedCalls }: Spent): boolean {
  return units === 0n && unpricedCalls === 0;
}

/** Adds two amounts. */
export function spentTogether(one: Spent, other: Spent): Spent {
  return {
    units: one.units + other.units,
    unpricedCalls: one.unpricedCalls + other.unpricedCalls,
  };
}

/** Sums by group, updated with each change of a user, so that a request does not have to add up all users. */
export class GroupSums {
  readonly #shares = new Map<string, { readonly group: string; readonly spent: Spent }>();
  readonly sums = new Map<string, Spent>();

  /** Sets what a user spent and which group it belongs to. */
  set(id: string, group: string | null, spent: Spent): void {
    const old = this.#shares.get(id);
    if (old !== undefined) {
      const { units, unpricedCalls } = old.spent;
      this.#add(old.group, { units: -units, unpricedCalls: -unpricedCalls });
    }
    if (group === null || isNothing(spent)) {
      this.#shares.delete(id);
      return;
    }
    this.#shares.set(id, { group, spent });
    this.#add(group, spent);
  }

  #add(group: string, spent: Spent): void {
    const sum = spentTogether(this.sums.get(group) ?? NOTHING_SPENT, spent);
    if (isNothing(sum)) this.sums.delete(group);
    else this.sums.set(group, sum);
  }
}
