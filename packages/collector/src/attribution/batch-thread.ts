import { Worker } from 'node:worker_threads';

import { errorReason } from '../runtime/error-reason.ts';
import type { Storage } from '../storage/storage.ts';
import type { SpanBatch, UnreadBatch } from '../storage/write/span-batch.ts';
import type { BatchBuilderOptions, BatchBuilding, BuiltBatch } from './batch-builder.ts';
import { packRecords } from './batch-messages.ts';
import type { BatchThreadData, FromThread, SentBatch, ThreadQuestion, ToThread } from './batch-messages.ts';
import type { ProjectReadOptions } from './project-read-options.ts';

export interface BatchThreadOptions extends Omit<BatchBuilderOptions, 'store' | 'readOptionsOf'> {
  readonly store: Pick<Storage, 'remote' | 'answer'>;
  readonly readOptions: ProjectReadOptions;
  /** The module of the thread. */
  readonly module: URL;
  /** Called when the thread has ended unexpectedly and is replaced, so that nothing is cached any more. */
  readonly onRestart: () => void;
}

/** The caller that waits for the current batch. */
interface Waiting {
  resolve(built: BuiltBatch | undefined): void;
  reject(error: Error): void;
}

/**
 * Size of the young generation in megabytes. With Node's default of 48, most objects of a batch survive a garbage
 * collection and are copied twice. With 192, batches take no less processor time, and about
 * 80 MB more memory.
 */
const YOUNG_GENERATION_MB = 96;

/**
 * Builds write batches on a separate thread, so that the main thread has time for requests and for the engine. The
 * thread has the trace cache and requests rows of the store from the main thread.
 */
export class BatchThread implements BatchBuilding {
  readonly #options: BatchThreadOptions;
  /** Absent after the thread ended, until the next batch. */
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;
  /** Queries of the thread that are running. */
  readonly #answers = new Set<Promise<void>>();
  #sentReadOptions = -1;
  #sentTombstones = -1;
  #isOpen = false;
  #isClosed = false;

  constructor(options: BatchThreadOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  loadKnownTraces(): void {
    this.#isOpen = true;
    this.#send({ kind: 'load-known' });
  }

  build(batch: SpanBatch | UnreadBatch, version: bigint): Promise<BuiltBatch | undefined> {
    const sent = messageOf(batch);
    const bodies = sent.source?.bodies.buffer;
    this.#worker ??= this.#startAgain();
    return this.#ask({ kind: 'build', batch: sent, version }, bodies === undefined ? [] : [bodies]);
  }

  buildNext(version: bigint): Promise<BuiltBatch | undefined> {
    if (this.#worker === undefined)
      return Promise.reject(new Error('The batch was not built, because its thread ended.'));
    return this.#ask({ kind: 'build-next', version }, []);
  }

  #ask(message: ToThread, transferred: readonly ArrayBuffer[]): Promise<BuiltBatch | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker?.ref();
      const { readOptions, tombstones } = this.#options;
      if (this.#sentReadOptions !== readOptions.changes) {
        this.#sentReadOptions = readOptions.changes;
        this.#send({ kind: 'settings', settings: readOptions.settings });
      }
      if (this.#sentTombstones !== tombstones.changes) {
        this.#sentTombstones = tombstones.changes;
        this.#send({ kind: 'tombstones', entries: tombstones.entries });
      }
      this.#send(message, transferred);
    });
  }

  forget(): void {
    this.#send({ kind: 'forget' });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
    // After this resolves, the store may be closed.
    await Promise.all(this.#answers);
  }

  #start(): Worker {
    const { collector, maxRecentBytes, traceMemory, maxEarlierSpans, store, module } = this.#options;
    const data: BatchThreadData = {
      collector,
      maxRecentBytes,
      traceMemory,
      maxEarlierSpans,
      engine: store.remote,
    };
    const worker = new Worker(module, {
      workerData: data,
      // Preloaded modules, such as instrumentations, are meant for the main thread only.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.unref();
    worker.on('message', (message: FromThread) => this.#receive(worker, message));
    worker.on('error', (error) => this.#fail(worker, errorReason(error)));
    worker.on('exit', () => this.#fail(worker, 'it ended'));
    return worker;
  }

  #startAgain(): Worker {
    this.#worker = this.#start();
    this.#sentReadOptions = -1;
    this.#sentTombstones = -1;
    if (this.#isOpen) this.#send({ kind: 'load-known' });
    return this.#worker;
  }

  /** Rejects the batch. The caller retries it on a new thread with an empty cache. */
  #fail(worker: Worker, reason: string): void {
    if (worker !== this.#worker || this.#isClosed) return;
    this.#options.onError(new Error(`The thread that builds write batches failed: ${reason}`));
    this.#options.onRestart();
    const waiting = this.#end();
    this.#worker = undefined;
    waiting?.reject(new Error(`The batch was not built: ${reason}.`));
  }

  #receive(worker: Worker, message: FromThread): void {
    if (worker !== this.#worker) return;
    switch (message.kind) {
      case 'built':
        this.#end()?.resolve(
          message.built && { ...message.built, inserts: message.built.inserts.map(withBuffer) },
        );
        break;
      case 'failed':
        this.#end()?.reject(new Error(message.message));
        break;
      case 'problem':
        this.#options.onError(new Error(message.message));
        break;
      case 'question': {
        const answer = this.#answer(worker, message.number, message.question);
        this.#answers.add(answer);
        void answer.then(() => this.#answers.delete(answer));
        break;
      }
    }
  }

  #end(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker?.unref();
    return waiting;
  }

  async #answer(worker: Worker, number: number, question: ThreadQuestion): Promise<void> {
    let answer: ToThread;
    try {
      answer = { kind: 'answer', number, rows: await this.#rowsFor(question) };
    } catch (error) {
      answer = { kind: 'refusal', number, message: errorReason(error) };
    }
    worker.postMessage(answer, []);
  }

  async #rowsFor(question: ThreadQuestion): Promise<readonly object[]> {
    if (question.kind === 'query') return this.#options.store.answer(question.query);
    await this.#options.waitForCommits(question.below);
    return [];
  }

  #send(message: ToThread, transferred: readonly ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transferred);
  }
}

function messageOf(batch: SpanBatch | UnreadBatch): SentBatch {
  if ('source' in batch) return { id: batch.id, source: packRecords(batch.source) };
  const { id, spans, contents } = batch;
  return { id, spans: [...spans], ...(contents === undefined ? {} : { contents }) };
}

/** Restores the `Buffer`, which arrives as `Uint8Array`. */
function withBuffer(insert: BuiltBatch['inserts'][number]): BuiltBatch['inserts'][number] {
  const { buffer, byteOffset, byteLength } = insert.body;
  return { ...insert, body: Buffer.from(buffer, byteOffset, byteLength) };
}
