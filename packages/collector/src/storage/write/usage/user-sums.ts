import type { TableRows } from '../row-buffer.ts';
import type { Dimensions } from './dimension-table.ts';
import { PairTable } from './pair-table.ts';
import { SumsTable, writeSeen } from './sums-table.ts';
import type { Sums } from './usage-sums.ts';

/**
 * What users used, by pieces of time: minutes, quarters of an hour or days since the epoch.
 *
 * Users, and times with their dimensions, are numbers here. A user may stand for any other key of the sums.
 */
export class UserSums {
  /** A time with dimensions: a slot. */
  readonly #slots = new PairTable();
  readonly #whats: Dimensions[] = [];
  /** A user with a slot: a row of the sums. */
  readonly #rows = new PairTable();
  readonly #sums = new SumsTable();
  /** Users with the slot of a service alone, and how often spans named them. */
  readonly #named = new PairTable();
  readonly #timesNamed: number[] = [];

  add(user: number, at: number, what: Dimensions, sums: Sums): void {
    this.#sums.add(this.#rowOf(user, at, what), sums);
  }

  /** Notes that spans named the user; `what` is a service and nothing else. */
  name(user: number, at: number, what: Dimensions, times: number): void {
    const number = this.#named.numberOf(user, this.#slotOf(at, what));
    this.#timesNamed[number] = (this.#timesNamed[number] ?? 0) + times;
  }

  /** Adds the sums of others, under another user and at another time. */
  addSums(others: UserSums, userOf: (user: number) => number, timeOf: (at: number) => number): void {
    for (let row = 0; row < others.#rows.length; row += 1) {
      if (!others.#sums.isNothing(row)) {
        const slot = others.#rows.secondOf(row);
        const user = userOf(others.#rows.firstOf(row));
        this.#sums.addRow(
          this.#rowOf(user, timeOf(others.#slots.firstOf(slot)), others.#whatAt(slot)),
          others.#sums,
          row,
        );
      }
    }
  }

  /** Adds how often users were named elsewhere, at another time. */
  addNames(others: UserSums, timeOf: (at: number) => number): void {
    for (const [number, times] of others.#timesNamed.entries()) {
      const slot = others.#named.secondOf(number);
      this.name(
        others.#named.firstOf(number),
        timeOf(others.#slots.firstOf(slot)),
        others.#whatAt(slot),
        times,
      );
    }
  }

  /**
   * Writes a row for each sum that is not nothing; `writeKey` writes the cells before the dimensions.
   *
   * The times that a user was named go along with calls of the same time and service where there are any: half as many
   * rows for the store to add up.
   */
  write(rows: TableRows, writeKey: (user: number, at: number) => void): void {
    const isWritten = new Uint8Array(this.#named.length);
    for (let row = 0; row < this.#rows.length; row += 1) {
      if (this.#sums.isNothing(row)) {
        continue;
      }
      const user = this.#rows.firstOf(row);
      const slot = this.#rows.secondOf(row);
      const at = this.#slots.firstOf(slot);
      const what = this.#whatAt(slot);
      let seen = 0;
      // A claimed row may be left out of sums, its user's name may not.
      if (!what.isClaimed && this.#sums.callsOf(row) > 0) {
        const number = this.#namedAt(user, at, what.ofService);
        if (number >= 0 && isWritten[number] === 0) {
          seen = this.#timesNamed[number] ?? 0;
          isWritten[number] = 1;
        }
      }
      writeKey(user, at);
      rows.cells(what.cells);
      this.#sums.write(rows, row, seen);
      rows.end();
    }
    for (const [number, times] of this.#timesNamed.entries()) {
      if (isWritten[number] === 0) {
        const slot = this.#named.secondOf(number);
        writeKey(this.#named.firstOf(number), this.#slots.firstOf(slot));
        rows.cells(this.#whatAt(slot).cells);
        writeSeen(rows, times);
        rows.end();
      }
    }
  }

  #namedAt(user: number, at: number, service: number): number {
    const slot = this.#slots.find(at, service);
    return slot < 0 ? -1 : this.#named.find(user, slot);
  }

  #rowOf(user: number, at: number, what: Dimensions): number {
    const row = this.#rows.numberOf(user, this.#slotOf(at, what));
    this.#sums.reach(row);
    return row;
  }

  #slotOf(at: number, what: Dimensions): number {
    const slot = this.#slots.numberOf(at, what.number);
    if (slot === this.#whats.length) {
      this.#whats.push(what);
    }
    return slot;
  }

  #whatAt(slot: number): Dimensions {
    const what = this.#whats[slot];
    if (what === undefined) {
      throw new RangeError(`no slot ${slot}`);
    }
    return what;
  }
}
