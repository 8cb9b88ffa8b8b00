import type { Pipeline, UnreadBatch } from '../storage/write/span-batch.ts';
import { batchOfWal } from './batch-of-wal.ts';
import type { Cursor } from '../wal/cursor.ts';
import { gatherBatch, type GatheredBatch } from './gather-batch.ts';
import { retry, pause } from '../runtime/retry.ts';
import type { WalReader } from '../wal/wal-reader.ts';
import { errorReason } from '../runtime/error-reason.ts';
import type { WriteAheadLog } from '../wal/write-ahead-log.ts';
import { SerialQueue } from '../runtime/serial-queue.ts';

export interface StoreFeedOptions {
  readonly log: WriteAheadLog;
  readonly pipeline: Pick<Pipeline, 'write'>;
  /** Maximum number of spans in a batch; a single larger request is a batch of its own. */
  readonly maxSpans: number;
  /** How long a batch waits to be filled. */
  readonly lingerMs: number;
  /** Whether prompts and answers in log records go to the store. */
  readonly keepsContent: boolean;
  readonly onFailure: (error: unknown) => void;
}

/** What `/healthz` says about the store. */
export interface ConsumerHealth {
  readonly state: 'ok' | 'failing';
  readonly message?: string;
  /** Bytes of the log that are not in the store yet. */
  readonly lagBytes: number;
}

/** The name of the store's cursor. */
export const STORE_CURSOR = 'store';

const STOP_TIMEOUT_MS = 4_000;
const MAX_BATCH_BYTES = 16 << 20;

/**
 * Carries the log into the store, batch by batch, in order, until each is in.
 *
 * Three batches are under way at a time: while the store takes one in, the next is durable or on its way, and the one after
 * it is built. After a crash everything behind the cursor is written again, perhaps in other batches; what the store has
 * counts once.
 */
export class WalConsumer {
  readonly #options: StoreFeedOptions;
  readonly #reader: WalReader;
  readonly #stop = new AbortController();
  readonly #moves = new SerialQueue();
  #cursor: Cursor | undefined;
  #running: Promise<void> | undefined;
  #failure: string | undefined;
  #begunBefore = 0;
  #noteReplayed: (isReplayed: boolean) => void = () => undefined;
  /**
   * Resolves with true when every batch that a crash may have left in the store in part is written again, and with false
   * when the consumer stops before that.
   */
  readonly replayed: Promise<boolean> = new Promise((resolve) => {
    this.#noteReplayed = resolve;
  });

  constructor(options: StoreFeedOptions) {
    this.#options = options;
    this.#reader = options.log.reader();
  }

  get health(): ConsumerHealth {
    const lagBytes = this.#options.log.end - (this.#cursor?.position ?? 0);
    return this.#failure === undefined
      ? { state: 'ok', lagBytes }
      : { state: 'failing', message: this.#failure, lagBytes };
  }

  /** Reads the cursor. Returns whether a crash may have left a batch in the store in part. */
  async open(): Promise<boolean> {
    const cursor = await this.#options.log.cursor(STORE_CURSOR, 0);
    this.#cursor = cursor;
    this.#begunBefore = cursor.begun;
    this.#tellReplayed();
    return cursor.begun > cursor.position;
  }

  async start(): Promise<void> {
    if (this.#cursor === undefined) await this.open();
    if (this.#cursor !== undefined) this.#running = this.#run(this.#cursor);
  }

  /** Lets the batch that is being written end, for a while, and stops. What is not in the store yet stays in the log. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#noteReplayed(false);
    // A store that does not answer must not hold up the end: the batch is in the log and will be written again.
    const patience = new AbortController();
    await Promise.race([this.#running, pause(STOP_TIMEOUT_MS, patience.signal)]);
    patience.abort();
    await this.#reader.close();
  }

  async #run(cursor: Cursor): Promise<void> {
    let start = cursor.position;
    let gathering = this.#gather(start);
    /** Resolves with whether everything so far is in the store; and the same without the latest batch. */
    let landing = Promise.resolve(true);
    let landingBefore = landing;
    for (;;) {
      const batch = (await gathering)?.value;
      if (batch === undefined || this.#stop.signal.aborted) break;
      const { end } = batch;
      if (!(await this.#move(cursor, cursor.position, end))) break;
      const isRoom = landingBefore;
      landingBefore = landing;
      landing = this.#land(cursor, this.#write(this.#batchOf(start, batch)), landingBefore, end);
      gathering = this.#gather(end);
      start = end;
      if (!(await isRoom)) break;
    }
    await gathering;
    await landing;
  }

  /** Waits for a batch, and for those before it, and moves the cursor behind it. */
  async #land(
    cursor: Cursor,
    writing: Promise<unknown>,
    before: Promise<boolean>,
    end: number,
  ): Promise<boolean> {
    const isWritten = (await writing) !== undefined;
    if (!(await before) || !isWritten) return false;
    if (!(await this.#move(cursor, end, end))) return false;
    this.#tellReplayed();
    await this.#options.log.deleteBehind().catch(this.#options.onFailure);
    return !this.#stop.signal.aborted;
  }

  #tellReplayed(): void {
    if (this.#cursor !== undefined && this.#cursor.position >= this.#begunBefore) this.#noteReplayed(true);
  }

  /** One move at a time: each writes the whole of the cursor. */
  async #move(cursor: Cursor, position: number, begun: number): Promise<boolean> {
    const moved = await this.#moves.run(() =>
      this.#try(() => cursor.move(Math.max(position, cursor.position), Math.max(begun, cursor.begun))),
    );
    return moved !== undefined;
  }

  #gather(from: number): Promise<{ readonly value: GatheredBatch | undefined } | undefined> {
    const { log, maxSpans, lingerMs } = this.#options;
    const limits = { maxItems: maxSpans, maxBytes: MAX_BATCH_BYTES, lingerMs };
    return this.#try(() => gatherBatch(log, this.#reader, from, limits, this.#stop.signal));
  }

  #batchOf(start: number, { records: gathered, end }: GatheredBatch): UnreadBatch | undefined {
    const { log, keepsContent, onFailure } = this.#options;
    const id = `${log.id}-${start}-${end}`;
    const records = gathered.map(({ record }) => record).filter(({ signal }) => signal !== 'metrics');
    if (records.length === 0) return undefined;
    return {
      id,
      source: { records, keepsContent },
      read: () => batchOfWal(records, { id, keepsContent, onFailure }),
    };
  }

  #write(batch: UnreadBatch | undefined): Promise<unknown> {
    const { pipeline } = this.#options;
    return batch === undefined ? Promise.resolve({}) : this.#try(() => pipeline.write(batch));
  }

  /** Whatever fails here, the disk or the store, is tried again until it works: nothing else could be done. */
  async #try<T>(work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const done = await retry(work, {
      signal: this.#stop.signal,
      onFailure: (error) => {
        // The store may be closed before a batch that took too long: it is in the log, and is written after the next start.
        if (this.#stop.signal.aborted) return;
        this.#failure = errorReason(error);
        this.#options.onFailure(error);
      },
    });
    if (done !== undefined) {
      this.#failure = undefined;
    }
    return done;
  }
}
