import { createHash } from 'node:crypto';
import type { ReadOptions } from '@userspan/ledger';
import { spansOfRequest } from '../otlp/spans-of-request.ts';
import { type Signal, SIGNALS } from '../otlp/signal.ts';
import type { Cursor } from '../wal/cursor.ts';
import { gatherBatch, type GatheredBatch } from '../ingest/gather-batch.ts';
import { retry, pause } from '../runtime/retry.ts';
import type { WalReader } from '../wal/wal-reader.ts';
import type { WalRecord } from '../wal/record.ts';
import type { WriteAheadLog } from '../wal/write-ahead-log.ts';
import { TimeSlice } from '../runtime/time-slice.ts';
import { RequestScreen } from '../otlp/content/request-screen.ts';
import { rewriteItems } from '../otlp/rewrite-items.ts';
import { encodeAttributes } from '../otlp/encode-attributes.ts';
import { PASSED_HEADER, type PassedCollectors } from '../ingest/passed-collectors.ts';
import { LOOP, type Receiver, sendOtlp } from './send-otlp.ts';
import { TraceWindow } from './trace-window.ts';

export interface ForwarderOptions {
  readonly log: WriteAheadLog;
  readonly receiver: Receiver;
  readonly passed: PassedCollectors;
  /** Options for reading spans of a project, with its own prices. */
  readonly readOptionsOf: (project: string) => ReadOptions;
  /** Whether prompts and answers are sent. Default true. */
  readonly forwardsContent?: boolean;
  /** Called for a request that the receiver refused finally. It is not sent again. */
  readonly onRefused: (signal: Signal, items: number, reason: string) => void;
}

/** Health of a receiver for `/healthz`. */
export interface ForwardHealth {
  readonly state: 'ok' | 'failing';
  readonly message?: string;
  readonly lagBytes: number;
  /** Number of spans, log records and metrics that the receiver refused finally. */
  readonly refusedItems: number;
}

// Receivers usually accept at least 4 MiB; the OpenTelemetry Collector accepts 20 MiB.
const LIMITS = { maxItems: 4_000, maxBytes: 3 << 20, lingerMs: 500 };
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;

const screen = new RequestScreen({ removesContent: true });

/** The name of a receiver's cursor: a hash of the URL, so that it is stable and reveals nothing. */
export function forwardCursorName(url: string): string {
  return `forward-${createHash('sha256').update(url.replace(/\/+$/, '')).digest('hex').slice(0, 16)}`;
}

