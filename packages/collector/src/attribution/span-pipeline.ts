import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { IdentityRules, ReadOptions } from '@userspan/ledger';
import type { PriceOptions } from '@userspan/pricing';
import type { PriceFeed } from '@userspan/pricing/feed';

import type { Storage } from '../storage/storage.ts';
import { SerialQueue } from '../runtime/serial-queue.ts';
import type { CallRow } from '../storage/write/call-row.ts';
import { AliasWriter } from './alias-writer.ts';
import { BatchBuilder } from './batch-builder.ts';
import type { BatchBuilding, BuiltBatch } from './batch-builder.ts';
import { BatchThread } from './batch-thread.ts';
import { ProjectReadOptions } from './project-read-options.ts';
import { TRACE_MEMORY } from './trace-filter.ts';
import type { TraceMemory } from './trace-filter.ts';
import type { Pipeline, PipelineFigures, SpanBatch, UnreadBatch } from '../storage/write/span-batch.ts';
import { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import type { WriteBatch } from '../storage/write/write-batch.ts';
import type { CommitQueue } from '../storage/write/commit-queue.ts';
import { Tombstones } from '../storage/write/tombstones.ts';

export interface PipelineOptions {
  /** A store whose schema is migrated. */
  readonly store: Storage;
  /** Directory of write batches that are not stored yet. Only one process at a time can use it. */
  readonly directory: string;
  /** Name of this collector among those that share a store. Default: a random one. */
  readonly collector?: string;
  /** Bytes of the trace cache. Default 64 MB. */
  readonly maxRecentBytes?: number;
  /** How many stored traces are remembered. Default {@link TRACE_MEMORY}. */
  readonly traceMemory?: TraceMemory;
  /** Maximum number of earlier spans of the traces in one part of a batch. Default 20,000. */
  readonly maxEarlierSpans?: number;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  /** Module of a thread that builds write batches. Default: they are built on this thread. */
  readonly builderModule?: URL;
  /** Which attributes name the user. Default: the ledger's order. */
  readonly identity?: IdentityRules;
  /** US dollars for one unit of other currencies, by ISO 4217 code. Default: none. */
  readonly currencyRates?: PriceOptions['currencyRates'];
  /** Called before write batches that a crash left unfinished are written. */
  readonly onRecover?: () => Promise<void>;
  /** Called with an error that concerns no batch. */
  readonly onError?: (error: unknown) => void;
}

/** A batch, or a part of one, that is built. */
interface BuiltPart {
  readonly saved: Promise<number | undefined>;
  readonly hasMore: boolean;
}

type CallsListener = (calls: readonly CallRow[]) => void;

/**
 * Turns batches of spans into write batches and gives them to the commit queue; the API makes its changes through it, too.
 *
 * One batch, or one part of a large batch, is built at a time (`#building`), the one before it is made durable as a file meanwhile (`#saving`), and the
 * one before that is inserted by the commit queue. A change that no batch may overlap waits for all three.
 *
 * Marks: a built batch has the mark that the trace cache gave it. An evicted trace may be read from the store only when
 * the store has every batch with rows of it, so the builder waits for the batches with a mark below that of the eviction
 * (`#commitsBelow`). The mark of a batch is deleted when the store has the batch.
 *
 * A batch that cannot be made durable is rejected, and so is every batch that was built after it, because it was built on
 * rows that the store will not get. The caller gives them again; before that, the builder forgets what it has cached.
 * A crash loses the cache and the marks only: a durable batch is inserted again from its file under the same tokens, and
 * any other is read from the write-ahead log again.
 */
export class SpanPipeline implements Pipeline {
  readonly store: Storage;
  readonly tombstones: Tombstones;
  readonly aliases: AliasWriter;
  readonly traceMemory: TraceMemory;
  readonly #queue: CommitQueue;
  /** Batches of spans, one at a time. */
  readonly #writing = new SerialQueue();
  /** Parts of batches, and changes, which may come between the parts of a batch. */
  readonly #building = new SerialQueue();
  /** Makes batches durable in the order in which they were built, while the next one is built. */
  readonly #saving = new SerialQueue();
  readonly #builder: BatchBuilding;
  readonly #clock: () => number;
  readonly #onRecover: PipelineOptions['onRecover'];
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<CallsListener>();
  readonly #readOptions: ProjectReadOptions;
  readonly #figures = { batches: 0, spans: 0, calls: 0, duplicates: 0, erased: 0, corrections: 0 };
  /** Number of batches that could not be made durable. Batches that were built on a lost one are built again. */
  #lostBatches = 0;
  /** Number of lost batches for which the builder has cleared its cache. */
  #forgottenBatches = 0;
  /** Marks of batches that are not stored yet, the oldest first. */
  readonly #marks = new Map<string, number>();
  #version = 0n;
  #isClosed = false;

  constructor(options: PipelineOptions) {
    this.store = options.store;
    this.traceMemory = options.traceMemory ?? TRACE_MEMORY;
    this.#clock = options.clock ?? Date.now;
    this.tombstones = new Tombstones(this.#clock);
    this.#onError = options.onError ?? (() => undefined);
    this.#readOptions = new ProjectReadOptions(options.identity, options.currencyRates, this.#onError);
    this.#onRecover = options.onRecover;
    this.#queue = options.store.batches.openQueue(
      join(options.directory, 'plans'),
      ({ id, calls }) => {
        this.#marks.delete(id);
        if (calls.length > 0) for (const listener of this.#listeners) listener(calls);
      },
      this.#onError,
    );
    this.aliases = new AliasWriter(
      options.store,
      () => this.#queue.applyAll(),
      (id, task) => this.writeRows(id, task),
    );
    const builderOptions = {
      store: options.store,
      collector: options.collector ?? randomUUID(),
      maxRecentBytes: options.maxRecentBytes,
      traceMemory: this.traceMemory,
      maxEarlierSpans: options.maxEarlierSpans,
      tombstones: this.tombstones,
      waitForCommits: (below: number) => this.#commitsBelow(below),
      onError: this.#onError,
    };
    this.#builder =
      options.builderModule === undefined
        ? new BatchBuilder({ ...builderOptions, readOptionsOf: (project) => this.readOptionsOf(project) })
        : new BatchThread({
            ...builderOptions,
            module: options.builderModule,
            readOptions: this.#readOptions,
            onRestart: () => this.#forgetMarks(),
          });
  }

  async open(): Promise<void> {
    await this.#queue.recover(this.#onRecover);
    await this.refresh();
    this.#builder.loadKnownTraces();
  }

  async write(batch: SpanBatch | UnreadBatch): Promise<void> {
    if (this.#isClosed) throw new Error('The pipeline is closed.');
    const { stored } = await this.#writing.run(() => this.#writeParts(batch));
    await stored;
  }

  /** Reads prices and tombstones again, because another collector may have changed them. */
  async refresh(): Promise<void> {
    // A clock may have been ahead, and new rows need higher versions than stored ones.
    const newest = await this.store.batches.readNewestVersion();
    if (newest > this.#version) this.#version = newest;
    await this.tombstones.load(this.store.tombstones);
    await this.#storeCorrectedTombstones();
    this.#readOptions.usePrices(await this.store.prices.readPrices());
  }

  async #storeCorrectedTombstones(): Promise<void> {
    const { corrections } = this.tombstones;
    if (corrections.size === 0) return;
    const stored = await this.store.tombstones.readTombstonesOf([...corrections.keys()]);
    await this.writeRows(`tombstones-${randomUUID()}`, ({ rows, version }) => {
      for (const { project, kind, hash } of stored) {
        const atMs = corrections.get(hash);
        if (atMs !== undefined)
          rows.add('tombstones', [project, kind, hash, String(atMs), String(version), 0]);
      }
    });
  }

  /** Sets the price feed, which prices later spans if the list has no price. */
  useFeed(feed: PriceFeed): void {
    this.#readOptions.useFeed(feed);
  }

  /** The price feed in use. */
  get feed(): PriceFeed | undefined {
    return this.#readOptions.feed;
  }

  /** A project's own prices, with the feed and the currency rates in use. */
  pricesWith(own: PriceOptions | undefined): PriceOptions | undefined {
    return this.#readOptions.pricesWith(own);
  }

  /** Reloads the ids of stored traces, which frees the memory of deleted ones. */
  reloadKnownTraces(): void {
    this.#builder.loadKnownTraces();
  }

  figures(): PipelineFigures {
    return { ...this.#figures };
  }

  /** Calls `listener` with new and changed calls when they are stored. Returns a function that stops this. */
  onCalls(listener: CallsListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Options for reading spans of a project, with its own prices. */
  readOptionsOf(project: string): ReadOptions {
    return this.#readOptions.of(project);
  }

  /** The prices of a project: its own and those of the feed. */
  pricesOf(project: string): ReadOptions['prices'] {
    return this.readOptionsOf(project).prices;
  }

  /** Writes rows on which no batch depends, with the same durability as a batch. */
  writeRows(id: string, task: (builder: WriteBatchBuilder) => void | Promise<void>): Promise<void> {
    return this.#building.run(async () => {
      await this.#saving.idle();
      const builder = new WriteBatchBuilder(this.#nextVersion());
      await task(builder);
      await this.#addAndApply(builder, id);
    });
  }

  /**
   * Makes a change that no batch may overlap: repricing, erasing, reconciliation. The store has every batch built before,
   * and the returned change is in the store when this resolves.
   */
  change<T>(id: string, task: (builder: WriteBatchBuilder) => Promise<T>): Promise<T> {
    return this.#building.run(async () => {
      await this.#saving.idle();
      await this.#queue.applyAll();
      const builder = new WriteBatchBuilder(this.#nextVersion());
      // The cached traces may be outdated now.
      this.#forget();
      const result = await task(builder);
      await this.#addAndApply(builder, id);
      this.#forget();
      this.#figures.corrections += builder.corrected;
      return result;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#building.idle();
    await this.#saving.idle();
    await this.#builder.close();
  }

  /** Resolves when the next batch may be built; `stored` resolves when the store has all of this one. */
  async #writeParts(batch: SpanBatch | UnreadBatch): Promise<{ stored: Promise<void> }> {
    const waiting = this.#queue.pendingOf(batch.id);
    if (waiting?.isWhole === true) return { stored: this.#queue.apply(waiting.number) };
    // Parts that an earlier attempt made durable.
    if (waiting !== undefined) await this.#queue.apply(waiting.number);
    let stored = Promise.resolve();
    for (let isFirst = true; ; isFirst = false) {
      const part = await this.#building.run(() => this.#build(isFirst ? batch : undefined));
      // A part is built while the previous one is stored, so that at most two are in memory.
      await stored;
      stored = this.#store(part.saved);
      // Callers may await it later.
      stored.catch(() => undefined);
      if (!part.hasMore) return { stored };
    }
  }

  async #store(saved: Promise<number | undefined>): Promise<void> {
    const number = await saved;
    if (number !== undefined) await this.#queue.apply(number);
  }

  /** Builds a batch or its first part, or the next part. `saved` resolves with its number when it is durable. */
  async #build(batch: SpanBatch | UnreadBatch | undefined): Promise<BuiltPart> {
    if (this.#isClosed) throw new Error('The pipeline is closed.');
    if (this.#forgottenBatches < this.#lostBatches) {
      this.#forgottenBatches = this.#lostBatches;
      this.#forget();
    }
    const lost = this.#lostBatches;
    const version = this.#nextVersion();
    const built = await (batch === undefined
      ? this.#builder.buildNext(version)
      : this.#builder.build(batch, version));
    if (built === undefined) return { saved: Promise.resolve(undefined), hasMore: false };
    const { id, hasMore } = built;
    this.#marks.set(id, built.mark);
    const saved = this.#saving.run(() => this.#save(id, built, version, lost));
    // Callers may await it later.
    saved.catch(() => undefined);
    return { saved, hasMore };
  }

  async #save(id: string, built: BuiltBatch, version: bigint, lost: number): Promise<number | undefined> {
    try {
      // It was built on rows of a batch that was not stored.
      if (lost !== this.#lostBatches) throw new Error('The previous batch was not made durable.');
      const number = await this.#makeDurable(id, built, version);
      if (number === undefined) this.#marks.delete(id);
      return number;
    } catch (error) {
      // This batch, and those that were built after it, must be built again from the store.
      if (lost === this.#lostBatches) this.#lostBatches += 1;
      this.#marks.delete(id);
      this.aliases.forget();
      throw error;
    }
  }

  /** Clears everything that is cached of the store's rows. */
  #forget(): void {
    this.#builder.forget();
    this.aliases.forget();
  }

  /** Waits until all pending batches are stored if one has a mark below the given one. */
  async #commitsBelow(below: number): Promise<void> {
    const [oldest] = this.#marks.values();
    if (oldest === undefined || below <= oldest) return;
    await this.#saving.idle();
    await this.#queue.applyAll();
  }

  /** After a restart of the thread, no trace of a pending batch is cached. */
  #forgetMarks(): void {
    for (const id of this.#marks.keys()) this.#marks.set(id, -1);
  }

  async #makeDurable(id: string, built: BuiltBatch, version: bigint): Promise<number | undefined> {
    const inserts = [...built.inserts, ...(await this.#aliasInserts(id, built, version))];
    const writeBatch: WriteBatch = { id, inserts, mutations: [], calls: built.calls };
    const number = inserts.length === 0 ? undefined : await this.#queue.add(writeBatch);
    const { spans, calls, duplicates, erased, corrections } = built.figures;
    this.#figures.batches++;
    this.#figures.spans += spans;
    this.#figures.calls += calls;
    this.#figures.duplicates += duplicates;
    this.#figures.erased += erased;
    this.#figures.corrections += corrections;
    return number;
  }

  /** The rows of the spans' aliases. Decided here, together with the API's aliases. */
  async #aliasInserts(
    id: string,
    { aliases }: BuiltBatch,
    version: bigint,
  ): Promise<readonly WriteBatch['inserts'][number][]> {
    if (aliases.length === 0) return [];
    const builder = new WriteBatchBuilder(version);
    await this.aliases.take(aliases, builder);
    return builder.rows.inserts(id);
  }

  async #addAndApply(builder: WriteBatchBuilder, id: string): Promise<void> {
    const writeBatch = builder.build(id);
    if (writeBatch.inserts.length === 0 && writeBatch.mutations.length === 0) return;
    await this.#queue.apply(await this.#queue.add(writeBatch));
  }

  #nextVersion(): bigint {
    const now = BigInt(this.#clock()) * 1000n;
    this.#version = now > this.#version ? now : this.#version + 1n;
    return this.#version;
  }
}

/** Opens the pipeline after completing write batches that a crash left unfinished. */
export async function openPipeline(options: PipelineOptions): Promise<SpanPipeline> {
  const pipeline = new SpanPipeline(options);
  await pipeline.open();
  return pipeline;
}
