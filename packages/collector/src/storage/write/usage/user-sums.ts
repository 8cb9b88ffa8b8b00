import type { TableRows } from '../row-buffer.ts';
import type { Dimensions } from './dimension-table.ts';
import { SumsTable, writeSeen } from './sums-table.ts';
import type { Sums } from './usage-sums.ts';

/** A minute takes 27 bits, so that with 26 more for the dimensions a number is whole; so do 26 for a user and a slot. */
const TIME_STEP = 2 ** 26;
const USER_STEP = 2 ** 26;

/**
 * What users used, by pieces of time: minutes, quarters of an hour or days since the epoch.
 *
 * Users, and times with their dimensions, are numbers here. A user may stand for anything that sums are kept apart by.
 */
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
    this.#sums.add(this.#rowOf(user, at, what), sums);
  }

  /** Notes that spans named the user; `what` is a service and nothing else. */
  name(user: number, at: number, what: Dimensions, times: number): void {
    const key = user * USER_STEP + this.#slotOf(at, what);
    this.#named.set(key, (this.#named.get(key) ?? 0) + times);
  }

  /** Adds the sums of others, under another user and at another time. */
  addSums(others: UserSums, userOf: (user: number) => number, timeOf: (at: number) => number): void {
    for (const [row, key] of others.#keys.entries()) {
      if (!others.#sums.isNothing(row)) {
        const slot = key % USER_STEP;
        const user = userOf(Math.floor(key / USER_STEP));
        this.#sums.addRow(
          this.#rowOf(user, timeOf(others.#timeAt(slot)), others.#whatAt(slot)),
          others.#sums,
          row,
        );
      }
    }
  }

  /** Adds how often users were named elsewhere, at another time. */
  addNames(others: UserSums, timeOf: (at: number) => number): void {
    for (const [key, times] of others.#named) {
      const slot = key % USER_STEP;
      this.name(Math.floor(key / USER_STEP), timeOf(others.#timeAt(slot)), others.#whatAt(slot), times);
    }
  }

  /**
   * Writes a row for each sum that is not nothing; `writeKey` writes the cells before the dimensions.
   *
   * The times that a user was named go along with calls of the same time and service where there are any: half as many
   * rows for the store to add up.
   */
  write(rows: TableRows, writeKey: (user: number, at: number) => void): void {
    const left = new Map(this.#named);
    for (const [row, key] of this.#keys.entries()) {
      if (this.#sums.isNothing(row)) {
        continue;
      }
      const slot = key % USER_STEP;
      const user = Math.floor(key / USER_STEP);
      const what = this.#whatAt(slot);
      let seen = 0;
      // A claimed row may be left out of sums, its user's name may not.
      if (left.size > 0 && !what.isClaimed && this.#sums.callsOf(row) > 0) {
        const ofService = this.#slots.get(this.#timeAt(slot) * TIME_STEP + what.ofService);
        const named = ofService === undefined ? -1 : user * USER_STEP + ofService;
        seen = left.get(named) ?? 0;
        left.delete(named);
      }
      writeKey(user, this.#timeAt(slot));
      rows.cells(what.cells);
      this.#sums.write(rows, row, seen);
      rows.end();
    }
    for (const [key, times] of left) {
      const slot = key % USER_STEP;
      writeKey(Math.floor(key / USER_STEP), this.#timeAt(slot));
      rows.cells(this.#whatAt(slot).cells);
      writeSeen(rows, times);
      rows.end();
    }
  }

  #rowOf(user: number, at: number, what: Dimensions): number {
    const key = user * USER_STEP + this.#slotOf(at, what);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = this.#sums.begin();
      this.#rows.set(key, row);
      this.#keys.push(key);
    }
    return row;
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

  #timeAt(slot: number): number {
    return this.#times[slot] ?? 0;
  }

  #whatAt(slot: number): Dimensions {
    const what = this.#whats[slot];
    if (what === undefined) {
      throw new RangeError(`no slot ${slot}`);
    }
    return what;
  }
}
