import type { Steps } from '@userspan/ledger';

import { encodeTrace, decodeTrace, LARGE_TRACE_SPANS } from './cached-trace.ts';
import { RingBuffer } from './ring-buffer.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

/** The smallest average size of an encoded trace: it bounds the number of entries in the map. */
const MIN_BYTES_OF_TRACE = 256;
/** Bytes of an encoded span that is a call, or a little less. */
const BYTES_OF_SPAN = 512;

/**
 * The most recently seen traces; the oldest are evicted first.
 *
 * A trace is live (an object) while a write batch works on it, and encoded (a string in a ring buffer outside of the
 * heap) afterwards: a hundred thousand small objects of medium age are the worst case of a garbage collector. A large trace
 * is kept as an object besides, for as long as the garbage collector leaves it: its spans come in many batches, and decoding
 * all of it for each would make far more garbage.
 *
 * Order of calls for each write batch: `startBatch`, then `take` and `put`, `encodeOne` for each trace that is done, and
 * `encodeAll` at the end. Nothing that the batch encoded is evicted before `encodeAll`. The cache is memory only: after a
 * crash it is empty, and what is needed is read from the store.
 */
export class TraceCache {
  readonly #live = new Map<string, TraceState>();
  /** Positions in the ring, which only grow: the first is the oldest. */
  readonly #encoded = new Map<string, number>();
  /** Encoded traces that the ring had no room for, until the end of the batch. */
  readonly #overflow = new Map<string, readonly string[]>();
  /** Large traces of those that are encoded, or wait for room. */
  readonly #decoded = new Map<string, WeakRef<TraceState>>();
  readonly #ring: RingBuffer;
  readonly #maxEncoded: number;
  /** The position of the ring when the current batch started. */
  #batchStart = 0;
  /** Every evicted trace was below this position. */
  #evictedBelow = 0;

  constructor(maxBytes = 64_000_000) {
    this.#ring = new RingBuffer(maxBytes);
    this.#maxEncoded = Math.ceil(maxBytes / MIN_BYTES_OF_TRACE);
  }

  /** Starts a batch: nothing that it encodes is evicted before {@link encodeAll}. Returns a mark to compare with {@link evictedBelow}. */
  startBatch(): number {
    this.#batchStart = this.#ring.head;
    return this.#batchStart;
  }

  /** Traces of batches with a mark below this one may have been evicted, traces of later batches were not. */
  get evictedBelow(): number {
    return Math.max(this.#evictedBelow, this.#ring.tail);
  }

  /** The trace, which is live from then on; `undefined` where it is not cached. Do nothing else with the cache meanwhile. */
  *take(key: string): Steps<TraceState | undefined> {
    const live = this.#live.get(key);
    if (live !== undefined) return live;
    const texts = this.#overflow.get(key);
    const position = this.#encoded.get(key);
    const decoded = this.#decoded.get(key)?.deref();
    this.#overflow.delete(key);
    this.#encoded.delete(key);
    this.#decoded.delete(key);
    if (texts === undefined && (position === undefined || position < this.#ring.tail)) return undefined;
    if (decoded !== undefined) {
      this.#live.set(key, decoded);
      return decoded;
    }
    return yield* this.#decode(key, texts ?? this.#ring.get(position ?? 0));
  }

  put(key: string, trace: TraceState): void {
    this.#live.set(key, trace);
  }

  has(key: string): boolean {
    const position = this.#encoded.get(key);
    return (
      this.#live.has(key) ||
      this.#overflow.has(key) ||
      (position !== undefined && position >= this.#ring.tail)
    );
  }

  /** About how many spans an encoded trace has; 0 for any other. */
  estimateSpans(key: string): number {
    const position = this.#encoded.get(key);
    if (position === undefined || position < this.#ring.tail) return 0;
    return Math.ceil(this.#ring.bytesAt(position) / BYTES_OF_SPAN);
  }

  /** Encodes a trace that is done; where the ring has no room, it is kept on the heap until the end of the batch. */
  *encodeOne(key: string, trace: TraceState): Steps<void> {
    const texts = yield* encodeTrace(trace);
    this.#live.delete(key);
    if (!this.#store(key, texts)) this.#overflow.set(key, texts);
    if (trace.spans.size >= LARGE_TRACE_SPANS) this.#decoded.set(key, new WeakRef(trace));
  }

  /** Encodes all live traces, and evicts those that there is no room for. */
  *encodeAll(): Steps<void> {
    this.#batchStart = this.#ring.head;
    for (const [key, texts] of this.#overflow) if (this.#store(key, texts)) this.#overflow.delete(key);
    for (const [key, trace] of this.#live) yield* this.encodeOne(key, trace);
    if (this.#overflow.size > 0) this.#evictedBelow = this.#ring.head + 1;
    for (const key of this.#overflow.keys()) this.#decoded.delete(key);
    this.#overflow.clear();
    for (const [oldest, position] of this.#encoded) {
      if (position >= this.#ring.tail && this.#encoded.size <= this.#maxEncoded) return;
      this.#encoded.delete(oldest);
      this.#decoded.delete(oldest);
      this.#evictedBelow = Math.max(this.#evictedBelow, position + 1);
    }
  }

  /** Evicts everything; what is needed again is read from the store. */
  clear(): void {
    this.#live.clear();
    this.#overflow.clear();
    this.#encoded.clear();
    this.#decoded.clear();
    this.#evictedBelow = this.#ring.head + 1;
  }

  /** Puts an encoded trace into the ring; `false` where that has no room. */
  #store(key: string, texts: readonly string[]): boolean {
    const position = this.#ring.put(texts, this.#batchStart);
    if (position === undefined) return false;
    this.#encoded.set(key, position);
    return true;
  }

  *#decode(key: string, texts: Iterable<string>): Steps<TraceState> {
    const at = key.indexOf('\0');
    const trace = yield* decodeTrace(key.slice(0, at), key.slice(at + 1), texts);
    this.#live.set(key, trace);
    return trace;
  }
}
