import type { Steps } from '@userspan/ledger';

import { encodeTrace, decodeTrace, LARGE_TRACE_SPANS } from './cached-trace.ts';
import { RingBuffer } from './ring-buffer.ts';
import { BriefMap } from '../runtime/brief-map.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

/** Assumed average size of small encoded traces. It limits the number of entries in the map. */
const MIN_BYTES_OF_TRACE = 256;
/** Approximate size of an encoded span that is a call. */
const BYTES_OF_SPAN = 512;

/**
 * The traces that received spans most recently. The oldest are evicted first.
 *
 * A trace is live (an object) while a write batch adds spans to it. Afterwards it is encoded as bytes in a ring buffer
 * outside of the JS heap, because hundreds of thousands of small objects slow the garbage collector down. A large trace
 * (see {@link LARGE_TRACE_SPANS}) also keeps its object behind a weak reference: its spans arrive in many batches, and decoding
 * all of it each time would create more garbage than it saves.
 *
 * Each write batch calls, in this order: `startBatch`; `take` and `put` for its traces; `encodeOne` for each trace that is
 * complete; `encodeAll` at the end.
 *
 * Invariants: the cache equals the state that the store will have when every batch so far is committed. A trace that a batch
 * has encoded is not evicted before that batch's `encodeAll`; if the ring buffer is full, it is kept on the heap until then.
 * An evicted trace may be read from the store only after the batches that changed it are committed: {@link evictedBelow}
 * tells which these are.
 *
 * The cache is memory only. After a crash it is empty, and traces are read from the store.
 */
export class TraceCache {
  readonly #live = new BriefMap<TraceState>();
  /** Position of each encoded trace in the ring buffer. Positions only grow: the first entry is the oldest. */
  readonly #encoded = new Map<string, number>();
  /** Encoded traces for which the ring buffer has no room until the end of the batch. */
  readonly #overflow = new Map<string, readonly Buffer[]>();
  /** The objects of large traces in `#encoded` and `#overflow`. */
  readonly #decoded = new Map<string, WeakRef<TraceState>>();
  readonly #ring: RingBuffer;
  readonly #maxEncoded: number;
  /** Position of the ring buffer when the current batch started. */
  #batchStart = 0;
  /** Every evicted trace had a position less than this. */
  #evictedBelow = 0;

  constructor(maxBytes = 64_000_000) {
    this.#ring = new RingBuffer(maxBytes);
    this.#maxEncoded = Math.ceil(maxBytes / MIN_BYTES_OF_TRACE);
  }

  /** Starts a batch. Returns its mark, to be compared with {@link evictedBelow}. */
  startBatch(): number {
    this.#batchStart = this.#ring.head;
    return this.#batchStart;
  }

  /** Batches with a mark less than this may have evicted traces; the traces of later batches are all cached. */
  get evictedBelow(): number {
    return Math.max(this.#evictedBelow, this.#ring.tail);
  }

  /** Returns the trace and makes it live; `undefined` if it is not cached. No other method may be called until it is done. */
  *take(key: string): Steps<TraceState | undefined> {
    const live = this.#live.get(key);
    if (live !== undefined) return live;
    const parts = this.#overflow.get(key);
    const position = this.#encoded.get(key);
    const decoded = this.#decoded.get(key)?.deref();
    this.#overflow.delete(key);
    this.#encoded.delete(key);
    this.#decoded.delete(key);
    if (parts === undefined && (position === undefined || position < this.#ring.tail)) return undefined;
    if (decoded !== undefined) {
      this.#live.set(key, decoded);
      return decoded;
    }
    return yield* this.#decode(key, parts ?? this.#ring.get(position ?? 0));
  }

  put(key: string, trace: TraceState): void {
    this.#live.set(key, trace);
  }

  has(key: string): boolean {
    const position = this.#encoded.get(key);
    return (
      (position !== undefined && position >= this.#ring.tail) ||
      this.#live.has(key) ||
      (this.#overflow.size > 0 && this.#overflow.has(key))
    );
  }

  /** Estimates the number of spans of an encoded trace; 0 for any other trace. */
  estimateSpans(key: string): number {
    const position = this.#encoded.get(key);
    if (position === undefined || position < this.#ring.tail) return 0;
    return Math.ceil(this.#ring.bytesAt(position) / BYTES_OF_SPAN);
  }

  /** Encodes a complete trace. */
  *encodeOne(key: string, trace: TraceState): Steps<void> {
    const parts = yield* encodeTrace(trace);
    this.#live.delete(key);
    if (!this.#store(key, parts)) this.#overflow.set(key, parts);
    if (trace.spans.size >= LARGE_TRACE_SPANS) this.#decoded.set(key, new WeakRef(trace));
  }

  /** Ends the batch: encodes all live traces, and evicts the oldest ones if there is no room. */
  *encodeAll(): Steps<void> {
    this.#batchStart = this.#ring.head;
    for (const [key, parts] of this.#overflow) if (this.#store(key, parts)) this.#overflow.delete(key);
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

  /** Evicts all traces. */
  clear(): void {
    this.#live.clear();
    this.#overflow.clear();
    this.#encoded.clear();
    this.#decoded.clear();
    this.#evictedBelow = this.#ring.head + 1;
  }

  /** Puts an encoded trace into the ring buffer. Returns `false` if it has no room. */
  #store(key: string, parts: readonly Buffer[]): boolean {
    const position = this.#ring.put(parts, this.#batchStart);
    if (position === undefined) return false;
    this.#encoded.set(key, position);
    return true;
  }

  *#decode(key: string, parts: Iterable<Buffer>): Steps<TraceState> {
    const at = key.indexOf('\0');
    const trace = yield* decodeTrace(key.slice(0, at), key.slice(at + 1), parts);
    this.#live.set(key, trace);
    return trace;
  }
}
