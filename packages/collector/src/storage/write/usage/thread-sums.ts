import { withDoubleLength } from '../columns/number-columns.ts';
import type { CallRow } from '../call-row.ts';
import type { TableRows } from '../row-buffer.ts';
import { PairTable } from './pair-table.ts';
import { SumsTable } from './sums-table.ts';
import type { Sums } from './usage-sums.ts';

const FIRST_ROWS = 64;

/** Usage per thread, user and whether calls are claimed. Users are numbers here. */
export class ThreadSums {
  /** Numbers of thread ids, over all users and projects. One id may be several threads. */
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];
  /** Rows: pairs of a thread's number and twice the user's number, plus one if the calls are claimed. */
  readonly #rows = new PairTable();
  readonly #sums = new SumsTable();
  #firsts = new BigInt64Array(FIRST_ROWS);
  #lasts = new BigInt64Array(FIRST_ROWS);

  /** Adds the figures of a call with a thread. */
  add(user: number, call: CallRow, figures: Sums): void {
    const first = BigInt(call.start_ns);
    const last = first + BigInt(call.duration_ns);
    const known = this.#rows.length;
    const row = this.#rows.numberOf(this.#numberOf(call.thread_id), user * 2 + call.user_claimed);
    if (row === known) {
      this.#begin(row, first, last);
    }
    if (first < (this.#firsts[row] ?? first)) this.#firsts[row] = first;
    if (last > (this.#lasts[row] ?? last)) this.#lasts[row] = last;
    this.#sums.add(row, figures);
  }

  /** Writes a row for each thread with non-zero sums. `writeUser` writes the cells before the thread. */
  write(rows: TableRows, writeUser: (user: number) => void): void {
    for (let row = 0; row < this.#rows.length; row += 1) {
      if (this.#sums.isNothing(row)) {
        continue;
      }
      const owner = this.#rows.secondOf(row);
      writeUser(owner >> 1);
      rows.cell(this.#ids[this.#rows.firstOf(row)] ?? '');
      rows.cell(this.#firsts[row] ?? 0n);
      rows.cell(this.#lasts[row] ?? 0n);
      rows.cell(owner & 1);
      this.#sums.write(rows, row, 0);
      rows.end();
    }
  }

  #begin(row: number, first: bigint, last: bigint): void {
    this.#sums.reach(row);
    if (row === this.#firsts.length) {
      this.#firsts = withDoubleLength(this.#firsts);
      this.#lasts = withDoubleLength(this.#lasts);
    }
    this.#firsts[row] = first;
    this.#lasts[row] = last;
  }

  #numberOf(id: string): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#ids.push(id) - 1;
      this.#numbers.set(id, number);
    }
    return number;
  }
}
