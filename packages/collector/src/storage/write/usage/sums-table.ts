import { COUNT_MEASURES, MEASURES } from '../../engine/measures.ts';
import type { TableRows } from '../row-buffer.ts';
import type { Sums } from './usage-sums.ts';

const COUNTS = Object.keys(COUNT_MEASURES);
/** Number of measures of a row that are JS numbers. */
const WIDTH = COUNTS.length;
const CALLS = COUNTS.indexOf('calls');
const FIRST_ROWS = 64;

/** The measures after `seen` of a row without calls. */
const NOTHING: readonly number[] = MEASURES.slice(1).map(() => 0);

/** Writes the measures of a row without calls, for a user that spans named. In the order of the columns. */
export function writeSeen(rows: TableRows, seen: number): void {
  rows.cell(seen);
  rows.cells(NOTHING);
}

/**
 * The measures of rows in typed arrays. Objects would live as long as a batch and be copied twice by the garbage
 * collector. Costs and durations are integers (units of the stored decimal, microseconds), so sums are exact. Costs
 * that need more than 64 bits are in a map.
 */
export class SumsTable {
  #measures = new Float64Array(WIDTH * FIRST_ROWS);
  #durations = new BigInt64Array(FIRST_ROWS);
  #costs = new BigInt64Array(FIRST_ROWS);
  /** Costs that need more than 64 bits, that is, more than nine dollars. */
  readonly #largeCosts = new Map<number, bigint>();

  /** Allocates a row with all measures zero. */
  reach(row: number): void {
    while (row >= this.#durations.length) {
      this.#grow();
    }
  }

  add(row: number, sums: Sums): void {
    const first = row * WIDTH;
    for (let at = 0; at < WIDTH; at += 1) {
      this.#addAt(first + at, sums.counts[at] ?? 0);
    }
    this.#durations[row] = (this.#durations[row] ?? 0n) + sums.durationUs;
    this.#setCost(row, this.#costOf(row) + sums.cost);
  }

  /** Adds a row of another table. */
  addRow(row: number, other: SumsTable, otherRow: number): void {
    for (let at = 0; at < WIDTH; at += 1) {
      this.#addAt(row * WIDTH + at, other.#measures[otherRow * WIDTH + at] ?? 0);
    }
    this.#durations[row] = (this.#durations[row] ?? 0n) + (other.#durations[otherRow] ?? 0n);
    this.#setCost(row, this.#costOf(row) + other.#costOf(otherRow));
  }

  callsOf(row: number): number {
    return this.#measures[row * WIDTH + CALLS] ?? 0;
  }

  isNothing(row: number): boolean {
    for (let at = row * WIDTH; at < (row + 1) * WIDTH; at += 1) {
      if (this.#measures[at] !== 0) {
        return false;
      }
    }
    return this.#durations[row] === 0n && this.#costOf(row) === 0n;
  }

  /** Writes the measures of a row, in the order of their columns. */
  write(rows: TableRows, row: number, seen: number): void {
    const first = row * WIDTH;
    rows.cell(seen);
    for (let at = first; at < first + WIDTH; at += 1) {
      rows.cell(this.#measures[at] ?? 0);
    }
    rows.cell(this.#durations[row] ?? 0n);
    rows.cell(this.#costOf(row));
  }

  #costOf(row: number): bigint {
    const large = this.#largeCosts.size === 0 ? undefined : this.#largeCosts.get(row);
    return large ?? this.#costs[row] ?? 0n;
  }

  #setCost(row: number, cost: bigint): void {
    if (BigInt.asIntN(64, cost) === cost) {
      this.#costs[row] = cost;
      this.#largeCosts.delete(row);
    } else {
      this.#largeCosts.set(row, cost);
    }
  }

  #addAt(place: number, more: number): void {
    this.#measures[place] = (this.#measures[place] ?? 0) + more;
  }

  #grow(): void {
    const measures = new Float64Array(this.#measures.length * 2);
    measures.set(this.#measures);
    this.#measures = measures;
    const durations = new BigInt64Array(this.#durations.length * 2);
    durations.set(this.#durations);
    this.#durations = durations;
    const costs = new BigInt64Array(this.#costs.length * 2);
    costs.set(this.#costs);
    this.#costs = costs;
  }
}
