import { setTimeout as sleep } from 'node:timers/promises';
import { spansOfRequest } from '../intake/spans-of-request.ts';
import type { Pipeline, ReceivedSpan, SpanBatch } from '../pipeline/pipeline.ts';
import type { Cursor } from './cursor.ts';
import { gatherBatch, type GatheredBatch, readBatch } from './gather-batch.ts';
import type { LogReader } from './log-reader.ts';
import type { RequestLog } from './request-log.ts';
import { Turn } from './turn.ts';

export interface StoreFeedOptions {
  readonly log: RequestLog;
  readonly pipeline: Pick<Pipeline, 'write'>;
  /** Most spans in a batch; a single larger request is a batch of its own. */
  readonly maxSpans: number;
  /** How long a batch waits to be filled. */
  readonly lingerMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** What `/healthz` says about the store. */
export interface FeedHealth {
  readonly state: 'ok' | 'failing';
  readonly message?: string;
  /** Bytes of the log that are not in the store yet. */
  readonly lagBytes: number;
}

/** The name of the store's cursor. */
export const STORE_CURSOR = 'store';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;
const MAX_BATCH_BYTES = 16 << 20;

/**
 * Carries the log into the store, batch by batch, in order, until each is in.
 *
 * The end of a batch is on the disk before its first write, so a batch that is written again after a crash has the same
 * spans under the same id.
 */
export class StoreFeed {
  readonly #options: StoreFeedOptions;
  readonly #reader: LogReader;
  readonly #stop = new AbortController();
  #cursor: Cursor | undefined;
  #running: Promise<void> | undefined;
  #failure: string | undefined;

  constructor(options: StoreFeedOptions) {
    this.#options = options;
    this.#reader = options.log.reader();
  }

  get health(): FeedHealth {
    const lagBytes = this.#options.log.end - (this.#cursor?.position ?? 0);
    return this.#failure === undefined
      ? { state: 'ok', lagBytes }
      : { state: 'failing', message: this.#failure, lagBytes };
  }

  async start(): Promise<void> {
    this.#cursor = await this.#options.log.cursor(STORE_CURSOR, 0);
    this.#running = this.#run(this.#cursor);
  }

  /** Lets the batch that is being written end, and stops. What is not in the store yet stays in the log. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#reader.close();
  }

  async #run(cursor: Cursor): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#stop;
    let batch: GatheredBatch | undefined =
      cursor.sealed > cursor.position
        ? await readBatch(this.#reader, cursor.position, cursor.sealed)
        : await this.#gather(cursor.position);
    while (batch !== undefined) {
      await cursor.move(cursor.position, batch.end);
      const writing = this.#write(await batchOf(log.id, cursor.position, batch));
      // The next batch is read while this one is written: the store works outside of this thread.
      const gathering = this.#gather(batch.end);
      if (!(await writing)) {
        await gathering;
        return;
      }
      await cursor.move(batch.end, batch.end);
      await log.deleteBehind();
      batch = await gathering;
      if (signal.aborted) {
        return;
      }
    }
  }

  #gather(from: number): Promise<GatheredBatch | undefined> {
    const { log, maxSpans, lingerMs } = this.#options;
    const { signal } = this.#stop;
    const limits = { maxUnits: maxSpans, maxBytes: MAX_BATCH_BYTES, lingerMs };
    return gatherBatch(log, this.#reader, from, limits, signal);
  }

  /** False when stopped before the store took it. */
  async #write(batch: SpanBatch): Promise<boolean> {
    if (batch.spans.length === 0) {
      return true;
    }
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
      try {
        await this.#options.pipeline.write(batch);
        this.#failure = undefined;
        return true;
      } catch (error) {
        this.#failure = error instanceof Error ? error.name : 'failing';
        this.#options.onFailure(error);
      }
      try {
        await sleep(waitMs, undefined, { signal: this.#stop.signal });
      } catch {
        return false;
      }
    }
  }
}

/** Decodes a batch, letting requests be answered in between. */
async function batchOf(logId: string, start: number, batch: GatheredBatch): Promise<SpanBatch> {
  const turn = new Turn();
  const spans: ReceivedSpan[] = [];
  for (const { record } of batch.records) {
    if (record.signal !== 'traces') {
      continue;
    }
    const { project, claimed, receivedAtMs } = record;
    for (const span of spansOfRequest(record.body)) {
      spans.push({ span, project, claimed, receivedAtMs });
      if (turn.isOver()) {
        await turn.pass();
      }
    }
  }
  return { id: `${logId}-${start}-${batch.end}`, spans };
}