/**
 * Forwards everything in the log to one receiver, in order, until each request is accepted or finally refused.
 *
 * The log is the queue, so unsent requests survive a crash, and a slow receiver only keeps old files of the log. A
 * request that is running during a crash is sent again.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #reader: WalReader;
  readonly #window: TraceWindow;
  #stop = new AbortController();
  #cursor: Cursor | undefined;
  #running: Promise<void> | undefined;
  #failure: string | undefined;
  #refusedItems = 0;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#reader = options.log.reader();
    this.#window = new TraceWindow(options.readOptionsOf);
  }

  get health(): ForwardHealth {
    const lagBytes = this.#options.log.end - (this.#cursor?.position ?? 0);
    const refusedItems = this.#refusedItems;
    return this.#failure === undefined
      ? { state: 'ok', lagBytes, refusedItems }
      : { state: 'failing', message: this.#failure, lagBytes, refusedItems };
  }

  /** Starts forwarding. A new receiver gets requests from now on. */
  async start(): Promise<void> {
    const { log, receiver } = this.#options;
    this.#cursor = await log.cursor(forwardCursorName(receiver.url), log.end);
    this.#running = this.#run(this.#cursor);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#reader.close();
  }

  /**
   * Discards data that was read for sending, runs `work`, and continues from the log, from which data may have been
   * erased. A running request is cancelled and sent again.
   */
  async restartAfter<T>(work: () => Promise<T>): Promise<T> {
    this.#stop.abort();
    await this.#running;
    this.#window.clear();
    try {
      return await work();
    } finally {
      this.#stop = new AbortController();
      this.#running = this.#cursor === undefined ? undefined : this.#run(this.#cursor);
    }
  }

  async #run(cursor: Cursor): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      const done = await retry(() => this.#step(cursor, signal), {
        signal,
        onFailure: (error) => {
          this.#failure = error instanceof Error ? error.name : 'failing';
        },
      });
      if (done?.value !== true) {
        return;
      }
    }
  }

  /** Sends one batch. Returns false if stopped before it was sent. */
  async #step(cursor: Cursor, signal: AbortSignal): Promise<boolean> {
    const { log } = this.#options;
    const batch = await gatherBatch(log, this.#reader, cursor.position, LIMITS, signal);
    if (batch === undefined || !(await this.#sendBatch(batch))) {
      return false;
    }
    await cursor.move(batch.end, batch.end);
    await log.deleteBehind();
    return true;
  }

  /** Returns false if stopped before everything was sent. */
  async #sendBatch(batch: GatheredBatch): Promise<boolean> {
    for (const signal of SIGNALS) {
      const requests: OutgoingRequest[] = [];
      for (const { record } of batch.records) {
        if (record.signal === signal) {
          requests.push(await this.#outgoing(record));
        }
      }
      if (requests.length > 0 && !(await this.#send(signal, requests))) {
        return false;
      }
    }
    return true;
  }

  /** Sends requests of one signal as one. Concatenating protobuf messages concatenates their lists. */
  async #send(signal: Signal, requests: readonly OutgoingRequest[]): Promise<boolean> {
    const { receiver, passed, onRefused } = this.#options;
    const body = Buffer.concat(requests.map((request) => request.body));
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
      const headers = { ...receiver.headers, [PASSED_HEADER]: passed.header };
      const result = await sendOtlp({ ...receiver, headers }, signal, body, this.#stop.signal);
      if (result.sent) {
        this.#failure = undefined;
        return true;
      }
      if (!result.retry) {
        const halves = halvesOf(requests, result.reason);
        if (halves !== undefined) {
          return (await this.#send(signal, halves[0])) && this.#send(signal, halves[1]);
        }
        const items = requests.reduce((sum, request) => sum + request.items, 0);
        this.#refusedItems += items;
        onRefused(signal, items, result.reason);
        return true;
      }
      this.#failure = result.reason;
      // Some jitter, so that many collectors do not retry at the same moment.
      const pauseMs = (result.afterMs ?? waitMs) * (0.75 + Math.random() / 2);
      if (!(await pause(Math.min(pauseMs, 2 * LAST_RETRY_MS), this.#stop.signal))) {
        return false;
      }
    }
  }

  async #outgoing(record: WalRecord): Promise<OutgoingRequest> {
    const { signal, project, claimed, items } = record;
    const isWhole = this.#options.forwardsContent !== false || record.contentRemoved === true;
    const body = isWhole
      ? record.body
      : (await new TimeSlice().run(screen.screenInSteps(signal, record.body))).bytes;
    if (signal !== 'traces') {
      return { body, items };
    }
    const additions = await this.#window.fill(project, spansOfRequest(body), claimed);
    const filled = rewriteItems(body, (_span, i) => {
      const attributes = additions[i];
      return attributes === undefined ? undefined : encodeAttributes(attributes);
    });
    return { body: filled, items };
  }
}

interface OutgoingRequest {
  readonly body: Uint8Array;
  readonly items: number;
}

type Halves = readonly [readonly OutgoingRequest[], readonly OutgoingRequest[]];

/** Divides refused requests, so that an invalid one does not affect others and one that is too large is sent in parts. */
function halvesOf(requests: readonly OutgoingRequest[], reason: string): Halves | undefined {
  if (reason === LOOP) return undefined;
  const middle = Math.ceil(requests.length / 2);
  if (requests.length > 1) {
    return [requests.slice(0, middle), requests.slice(middle)];
  }
  const [request] = requests;
  if (request === undefined || request.items < 2 || reason !== 'HTTP 413') {
    return undefined;
  }
  const items = Math.ceil(request.items / 2);
  const part = (isIn: (index: number) => boolean): Uint8Array =>
    rewriteItems(request.body, (_unit, index) => (isIn(index) ? undefined : 'drop'));
  return [
    [{ body: part((index) => index < items), items }],
    [{ body: part((index) => index >= items), items: request.items - items }],
  ];
}
