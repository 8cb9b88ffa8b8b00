import type { TableRows } from '../row-buffer.ts';
import type { Sums } from './usage-sums.ts';

/** Measures that are numbers. */
const WIDTH = 9;
/** Places of those that are used by name. */
const SEEN = 0;
const CALLS = 1;

/** The measures behind `seen` where there is nothing: numbers, a duration and a cost. */
const NOTHING: readonly number[] = Array.from({ length: WIDTH + 1 }, () => 0);

/** Writes the measures of a user who was named by spans and has no calls, in the order of their columns. */
export function writeSeen(rows: TableRows, seen: number): void {
  rows.cell(seen);
  rows.cells(NOTHING);
}

/** Sums by the thousand, as numbers side by side: objects that live as long as a batch cost a garbage collector most. */
export class SumsTable {
  #measures = new Float64Array(WIDTH * 64);
  #durations = new BigInt64Array(64);
  readonly #costs: bigint[] = [];

  /** Begins a row of nothing, and returns its number. */
  begin(): number {
    const row = this.#costs.push(0n) - 1;
    if (row >= this.#durations.length) {
      this.#grow();
    }
    return row;
  }

  add(row: number, sums: Sums): void {
    const first = row * WIDTH;
    this.#addAt(first, sums.seen);
    this.#addAt(first + 1, sums.calls);
    this.#addAt(first + 2, sums.priced);
    this.#addAt(first + 3, sums.errors);
    this.#addAt(first + 4, sums.claimed);
    this.#addAt(first + 5, sums.inputTokens);
    this.#addAt(first + 6, sums.outputTokens);
    this.#addAt(first + 7, sums.cachedTokens);
    this.#addAt(first + 8, sums.reasoningTokens);
    this.#durations[row] = (this.#durations[row] ?? 0n) + sums.durationUs;
    this.#costs[row] = (this.#costs[row] ?? 0n) + sums.cost;
  }

  /** Adds a row of another table. */
  addRow(row: number, other: SumsTable, otherRow: number): void {
    for (let at = 0; at < WIDTH; at += 1) {
      this.#addAt(row * WIDTH + at, other.#measures[otherRow * WIDTH + at] ?? 0);
    }
    this.#durations[row] = (this.#durations[row] ?? 0n) + (other.#durations[otherRow] ?? 0n);
    this.#costs[row] = (this.#costs[row] ?? 0n) + (other.#costs[otherRow] ?? 0n);
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
    return this.#durations[row] === 0n && this.#costs[row] === 0n;
  }

  /** Writes the measures of a row, in the order of their columns; `seen` is added to its own. */
  write(rows: TableRows, row: number, seen: number): void {
    const first = row * WIDTH;
    rows.cell((this.#measures[first + SEEN] ?? 0) + seen);
    for (let at = first + 1; at < first + WIDTH; at += 1) {
      rows.cell(this.#measures[at] ?? 0);
    }
    rows.cell(this.#durations[row] ?? 0n);
    rows.cell(this.#costs[row] ?? 0n);
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
  }
}
