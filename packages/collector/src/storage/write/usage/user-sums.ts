import type { Dimensions } from './dimension-table.ts';
import { SumsTable } from './sums-table.ts';
import { isNothing, NOTHING } from './usage-sums.ts';
import type { Sums } from './usage-sums.ts';

/** What a user used in one piece of time, a minute, a quarter of an hour or a day, by one set of dimensions. */
export interface UserSum {
  /** The user's number. */
  readonly user: number;
  /** Number of the minute, quarter or day since the epoch. */
  readonly at: number;
  readonly what: Dimensions;
  readonly sums: Sums;
}

/** A minute takes 27 bits, so that with 26 more for the dimensions a number is whole; so do 26 for a user and a slot. */
const TIME_STEP = 2 ** 26;
const USER_STEP = 2 ** 26;

/** What users used, by pieces of time. Users, and times with their dimensions, are numbers here. */
export class UserSums {
  readonly #slots = new Map<number, number>();
  readonly #times: number[] = [];
  readonly #whats: Dimensions[] = [];
  readonly #rows = new Map<number, number>();
  readonly #keys: number[] = [];
  readonly #sums = new SumsTable();
  /** How often each user was named by a span, by the service alone. */
  readonly #named = new Map<number, number>();

  add(user: number, at: number, what: Dimensions, sums: Sums): void {
    const key = user * USER_STEP + this.#slotOf(at, what);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = this.#sums.begin();
      this.#rows.set(key, row);
      this.#keys.push(key);
    }
    this.#sums.add(row, sums);
  }

  /** Notes that spans named the user; `what` is a service and nothing else. */
  name(user: number, at: number, what: Dimensions, times: number): void {
    const key = user * USER_STEP + this.#slotOf(at, what);
    this.#named.set(key, (this.#named.get(key) ?? 0) + times);
  }

  *sums(): Generator<UserSum, void> {
    for (const [row, key] of this.#keys.entries()) {
      const sums = this.#sums.sumsOf(row);
      if (!isNothing(sums)) yield this.#sumAt(key, sums);
    }
  }

  *names(): Generator<Omit<UserSum, 'sums'> & { readonly times: number }, void> {
    for (const [key, times] of this.#named) {
      const { user, at, what } = this.#sumAt(key, NOTHING);
      yield { user, at, what, times };
    }
  }

  /**
   * Sums with the times that the user was named, which go along with calls of the same time and service where there are
   * any: half as many rows for the store to add up.
   */
  *sumsWithNames(): Generator<UserSum, void> {
    const left = new Map(this.#named);
    for (const sum of this.sums()) {
      const slot = this.#slots.get(sum.at * TIME_STEP + sum.what.ofService);
      const key = slot === undefined ? -1 : sum.user * USER_STEP + slot;
      // A claimed row may be left out of sums, its user's name may not.
      const times = sum.sums.calls > 0 && !sum.what.isClaimed ? left.get(key) : undefined;
      if (times === undefined) yield sum;
      else {
        left.delete(key);
        yield { ...sum, sums: { ...sum.sums, seen: sum.sums.seen + times } };
      }
    }
    for (const [key, times] of left) yield this.#sumAt(key, { ...NOTHING, seen: times });
  }

  #sumAt(key: number, sums: Sums): UserSum {
    const slot = key % USER_STEP;
    const what = this.#whats[slot];
    if (what === undefined) throw new RangeError(`no slot ${slot}`);
    return { user: Math.floor(key / USER_STEP), at: this.#times[slot] ?? 0, what, sums };
  }

  #slotOf(at: number, what: Dimensions): number {
    const key = at * TIME_STEP + what.number;
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#times.push(at) - 1;
      this.#whats.push(what);
      this.#slots.set(key, slot);
    }
    return slot;
  }
}
