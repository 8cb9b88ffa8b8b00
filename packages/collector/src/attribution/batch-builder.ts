import { TimeSlice } from '../runtime/time-slice.ts';
import type { CallRow } from '../storage/write/call-row.ts';
import { readBatch } from '../storage/write/span-batch.ts';
import type { SpanBatch, UnreadBatch } from '../storage/write/span-batch.ts';
import type { Tombstones } from '../storage/write/tombstones.ts';
import type { WriteBatch } from '../storage/write/write-batch.ts';
import type { AliasRequest } from './alias-writer.ts';
import { buildWriteBatch } from './build-write-batch.ts';
import type { BatchContext, BatchPart } from './build-write-batch.ts';
import { LinkIndex } from './link-index.ts';
import { loadLinkIndex } from './linked-traces.ts';
import { MAX_EARLIER_SPANS_OF_PART } from './load-batch-traces.ts';
import { loadTraceFilter } from './load-trace-filter.ts';
import { TraceCache } from './trace-cache.ts';
import { TraceFilter } from './trace-filter.ts';
import type { TraceMemory } from './trace-filter.ts';

/** What the spans of a batch, or of a part of it, change in the store, but for the aliases that they state. */
export interface BuiltBatch {
  /** Of what is written: see `BuiltWriteBatch`. */
  readonly id: string;
  /** Whether the batch has more, for {@link BatchBuilding.buildNext}. */
  readonly hasMore: boolean;
  readonly inserts: WriteBatch['inserts'];
  /** The latest of the calls that are new or changed. */
  readonly calls: readonly CallRow[];
  /** Aliases that spans state, in their order. */
  readonly aliases: readonly AliasRequest[];
  /** What the builder compares with what it evicted: see {@link BatchBuilderOptions.waitForCommits}. */
  readonly mark: number;
  readonly figures: {
    readonly spans: number;
    readonly calls: number;
    readonly duplicates: number;
    readonly erased: number;
    readonly corrections: number;
  };
}

/** Builds write batches, one at a time, on this thread or on another one. */
export interface BatchBuilding {
  /** Finds out, in the background, which traces are stored: before the first batch, and after traces were deleted. */
  loadKnownTraces(): void;
  /**
   * Builds a batch, or the first part of one that would change very many rows. `undefined` where a batch of the log has
   * nothing for the store. After a rejection nothing of the batch is remembered.
   */
  build(batch: SpanBatch | UnreadBatch, version: bigint): Promise<BuiltBatch | undefined>;
  /** Builds the next part of the batch whose latest part says that it has more. Rejects as `build` does. */
  buildNext(version: bigint): Promise<BuiltBatch | undefined>;
  /** Forgets what is known of the store's rows: they were changed by others, or the latest batch is not going to be stored. */
  forget(): void;
  close(): Promise<void>;
}

export interface BatchBuilderOptions {
  readonly store: BatchContext['store'];
  /** Name of this collector among those that share a store. */
  readonly collector: string;
  /** Bytes of the trace cache. Default 64 MB. */
  readonly maxRecentBytes?: number | undefined;
  readonly traceMemory: TraceMemory;
  /** Default {@link MAX_EARLIER_SPANS_OF_PART}. */
  readonly maxEarlierSpans?: number | undefined;
  readonly tombstones: Tombstones;
  readonly readOptionsOf: BatchContext['readOptionsOf'];
  /**
   * Resolves when the store has every batch whose mark is below: traces of these may not be cached any more. Called before
   * traces are read from the store.
   */
  readonly waitForCommits: (below: number) => Promise<void>;
  /** Called with an error that concerns no batch. */
  readonly onError: (error: unknown) => void;
}

/** A part of a batch that is being built, of which there are early parts. */
interface Going {
  readonly parts: ReturnType<typeof buildWriteBatch>;
  /** All of its parts have it: see {@link BuiltBatch.mark}. */
  readonly mark: number;
}

/** Builds write batches on the thread that it is called on. */
export class BatchBuilder implements BatchBuilding {
  readonly #recent: TraceCache;
  readonly #state: BatchContext;
  readonly #options: BatchBuilderOptions;
  /** What the latest batch has for its next part. */
  #rest: BatchPart | undefined;
  /** Builds that next part where it has begun: the latest one was an early part. */
  #going: Going | undefined;
  #background: Promise<void> = Promise.resolve();
  #links: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: BatchBuilderOptions) {
    const { store, collector, tombstones, readOptionsOf, waitForCommits } = options;
    this.#options = options;
    const recent = new TraceCache(options.maxRecentBytes);
    this.#recent = recent;
    this.#state = {
      store,
      collector,
      recent,
      known: new TraceFilter(false, options.traceMemory),
      links: new LinkIndex(),
      maxEarlierSpans: options.maxEarlierSpans ?? MAX_EARLIER_SPANS_OF_PART,
      tombstones,
      readOptionsOf,
      committed: () => waitForCommits(recent.evictedBelow),
    };
  }

  loadKnownTraces(): void {
    this.#background = this.#background.then(() => this.#load()).catch(this.#options.onError);
  }

  build(given: SpanBatch | UnreadBatch, version: bigint): Promise<BuiltBatch | undefined> {
    return this.#whole(async () => {
      const batch = await readBatch(given);
      if (batch === undefined) return undefined;
      // Not before: the settings come with the first batch.
      this.#links ??= loadLinkIndex(this.#state).catch(this.#options.onError);
      await this.#links;
      // The cache has spans of a part that was begun, and nobody asked for the rest of it.
      if (this.#going !== undefined) this.forget();
      return this.#build({ batch }, version);
    });
  }

  buildNext(version: bigint): Promise<BuiltBatch | undefined> {
    return this.#whole(async () => {
      if (this.#rest === undefined) throw new Error('The batch has no more parts.');
      return this.#build(this.#rest, version);
    });
  }

  /** Does all of the work or, where it fails, forgets what was done: that is read from the store again. */
  async #whole<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#rest = undefined;
      this.forget();
      throw error;
    }
  }

  async #build(part: BatchPart, version: bigint): Promise<BuiltBatch> {
    this.#rest = undefined;
    const going = this.#going ?? {
      mark: this.#recent.startBatch(),
      parts: buildWriteBatch(part, version, this.#state),
    };
    this.#going = undefined;
    const { value: built } = await going.parts.next();
    if (built === undefined) throw new Error('The batch has no more parts.');
    const { id, builder, rest, aliases, duplicates, erased } = built;
    const { inserts, calls } = builder.build(id);
    // Of an early part, the traces are still being worked on.
    if (rest === part) this.#going = going;
    else await new TimeSlice().run(this.#recent.encodeAll());
    this.#rest = rest;
    const { mark } = going;
    const figures = {
      spans: builder.rows.rowsOf('spans'),
      calls: builder.counted,
      duplicates,
      erased,
      corrections: builder.corrected,
    };
    return { id, hasMore: rest !== undefined, inserts, calls, aliases, mark, figures };
  }

  forget(): void {
    this.#recent.clear();
    // What was begun is built from what the store has.
    this.#going = undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#background;
  }

  async #load(): Promise<void> {
    if (this.#isClosed) return;
    this.#state.known.startLoading();
    // An earlier batch may not be in the store yet.
    await this.#options.waitForCommits(Number.POSITIVE_INFINITY);
    await loadTraceFilter(this.#state.store, this.#state.known, () => this.#isClosed);
  }
}
