/**
 * Capacities of the first and of the largest filter. Each filter has twice the capacity of the previous one, so that
 * even a hundred million traces need few filters.
 */
const MIN_KEYS = 1 << 20;
const MAX_KEYS = 1 << 23;
/** Gives one false positive in two thousand, each of which costs a query. */
const BITS_PER_KEY = 16;
const PROBES = 11;

class Filter {
  readonly maxKeys: number;
  readonly #bits: Uint32Array;
  keys = 0;
  /** When the latest span of its traces was received. */
  latestMs = 0;

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

/** How long and how many traces are remembered. */
export interface TraceMemory {
  /** Minimum time that a trace is remembered after its latest span was received. */
  readonly windowMs: number;
  /** Minimum number of traces that are remembered, regardless of age. */
  readonly minTraces: number;
}

/** A day, and 64 MiB of older traces. */
export const TRACE_MEMORY: TraceMemory = { windowMs: 24 * 60 * 60_000, minTraces: 1 << 25 };

/** How far clocks of senders may be ahead. */
const CLOCK_MS = 60 * 60_000;

/** Filters of growing size, ordered by time. New keys go into the last one, and the first one is removed first. */
class FilterSeries {
  readonly #memory: TraceMemory;
  readonly #maxKeys: number;
  readonly #filters: Filter[];
  #keys = 0;
  #nowMs = 0;
  /** Every trace with a span that was received after this time is included. */
  forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(memory: TraceMemory) {
    this.#memory = memory;
    this.#maxKeys = Math.min(MAX_KEYS, memory.minTraces);
    this.#filters = [new Filter(Math.min(MIN_KEYS, this.#maxKeys))];
  }

  has(a: number, b: number): boolean {
    return this.#filters.some((filter) => filter.has(a, b));
  }

  /** Adds a key to the last filter, even if an earlier one has it, so that it is remembered longer. */
  add(a: number, b: number, receivedMs: number): void {
    let last = this.#filters.at(-1);
    if (last?.has(a, b) !== true) {
      if (last === undefined || last.keys >= last.maxKeys) {
        last = new Filter(Math.min((last?.maxKeys ?? MIN_KEYS / 2) * 2, this.#maxKeys));
        this.#filters.push(last);
        this.#forget();
      }
      last.add(a, b);
      this.#keys += 1;
    }
    this.#nowMs = Math.max(this.#nowMs, receivedMs);
    last.latestMs = Math.max(last.latestMs, receivedMs);
  }

  get bytes(): number {
    return this.#filters.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #forget(): void {
    for (let [first] = this.#filters; first !== undefined; [first] = this.#filters) {
      const isNeeded =
        this.#keys - first.keys < this.#memory.minTraces ||
        first.latestMs >= this.#nowMs - this.#memory.windowMs;
      if (isNeeded) return;
      this.#filters.shift();
      this.#keys -= first.keys;
      this.forgottenMs = Math.max(this.forgottenMs, first.latestMs);
    }
  }
}

/**
 * Remembers which traces the store has, in two bytes each, for {@link TRACE_MEMORY}.
 *
 * If `mayHave` returns false, the trace is certainly not among the remembered ones, so nearly every new trace is
 * recognized without a query. For a span that started at a time whose traces were forgotten, it returns true, and the
 * store is queried. A later span that continues a forgotten trace is handled by `reconcileLateTraces`.
 *
 * Until the stored traces are loaded for the first time, it returns true for every trace. After traces were deleted,
 * they are loaded again to free memory: `startLoading`, `addStored` for each, `endLoading`.
 */
export class TraceFilter {
  readonly memory: TraceMemory;
  #known: FilterSeries;
  /** The filter that is being loaded, including traces that were added in the meantime. */
  #loading: FilterSeries | undefined;
  #isReady: boolean;

  constructor(isReady = false, memory: TraceMemory = TRACE_MEMORY) {
    this.memory = memory;
    this.#known = new FilterSeries(memory);
    this.#isReady = isReady;
  }

  /** Starts loading. Every trace that is not stored yet must be added after this call. */
  startLoading(): void {
    this.#loading = new FilterSeries(this.memory);
  }

  /** @param receivedMs when its last span was received, or later; milliseconds since the Unix epoch. */
  addStored(traceId: string, receivedMs: number): void {
    const [a, b] = hash(traceId);
    this.#loading?.add(a, b, receivedMs);
  }

  /**
   * Replaces the filter by the traces that were loaded or added since {@link startLoading}.
   *
   * @param sinceMs all traces with a span received since then were loaded. Default: all traces.
   */
  endLoading(sinceMs: number = Number.NEGATIVE_INFINITY): void {
    if (this.#loading !== undefined) {
      this.#known = this.#loading;
      this.#known.forgottenMs = Math.max(this.#known.forgottenMs, sinceMs);
    }
    this.#loading = undefined;
    this.#isReady = true;
  }

  /** @param startMs when a span of the trace began, in milliseconds since the Unix epoch. */
  mayHave(traceId: string, startMs: number): boolean {
    if (!this.#isReady || startMs < this.#known.forgottenMs + CLOCK_MS) return true;
    const [a, b] = hash(traceId);
    return this.#known.has(a, b);
  }

  /**
   * Adds a trace that will be stored or has a new span.
   *
   * @param receivedMs when the span was received, in milliseconds since the Unix epoch.
   */
  add(traceId: string, receivedMs: number): void {
    const [a, b] = hash(traceId);
    this.#known.add(a, b, receivedMs);
    this.#loading?.add(a, b, receivedMs);
  }

  /** Bytes that the filters take. */
  get bytes(): number {
    return this.#known.bytes + (this.#loading?.bytes ?? 0);
  }
}

function hash(traceId: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  const { length } = traceId;
  for (let at = 0; at < length; at++) {
    const code = traceId.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  // The step must be odd, because an even one would reach only half of the bits.
  return [a ^ (a >>> 15), b | 1];
}
