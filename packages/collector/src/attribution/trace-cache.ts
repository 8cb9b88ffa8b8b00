import { encodeTrace, decodeTrace } from './cached-trace.ts';
import { RingBuffer } from './ring-buffer.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

/** Most bytes of the ring for a resting trace, on the average, that its place in the map is made up for with. */
const MIN_BYTES_OF_TRACE = 256;

/**
 * Traces that were seen lately, the least lately seen forgotten first.
 *
 * Those that are not worked on rest as texts outside of the heap: a hundred thousand small objects that live for a while
 * are what a garbage collector is worst at.
 */
export class TraceCache {
  readonly #live = new Map<string, TraceState>();
  /** Positions in the ring, which grow: the first is the oldest. */
  readonly #resting = new Map<string, number>();
  readonly #ring: RingBuffer;
  readonly #maxResting: number;
  /** Where the ring was when the batch began whose traces are being worked on. */
  #begun = 0;
  /** All that may have been forgotten lay below. */
  #forgottenBelow = 0;

  constructor(maxBytes = 64_000_000) {
    this.#ring = new RingBuffer(maxBytes);
    this.#maxResting = Math.ceil(maxBytes / MIN_BYTES_OF_TRACE);
  }

  /** Begins a batch: of what it puts away nothing is forgotten before {@link rest}. Returns a mark for it. */
  begin(): number {
    this.#begun = this.#ring.head;
    return this.#begun;
  }

  /** Whether any trace may have been forgotten that a batch with this mark, or a later one, worked on. */
  hasForgotten(mark: number): boolean {
    return Math.max(this.#forgottenBelow, this.#ring.tail) > mark;
  }

  /** The trace, which is then live. */
  take(key: string): TraceState | undefined {
    const live = this.#live.get(key);
    if (live !== undefined) return live;
    const position = this.#resting.get(key);
    if (position === undefined) return undefined;
    this.#resting.delete(key);
    if (position < this.#ring.tail) return undefined;
    const at = key.indexOf('\0');
    const trace = decodeTrace(key.slice(0, at), key.slice(at + 1), this.#ring.get(position));
    this.#live.set(key, trace);
    return trace;
  }

  put(key: string, trace: TraceState): void {
    this.#live.set(key, trace);
  }

  has(key: string): boolean {
    const position = this.#resting.get(key);
    return this.#live.has(key) || (position !== undefined && position >= this.#ring.tail);
  }

  /** Puts away one trace that nothing is left to be done for; where there is no room it stays as it is. */
  encodeOne(key: string, trace: TraceState): void {
    const position = this.#ring.put(encodeTrace(trace), this.#begun);
    if (position === undefined) return;
    this.#live.delete(key);
    this.#resting.set(key, position);
  }

  /** Puts away all that are live, and forgets those that there is no room for. */
  rest(): void {
    this.#begun = this.#ring.head;
    for (const [key, trace] of this.#live) this.encodeOne(key, trace);
    if (this.#live.size > 0) this.#forgottenBelow = this.#ring.head + 1;
    this.#live.clear();
    for (const [oldest, position] of this.#resting) {
      if (position >= this.#ring.tail && this.#resting.size <= this.#maxResting) return;
      this.#resting.delete(oldest);
      this.#forgottenBelow = Math.max(this.#forgottenBelow, position + 1);
    }
  }

  /** Forgets everything; what is needed again is read from the store. */
  clear(): void {
    this.#live.clear();
    this.#resting.clear();
    this.#forgottenBelow = this.#ring.head + 1;
  }
}
