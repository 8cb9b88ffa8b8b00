/**
 * Keys that the first filter holds before the next is begun, and that the largest does. Each holds twice as many as the
 * one before, so that a hundred million traces are few filters to ask.
 */
const MIN_KEYS = 1 << 20;
const MAX_KEYS = 1 << 24;
/** One wrong answer in two thousand: each is a question to the store. */
const BITS_PER_KEY = 16;
const PROBES = 11;

class Filter {
  readonly maxKeys: number;
  readonly #bits: Uint32Array;
  keys = 0;

  constructor(maxKeys: number) {
    this.maxKeys = maxKeys;
    this.#bits = new Uint32Array(Math.ceil((maxKeys * BITS_PER_KEY) / 32));
  }

  get bytes(): number {
    return this.#bits.byteLength;
  }

  add(a: number, b: number): void {
    const count = this.#bits.length * 32;
    let hash = a;
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (hash >>> 0) % count;
      const word = bit >>> 5;
      this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (bit & 31));
      hash = (hash + b) | 0;
    }
    this.keys++;
  }

  has(a: number, b: number): boolean {
    const count = this.#bits.length * 32;
    let hash = a;
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (hash >>> 0) % count;
      if (((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      hash = (hash + b) | 0;
    }
    return true;
  }
}

/** Filters of growing size: the last one takes new keys. */
class FilterSeries {
  readonly #filters: Filter[] = [new Filter(MIN_KEYS)];

  has(a: number, b: number): boolean {
    return this.#filters.some((filter) => filter.has(a, b));
  }

  add(a: number, b: number): void {
    if (this.has(a, b)) return;
    let last = this.#filters.at(-1);
    if (last === undefined || last.keys >= last.maxKeys) {
      last = new Filter(Math.min((last?.maxKeys ?? MIN_KEYS / 2) * 2, MAX_KEYS));
      this.#filters.push(last);
    }
    last.add(a, b);
  }

  get bytes(): number {
    return this.#filters.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

/**
 * Remembers which traces the store has, in two bytes each.
 *
 * `mayHave` is never wrong when it says no; so nearly every trace is taken for new without asking the store. Until the
 * stored traces are loaded for the first time everything may be there. They are loaded again after traces were deleted, so
 * that the memory is that of the traces that are left: `startLoading`, `addStored` for each, `endLoading`.
 */
export class TraceFilter {
  #known = new FilterSeries();
  /** What is being loaded, with the traces that came meanwhile. */
  #loading: FilterSeries | undefined;
  #isReady: boolean;

  constructor(isReady = false) {
    this.#isReady = isReady;
  }

  /** Every trace that is not stored by now has to be added after this. */
  startLoading(): void {
    this.#loading = new FilterSeries();
  }

  addStored(traceId: string): void {
    const [a, b] = hash(traceId);
    this.#loading?.add(a, b);
  }

  /** Forgets the traces that were neither loaded nor added since {@link startLoading}. */
  endLoading(): void {
    this.#known = this.#loading ?? this.#known;
    this.#loading = undefined;
    this.#isReady = true;
  }

  mayHave(traceId: string): boolean {
    if (!this.#isReady) return true;
    const [a, b] = hash(traceId);
    return this.#known.has(a, b);
  }

  /** Adds a trace that is going to be stored. */
  add(traceId: string): void {
    const [a, b] = hash(traceId);
    this.#known.add(a, b);
    this.#loading?.add(a, b);
  }

  /** Bytes that the filters take. */
  get bytes(): number {
    return this.#known.bytes + (this.#loading?.bytes ?? 0);
  }
}

function hash(traceId: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < traceId.length; at++) {
    const code = traceId.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  // An even step would visit half of the bits only.
  return [a ^ (a >>> 15), b | 1];
}
