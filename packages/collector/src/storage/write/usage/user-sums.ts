import type { TableRows } from '../row-buffer.ts';
import type { Dimensions } from './dimension-table.ts';
import { PairTable } from './pair-table.ts';
import { SumsTable, writeSeen } from './sums-table.ts';
import type { Sums } from './usage-sums.ts';

/**
 * Sums of users per minute, quarter of an hour or day since the epoch, and per set of dimensions.
 *
 * Users are numbers that the caller assigns; for sums of projects, these are numbers of projects. A slot is a time with
 * dimensions and also has a number. A row is a user with a slot and has the sums of calls.
 *
 * `name` counts spans that name a user, in slots whose only dimension is the service.
 */
export class UserSums {
  /** Slots: pairs of a time and the number of dimensions. */
  readonly #slots = new PairTable();
  readonly #dimensions: Dimensions[] = [];
  /** Rows: pairs of a user and a slot. */
  readonly #rows = new PairTable();
  readonly #sums = new SumsTable();
  /** Pairs of a user and a slot that has only a service, for counts of spans that name the user. */
  readonly #named = new PairTable();
  readonly #timesNamed: number[] = [];

  add(user: number, at: number, dimensions: Dimensions, sums: Sums): void {
    this.#sums.add(this.#rowOf(user, at, dimensions), sums);
  }

  /** Counts spans that name the user. The only dimension is the service. */
  name(user: number, at: number, dimensions: Dimensions, times: number): void {
    const number = this.#named.numberOf(user, this.#slotOf(at, dimensions));
    this.#timesNamed[number] = (this.#timesNamed[number] ?? 0) + times;
  }

  /** Adds other sums, with `userOf` and `timeOf` applied to their keys. */
  addSums(others: UserSums, userOf: (user: number) => number, timeOf: (at: number) => number): void {
    for (let row = 0; row < others.#rows.length; row += 1) {
      if (!others.#sums.isNothing(row)) {
        const slot = others.#rows.secondOf(row);
        const user = userOf(others.#rows.firstOf(row));
        this.#sums.addRow(
          this.#rowOf(user, timeOf(others.#slots.firstOf(slot)), others.#dimensionsOf(slot)),
          others.#sums,
          row,
        );
      }
    }
  }

  /** Adds the counts of named users of other sums, with `timeOf` applied to their times. */
  addNames(others: UserSums, timeOf: (at: number) => number): void {
    for (const [number, times] of others.#timesNamed.entries()) {
      const slot = others.#named.secondOf(number);
      this.name(
        others.#named.firstOf(number),
        timeOf(others.#slots.firstOf(slot)),
        others.#dimensionsOf(slot),
        times,
      );
    }
  }

  /**
   * Writes a row for each sum that is not zero; `writeKey` writes the cells before the dimensions.
   *
   * The count of spans that named a user is written into a row of calls of the same time and service, if there is one. That
   * halves the number of rows.
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
      const dimensions = this.#dimensionsOf(slot);
      let seen = 0;
      // The count is not written into rows of claimed calls, because readers may exclude those and must still find the
      // user.
      if (!dimensions.isClaimed && this.#sums.callsOf(row) > 0) {
        const number = this.#namedAt(user, at, dimensions.ofService);
        if (number >= 0 && isWritten[number] === 0) {
          seen = this.#timesNamed[number] ?? 0;
          isWritten[number] = 1;
        }
      }
      writeKey(user, at);
      rows.cells(dimensions.cells);
      this.#sums.write(rows, row, seen);
      rows.end();
    }
    for (const [number, times] of this.#timesNamed.entries()) {
      if (isWritten[number] === 0) {
        const slot = this.#named.secondOf(number);
        writeKey(this.#named.firstOf(number), this.#slots.firstOf(slot));
        rows.cells(this.#dimensionsOf(slot).cells);
        writeSeen(rows, times);
        rows.end();
      }
    }
  }

  #namedAt(user: number, at: number, service: number): number {
    const slot = this.#slots.find(at, service);
    return slot < 0 ? -1 : this.#named.find(user, slot);
  }

  #rowOf(user: number, at: number, dimensions: Dimensions): number {
    const row = this.#rows.numberOf(user, this.#slotOf(at, dimensions));
    this.#sums.reach(row);
    return row;
  }

  #slotOf(at: number, dimensions: Dimensions): number {
    const slot = this.#slots.numberOf(at, dimensions.number);
    if (slot === this.#dimensions.length) {
      this.#dimensions.push(dimensions);
    }
    return slot;
  }

  #dimensionsOf(slot: number): Dimensions {
    const dimensions = this.#dimensions[slot];
    if (dimensions === undefined) {
      throw new RangeError(`no slot ${slot}`);
    }
    return dimensions;
  }
}
