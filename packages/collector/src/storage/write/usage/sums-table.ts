import type { Sums } from './usage-sums.ts';

/** Measures that are numbers. */
const WIDTH = 9;

/** Sums by the thousand, as numbers side by side: objects that live as long as a batch cost a garbage collector most. */
export class SumsTable {
  #measures = new Float64Array(WIDTH * 64);
  #durations = new BigInt64Array(64);
  readonly #costs: bigint[] = [];

  /** Begins a row of nothing, and returns its number. */
  begin(): number {
    const row = this.#costs.push(0n) - 1;
    if (row >= this.#durations.length) this.#grow();
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

  /** A copy of a row. */
  sumsOf(row: number): Sums {
    const of = (at: number): number => this.#measures[row * WIDTH + at] ?? 0;
    return {
      seen: of(0),
      calls: of(1),
      priced: of(2),
      errors: of(3),
      claimed: of(4),
      inputTokens: of(5),
      outputTokens: of(6),
      cachedTokens: of(7),
      reasoningTokens: of(8),
      durationUs: this.#durations[row] ?? 0n,
      cost: this.#costs[row] ?? 0n,
    };
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
