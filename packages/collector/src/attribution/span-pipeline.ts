import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { IdentityRules, ReadOptions } from '@userspan/ledger';
import type { PriceOptions } from '@userspan/pricing';
import type { PriceFeed } from '@userspan/pricing/feed';

import type { Storage } from '../storage/storage.ts';
import { SerialQueue } from '../runtime/serial-queue.ts';
import { TimeSlice } from '../runtime/time-slice.ts';
import type { CallRow } from '../storage/write/call-row.ts';
import { AliasWriter } from './alias-writer.ts';
import { TraceFilter } from './trace-filter.ts';
import { LinkIndex } from './link-index.ts';
import { loadTraceFilter } from './load-trace-filter.ts';
import type { Pipeline, PipelineFigures, SpanBatch } from '../storage/write/span-batch.ts';
import { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import { buildWriteBatch } from './build-write-batch.ts';
import type { BuiltWriteBatch, BatchContext } from './build-write-batch.ts';
import type { CommitQueue } from '../storage/write/commit-queue.ts';
import { Tombstones } from '../storage/write/tombstones.ts';
import { priceOptionsOf } from '../storage/write/project-prices.ts';
import { TraceCache } from './trace-cache.ts';

export interface PipelineOptions {
  /** A store whose schema is migrated. */
  readonly store: Storage;
  /** Where plans are kept until the store has them. One process at a time. */
  readonly directory: string;
  /** Name of this collector among those that share a store. Default: a random one. */
  readonly collector?: string;
  /** Bytes of the trace cache. Default 64 MB. */
  readonly maxRecentBytes?: number;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  /** Which attributes name the user. Default: the ledger's order. */
  readonly identity?: IdentityRules;
  /** US dollars for one unit of other currencies, by ISO 4217 code. Default: none. */
  readonly currencyRates?: PriceOptions['currencyRates'];
  /** Called before write batches that a crash left unfinished are written. */
  readonly onRecover?: () => Promise<void>;
  /** Called with an error that concerns no batch. */
  readonly onError?: (error: unknown) => void;
}

type CallsListener = (calls: readonly CallRow[]) => void;

/** The pipeline, with what the API needs besides. */
export class SpanPipeline implements Pipeline {
  readonly store: Storage;
  readonly tombstones: Tombstones;
  readonly aliases: AliasWriter;
  readonly #queue: CommitQueue;
  readonly #planning = new SerialQueue();
  readonly #state: BatchContext;
  readonly #recent: TraceCache;
  readonly #clock: () => number;
  readonly #onRecover: PipelineOptions['onRecover'];
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<CallsListener>();
  #feed: PriceFeed | undefined;
  readonly #currencyRates: PriceOptions['currencyRates'];
  #baseReadOptions: ReadOptions;
  readonly #readOptions = new Map<string, ReadOptions>();
  readonly #figures = { batches: 0, spans: 0, calls: 0, duplicates: 0, erased: 0, corrections: 0 };
  /** Of the batches that the store does not have yet, the oldest first: where recent traces were when each began. */
  readonly #marks = new Map<string, number>();
  #background: Promise<void> = Promise.resolve();
  #version = 0n;
  #isClosed = false;

  constructor(options: PipelineOptions) {
    this.store = options.store;
    const { currencyRates } = options;
    if (currencyRates !== undefined && Object.keys(currencyRates).length > 0)
      this.#currencyRates = currencyRates;
    const prices = this.pricesWith(undefined);
    this.#baseReadOptions = {
      ...(options.identity === undefined ? {} : { identity: options.identity }),
      ...(prices === undefined ? {} : { prices }),
    };
    this.#clock = options.clock ?? Date.now;
    this.tombstones = new Tombstones(this.#clock);
    this.#onError = options.onError ?? (() => undefined);
    this.#onRecover = options.onRecover;
    this.#recent = new TraceCache(options.maxRecentBytes);
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
      (id, task) => this.note(id, task),
    );
    this.#state = {
      store: options.store,
      collector: options.collector ?? randomUUID(),
      recent: this.#recent,
      known: new TraceFilter(),
      links: new LinkIndex(),
      tombstones: this.tombstones,
      readOptionsOf: (project) => this.readOptionsOf(project),
      aliases: this.aliases,
      committed: () => this.#committed(),
    };
  }

  async open(): Promise<void> {
    await this.#queue.recover(this.#onRecover);
    await this.refresh();
    this.#background = loadTraceFilter(this.store, this.#state.known, () => this.#isClosed).catch(
      this.#onError,
    );
  }

  async write(batch: SpanBatch): Promise<void> {
    if (this.#isClosed) throw new Error('The pipeline is closed.');
    const number = await this.#planning.run(() => this.#plan(batch));
    if (number !== undefined) await this.#queue.apply(number);
  }

  /** Reads prices and tombstones again: another collector may have written them. */
  async refresh(): Promise<void> {
    // A clock may have been ahead: what is written from now on has to be newer than what was written then.
    const newest = await this.store.batches.readNewestVersion();
    if (newest > this.#version) this.#version = newest;
    await this.tombstones.load(this.store.tombstones);
    const prices = await this.store.prices.readPrices();
    for (const project of this.#readOptions.keys())
      if (!prices.has(project)) this.#readOptions.delete(project);
    for (const [project, list] of prices) {
      try {
        const prices = this.pricesWith(priceOptionsOf(list));
        if (prices !== undefined) this.#readOptions.set(project, { ...this.#baseReadOptions, prices });
      } catch (error) {
        // Prices that another version wrote and this one cannot read must not keep the spans out.
        this.#onError(error);
      }
    }
  }

  /** Takes a price feed into use: spans from now on are priced by it where the list has no price. */
  useFeed(feed: PriceFeed): void {
    this.#feed = feed;
    this.#baseReadOptions = { ...this.#baseReadOptions, prices: { ...this.#baseReadOptions.prices, feed } };
    for (const [project, { prices }] of this.#readOptions)
      this.#readOptions.set(project, { ...this.#baseReadOptions, prices: { ...prices, feed } });
  }

  /** The price feed in use. */
  get feed(): PriceFeed | undefined {
    return this.#feed;
  }

  /** A project's own prices, with the feed and the currency rates in use. */
  pricesWith(own: PriceOptions | undefined): PriceOptions | undefined {
    const feed = this.#feed;
    const currencyRates = this.#currencyRates;
    if (feed === undefined && currencyRates === undefined) return own;
    return {
      ...own,
      ...(feed === undefined ? {} : { feed }),
      ...(currencyRates === undefined ? {} : { currencyRates }),
    };
  }

  figures(): PipelineFigures {
    return { ...this.#figures };
  }

  /** Tells of calls that are new or changed, once the store has them. Returns how to stop. */
  onCalls(listener: CallsListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** How spans of a project are read: its own prices are in there. */
  readOptionsOf(project: string): ReadOptions {
    return this.#readOptions.get(project) ?? this.#baseReadOptions;
  }

  /** The prices of a project: its own and those of the feed. */
  pricesOf(project: string): ReadOptions['prices'] {
    return this.readOptionsOf(project).prices;
  }

  /** Writes rows that no batch depends on, as safely as a batch. */
  note(id: string, task: (builder: WriteBatchBuilder) => void | Promise<void>): Promise<void> {
    return this.#planning.run(async () => {
      const builder = new WriteBatchBuilder(this.#nextVersion());
      await task(builder);
      await this.#carryOut(builder, id);
    });
  }

  /**
   * Makes a change that no batch may overlap: repricing, erasing, reconciliation. The store has everything planned before,
   * and what it returns is in the store when this resolves.
   */
  change<T>(id: string, task: (builder: WriteBatchBuilder) => Promise<T>): Promise<T> {
    return this.#planning.run(async () => {
      await this.#queue.applyAll();
      const builder = new WriteBatchBuilder(this.#nextVersion());
      // What is known of recent traces may not be true any more.
      this.#forget();
      const result = await task(builder);
      await this.#carryOut(builder, id);
      this.#forget();
      this.#figures.corrections += builder.corrected;
      return result;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#planning.idle();
    await this.#background;
  }

  async #plan(batch: SpanBatch): Promise<number | undefined> {
    const waiting = this.#queue.numberOf(batch.id);
    if (waiting !== undefined) return waiting;
    try {
      const mark = this.#recent.startBatch();
      const planned = await buildWriteBatch(batch, this.#nextVersion(), this.#state);
      const number = await this.#makeDurable(batch, planned);
      if (number !== undefined) this.#marks.set(batch.id, mark);
      await new TimeSlice().run(this.#recent.encodeAll());
      return number;
    } catch (error) {
      // Nothing of it is decided: what was remembered of it is read from the store again.
      this.#forget();
      throw error;
    }
  }

  /** Forgets what is known of the store's rows. */
  #forget(): void {
    this.#recent.clear();
    this.aliases.forget();
  }

  /** Waits for what is on its way into the store, unless all of it is cached. */
  async #committed(): Promise<void> {
    const [oldest] = this.#marks.values();
    if (oldest !== undefined && this.#recent.hasEvicted(oldest)) await this.#queue.applyAll();
  }

  async #makeDurable(batch: SpanBatch, planned: BuiltWriteBatch): Promise<number | undefined> {
    const { builder } = planned;
    const plan = builder.build(batch.id);
    const number = plan.inserts.length === 0 ? undefined : await this.#queue.add(plan);
    this.#figures.batches++;
    this.#figures.spans += builder.rows.rowsOf('spans');
    this.#figures.calls += builder.counted;
    this.#figures.duplicates += planned.duplicates;
    this.#figures.erased += planned.erased;
    this.#figures.corrections += builder.corrected;
    return number;
  }

  async #carryOut(builder: WriteBatchBuilder, id: string): Promise<void> {
    const plan = builder.build(id);
    if (plan.inserts.length === 0 && plan.mutations.length === 0) return;
    await this.#queue.apply(await this.#queue.add(plan));
    if (plan.mutations.length > 0) await this.store.changes.noteRowsDeleted(plan.id);
  }

  #nextVersion(): bigint {
    const now = BigInt(this.#clock()) * 1000n;
    this.#version = now > this.#version ? now : this.#version + 1n;
    return this.#version;
  }
}

/** Opens the pipeline: what a crash left unfinished is finished first. */
export async function openPipeline(options: PipelineOptions): Promise<SpanPipeline> {
  const pipeline = new SpanPipeline(options);
  await pipeline.open();
  return pipeline;
}
