import { restTrace, wakeTrace } from './resting-trace.ts';
import type { TraceState } from './trace-state.ts';

/**
 * Traces that were seen lately, the least lately seen forgotten first.
 *
 * Between batches each is one text: a hundred thousand small objects that live for a while are what a garbage collector
 * is worst at.
 */
export class RecentTraces {
  readonly #live = new Map<string, TraceState>();
  readonly #resting = new Map<string, string>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = 96_000_000) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#live.size + this.#resting.size;
  }

  /** The trace, which is then the most lately seen. */
  take(key: string): TraceState | undefined {
    const live = this.#live.get(key);
    if (live !== undefined) return live;
    const text = this.#resting.get(key);
    if (text === undefined) return undefined;
    this.#resting.delete(key);
    this.#bytes -= text.length;
    const at = key.indexOf('\0');
    const trace = wakeTrace(key.slice(0, at), key.slice(at + 1), text);
    this.#live.set(key, trace);
    return trace;
  }

  put(key: string, trace: TraceState): void {
    this.#live.set(key, trace);
  }

  has(key: string): boolean {
    return this.#live.has(key) || this.#resting.has(key);
  }

  /** Puts away one trace that a batch is done with: it was short-lived, and so is cheap to forget. */
  restOne(key: string, trace: TraceState): void {
    this.#live.delete(key);
    const text = restTrace(trace);
    this.#bytes += text.length;
    this.#resting.set(key, text);
  }

  /** Puts away what else a batch used, and forgets the oldest until the rest fits. */
  rest(): void {
    for (const [key, trace] of this.#live) this.restOne(key, trace);
    for (const [key, text] of this.#resting) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#resting.delete(key);
      this.#bytes -= text.length;
    }
  }

  /** Forgets everything; what is needed again is read from the store. */
  clear(): void {
    this.#live.clear();
    this.#resting.clear();
    this.#bytes = 0;
  }
}
