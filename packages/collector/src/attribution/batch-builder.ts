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

/** The rows that a batch, or a part of it, adds to the store, and the aliases that its spans state. */
export interface BuiltBatch {
  /** Id of the write batch: see `BuiltWriteBatch`. */
  readonly id: string;
  /** Whether the batch has another part: {@link BatchBuilding.buildNext} builds it. */
  readonly hasMore: boolean;
  readonly inserts: WriteBatch['inserts'];
  /** The latest new or changed calls. */
  readonly calls: readonly CallRow[];
  /** Aliases that spans state, in order. */
  readonly aliases: readonly AliasRequest[];
  /** Position of the trace cache at the start of the batch: see {@link BatchBuilderOptions.waitForCommits}. */
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
  /** Reads the ids of the stored traces in the background. Called before the first batch and after traces were deleted. */
  loadKnownTraces(): void;
  /**
   * Builds a batch, or its first part if it would change very many rows. Resolves with `undefined` if a batch of the log has
   * nothing for the store. If it rejects, the cache is cleared: the caller gives the batch again.
   */
  build(batch: SpanBatch | UnreadBatch, version: bigint): Promise<BuiltBatch | undefined>;
  /** Builds the next part of a batch whose previous part has `hasMore`. Rejects as `build` does. */
  buildNext(version: bigint): Promise<BuiltBatch | undefined>;
  /**
   * Clears the trace cache. Call it when the cache differs from the store, because others changed rows or the latest
   * batch was not stored.
   */
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
   * Resolves when the store has every batch whose mark is less than `below`. Called before traces are read from the store,
   * because traces of these batches may have been evicted from the cache.
   */
  readonly waitForCommits: (below: number) => Promise<void>;
  /** Called with an error that concerns no batch. */
  readonly onError: (error: unknown) => void;
}

/** A build that has returned early parts, and has more: its generator waits for the next call. */
interface UnfinishedBuild {
  readonly parts: ReturnType<typeof buildWriteBatch>;
  /** All early parts and the part itself have this mark: see {@link BuiltBatch.mark}. */
  readonly mark: number;
}

/**
 * Builds write batches on the thread that it is called on.
 *
 * A large batch is built in parts, in two ways. It is divided by traces: `#rest` has the traces that are left, and each
 * part is a new build. And one build may return early parts, with corrections only, before the part with the spans: until
 * then `#unfinished` has its generator.
 *
 * Invariants: calls of `build` and `buildNext` do not overlap. The cache equals the state of the store after every batch
 * that was returned. During an unfinished build it also has spans that no returned part has; so if the next call is not
 * `buildNext`, or if a build fails, the cache is cleared and traces are read from the store again.
 *
 * All of this is memory only. After a crash the pipeline gives the whole batch again.
 */
export class BatchBuilder implements BatchBuilding {
  readonly #recent: TraceCache;
  readonly #state: BatchContext;
  readonly #options: BatchBuilderOptions;
  /** The next part of the latest batch; of an unfinished build, that part itself. */
  #rest: BatchPart | undefined;
  /** Set if the latest part was an early part. */
  #unfinished: UnfinishedBuild | undefined;
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
    return this.#clearOnFailure(async () => {
      const batch = await readBatch(given);
      if (batch === undefined) return undefined;
      // Not earlier, because the settings arrive with the first batch.
      this.#links ??= loadLinkIndex(this.#state).catch(this.#options.onError);
      await this.#links;
      // The caller did not finish the last build, and the cache has its spans.
      if (this.#unfinished !== undefined) this.forget();
      return this.#build({ batch }, version);
    });
  }

  buildNext(version: bigint): Promise<BuiltBatch | undefined> {
    return this.#clearOnFailure(async () => {
      if (this.#rest === undefined) throw new Error('The batch has no more parts.');
      return this.#build(this.#rest, version);
    });
  }

  /** Clears the cache if the work fails: it may have spans that no part has. */
  async #clearOnFailure<T>(work: () => Promise<T>): Promise<T> {
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
    const build = this.#unfinished ?? {
      mark: this.#recent.startBatch(),
      parts: buildWriteBatch(part, version, this.#state),
    };
    this.#unfinished = undefined;
    const { value: built } = await build.parts.next();
    if (built === undefined) throw new Error('The batch has no more parts.');
    const { id, builder, rest, aliases, duplicates, erased } = built;
    const { inserts, calls } = builder.build(id);
    // After an early part the build still needs its traces.
    if (rest === part) this.#unfinished = build;
    else await new TimeSlice().run(this.#recent.encodeAll());
    this.#rest = rest;
    const { mark } = build;
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
    this.#unfinished = undefined;
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
