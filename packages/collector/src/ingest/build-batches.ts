// The thread that builds write batches. It reads the records of the log, has the trace cache, and requests rows of the
// store from the main thread, because the engine runs on one thread only.
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

import { BatchBuilder } from '../attribution/batch-builder.ts';
import type { BuiltBatch } from '../attribution/batch-builder.ts';
import { unpackRecords } from '../attribution/batch-messages.ts';
import type {
  BatchThreadData,
  FromThread,
  SentBatch,
  ThreadQuestion,
  ToThread,
} from '../attribution/batch-messages.ts';
import { ProjectReadOptions } from '../attribution/project-read-options.ts';
import { errorReason } from '../runtime/error-reason.ts';
import { remoteTraceReader } from '../storage/remote-traces.ts';
import type { SpanBatch, UnreadBatch } from '../storage/write/span-batch.ts';
import { Tombstones } from '../storage/write/tombstones.ts';
import { batchOfWal } from './batch-of-wal.ts';

interface Asked {
  resolve(rows: object[]): void;
  reject(error: Error): void;
}

/** Nice value of this thread, which lowers its priority when the processors are busy. */
const NICENESS = 5;

/**
 * Lowers the priority of this thread, so that the main thread answers requests first. Linux only, because other systems
 * have no priorities of threads.
 */
function lowerPriority(): void {
  try {
    const thread = /\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0];
    if (thread !== undefined) setPriority(Number(thread), NICENESS);
  } catch {
    // Not supported or not permitted. Only requests are slower under load.
  }
}

const asked = new Map<number, Asked>();
let questions = 0;

function send(message: FromThread, transferred: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transferred);
}

function ask(question: ThreadQuestion): Promise<object[]> {
  questions += 1;
  const number = questions;
  send({ kind: 'question', number, question });
  return new Promise((resolve, reject) => {
    asked.set(number, { resolve, reject });
  });
}

function onProblem(error: unknown): void {
  send({ kind: 'problem', message: errorReason(error) });
}

const { collector, maxRecentBytes, traceMemory, maxEarlierSpans, engine } = workerData as BatchThreadData;
const tombstones = new Tombstones();
let readOptions = new ProjectReadOptions(undefined, undefined, onProblem);
const builder = new BatchBuilder({
  store: { traces: remoteTraceReader(engine, (query) => ask({ kind: 'query', query })) },
  collector,
  maxRecentBytes,
  traceMemory,
  maxEarlierSpans,
  tombstones,
  readOptionsOf: (project) => readOptions.of(project),
  waitForCommits: async (below) => {
    await ask({ kind: 'commits', below });
  },
  onError: onProblem,
});

async function answer(building: Promise<BuiltBatch | undefined>): Promise<void> {
  try {
    const built = await building;
    if (built === undefined) {
      send({ kind: 'built', built });
      return;
    }
    const { message, transferred } = withOwnMemory(built);
    send({ kind: 'built', built: message }, transferred);
  } catch (error) {
    send({ kind: 'failed', message: errorReason(error) });
  }
}

function batchOf({ id, source: sent, spans = [], contents }: SentBatch): SpanBatch | UnreadBatch {
  if (sent === undefined) return { id, spans, ...(contents === undefined ? {} : { contents }) };
  const source = unpackRecords(sent);
  const { records, keepsContent } = source;
  return { id, source, read: () => batchOfWal(records, { id, keepsContent, onFailure: onProblem }) };
}

/** Copies the rows of each insert into a separate buffer that can be transferred. Small buffers share their memory. */
function withOwnMemory(built: BuiltBatch): { message: BuiltBatch; transferred: ArrayBuffer[] } {
  const transferred: ArrayBuffer[] = [];
  const inserts = built.inserts.map((insert) => {
    const { buffer, byteLength } = insert.body;
    const isShared = !(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength;
    const own = isShared ? new Uint8Array(insert.body).buffer : buffer;
    transferred.push(own);
    return { ...insert, body: Buffer.from(own) };
  });
  return { message: { ...built, inserts }, transferred };
}

lowerPriority();
parentPort?.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'settings':
      readOptions = ProjectReadOptions.from(message.settings, onProblem);
      break;
    case 'tombstones':
      tombstones.takeOver(message.entries);
      break;
    case 'load-known':
      builder.loadKnownTraces();
      break;
    case 'forget':
      builder.forget();
      break;
    case 'build':
      void answer(builder.build(batchOf(message.batch), message.version));
      break;
    case 'build-next':
      void answer(builder.buildNext(message.version));
      break;
    case 'answer':
      asked.get(message.number)?.resolve([...message.rows]);
      asked.delete(message.number);
      break;
    case 'refusal':
      asked.get(message.number)?.reject(new Error(message.message));
      asked.delete(message.number);
      break;
  }
});
