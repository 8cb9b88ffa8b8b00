/**
 * Keys that the first filter holds before the next is begun, and that the largest does. Each holds twice as many as the
 * one before, so that a hundred million traces are few filters to ask.
 */
const MIN_KEYS = 1 << 20;
const MAX_KEYS = 1 << 23;
/** One wrong answer in two thousand: each is a question to the store. */
const BITS_PER_KEY = 16;
const PROBES = 11;

class Filter {
  readonly maxKeys: number;
  readonly #bits: Uint32Array;
  keys = 0;
  /** When the last span of its traces was received. */
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

/** How long, and how many, traces are remembered. */
export interface TraceMemory {
  /** A trace is remembered for as long as this after a span of it was received. */
  readonly windowMs: number;
  /** So many are remembered, however old they are. */
  readonly minTraces: number;
}

/** A day, and 64 MiB of older traces. */
export const TRACE_MEMORY: TraceMemory = { windowMs: 24 * 60 * 60_000, minTraces: 1 << 25 };

/** Clocks of senders may be ahead by so much. */
const CLOCK_MS = 60 * 60_000;

/** Filters of growing size, in the order of time: the last one takes new keys, the first one is forgotten first. */
class FilterSeries {
  readonly #memory: TraceMemory;
  readonly #maxKeys: number;
  readonly #filters: Filter[];
  #keys = 0;
  #nowMs = 0;
  /** Every trace with a span that was received after this is here. */
  forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(memory: TraceMemory) {
    this.#memory = memory;
    this.#maxKeys = Math.min(MAX_KEYS, memory.minTraces);
    this.#filters = [new Filter(Math.min(MIN_KEYS, this.#maxKeys))];
  }

  has(a: number, b: number): boolean {
    return this.#filters.some((filter) => filter.has(a, b));
  }

  /** A key of an earlier filter is added again: it is remembered for as long as the last one is. */
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
 * `mayHave` is never wrong when it says no of a trace that is remembered; so nearly every trace is taken for new without
 * asking the store. Once traces are forgotten, a span that began when they were stored may belong to one of them, and the
 * store is asked. One that began later and continues a forgotten trace is found by `reconcileLateTraces`.
 *
 * Until the stored traces are loaded for the first time everything may be there. They are loaded again after traces were
 * deleted, so that the memory is that of the traces that are left: `startLoading`, `addStored` for each, `endLoading`.
 */
export class TraceFilter {
  readonly memory: TraceMemory;
  #known: FilterSeries;
  /** What is being loaded, with the traces that came meanwhile. */
  #loading: FilterSeries | undefined;
  #isReady: boolean;

  constructor(isReady = false, memory: TraceMemory = TRACE_MEMORY) {
    this.memory = memory;
    this.#known = new FilterSeries(memory);
    this.#isReady = isReady;
  }

  /** Every trace that is not stored by now has to be added after this. */
  startLoading(): void {
    this.#loading = new FilterSeries(this.memory);
  }

  /** @param receivedMs when its last span was received, or later; milliseconds since the Unix epoch. */
  addStored(traceId: string, receivedMs: number): void {
    const [a, b] = hash(traceId);
    this.#loading?.add(a, b, receivedMs);
  }

  /**
   * Forgets the traces that were neither loaded nor added since {@link startLoading}.
   *
   * @param sinceMs every trace was loaded that has a span received since then; all of them by default.
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
   * Adds a trace that is going to be stored, or has another span.
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
  for (let at = 0; at < traceId.length; at++) {
    const code = traceId.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  // An even step would visit half of the bits only.
  return [a ^ (a >>> 15), b | 1];
}
