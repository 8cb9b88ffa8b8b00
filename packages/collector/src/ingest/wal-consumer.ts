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
  /** Maximum number of spans in a batch. A single larger request becomes a separate batch. */
  readonly maxSpans: number;
  /** How long a batch waits for more records. */
  readonly lingerMs: number;
  /** Whether prompts and answers of log records are stored. */
  readonly keepsContent: boolean;
  readonly onFailure: (error: unknown) => void;
}

/** Health of the store for `/healthz`. */
export interface ConsumerHealth {
  readonly state: 'ok' | 'failing';
  readonly message?: string;
  /** Bytes of the log that are not stored yet. */
  readonly lagBytes: number;
}

/** The name of the store's cursor. */
export const STORE_CURSOR = 'store';

const STOP_TIMEOUT_MS = 4_000;
const MAX_BATCH_BYTES = 16 << 20;

/**
 * Reads the write-ahead log in batches and gives them to the pipeline in order, each until the store has it.
 *
 * Three batches are in flight at most: the store inserts the first, the second is being made durable, and the third is
 * being built. While they are, the next one is gathered from the log.
 *
 * Invariants: the store has every batch before the cursor's `position`, which moves after all earlier batches are stored
 * too. `begun` is moved to the end of a batch, durably, before its first write: the id of a batch is made from its positions
 * in the log, and no other record may ever get the same positions.
 *
 * After a crash all records after `position` are read again, perhaps in other batches. Spans that the store has already are
 * duplicates and count once. Until all records before the old `begun` are written again, {@link replayed} is pending.
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
  #resolveReplayed: (isReplayed: boolean) => void = () => undefined;
  /**
   * Resolves with `true` when every batch that a crash may have left partly stored is written again, and with `false` if the
   * consumer stops before.
   */
  readonly replayed: Promise<boolean> = new Promise((resolve) => {
    this.#resolveReplayed = resolve;
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

  /** Reads the cursor. Returns whether a crash may have left a partly stored batch. */
  async open(): Promise<boolean> {
    const cursor = await this.#options.log.cursor(STORE_CURSOR, 0);
    this.#cursor = cursor;
    this.#begunBefore = cursor.begun;
    this.#resolveIfReplayed();
    return cursor.begun > cursor.position;
  }

  async start(): Promise<void> {
    if (this.#cursor === undefined) await this.open();
    if (this.#cursor !== undefined) this.#running = this.#run(this.#cursor);
  }

  /** Waits a few seconds for running batches, then stops. Batches that are not stored by then stay in the log. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#resolveReplayed(false);
    // A store that does not answer must not delay the exit: the batch is in the log and is written again.
    const timeout = new AbortController();
    await Promise.race([this.#running, pause(STOP_TIMEOUT_MS, timeout.signal)]);
    timeout.abort();
    await this.#reader.close();
  }

  async #run(cursor: Cursor): Promise<void> {
    let start = cursor.position;
    let gathering = this.#gather(start);
    /** Resolves when the latest batch and all before it are stored: with `false` if one was not, because the consumer stops. */
    let stored = Promise.resolve(true);
    /** The same for the batch before the latest. */
    let storedBefore = stored;
    for (;;) {
      const batch = (await gathering)?.value;
      if (batch === undefined || this.#stop.signal.aborted) break;
      const { end } = batch;
      if (!(await this.#move(cursor, cursor.position, end))) break;
      const batchBeforeLast = storedBefore;
      storedBefore = stored;
      stored = this.#finishBatch(cursor, this.#write(this.#batchOf(start, batch)), storedBefore, end);
      gathering = this.#gather(end);
      start = end;
      if (!(await batchBeforeLast)) break;
    }
    await gathering;
    await stored;
  }

  /** Waits until a batch and all before it are stored, and moves the cursor to its end. */
  async #finishBatch(
    cursor: Cursor,
    writing: Promise<unknown>,
    before: Promise<boolean>,
    end: number,
  ): Promise<boolean> {
    const isWritten = (await writing) !== undefined;
    if (!(await before) || !isWritten) return false;
    if (!(await this.#move(cursor, end, end))) return false;
    this.#resolveIfReplayed();
    await this.#options.log.deleteBehind().catch(this.#options.onFailure);
    return !this.#stop.signal.aborted;
  }

  #resolveIfReplayed(): void {
    if (this.#cursor !== undefined && this.#cursor.position >= this.#begunBefore) this.#resolveReplayed(true);
  }

  /** Moves the cursor, one move at a time: each writes both positions. */
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

  /** Repeats work on the disk or the store until it succeeds, or until the consumer stops. */
  async #try<T>(work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const done = await retry(work, {
      signal: this.#stop.signal,
      onFailure: (error) => {
        // After the time-out of `stop`, the store may be closed during a write: the batch is written again after the next start.
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
