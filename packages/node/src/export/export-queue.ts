import { context, diag, ROOT_CONTEXT, TraceFlags } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { OutageReport } from './outage-report.ts';
import { withinLimit } from './time-limit.ts';

type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** An exporter whose exports can be ended. */
export interface EndableExporter extends SpanExporter {
  /** Ends every running export with its sockets, retries and timers. Their callbacks are called with a failure. */
  abort?(): void;
  /** Stops retrying failed connections, because the process is ending. */
  hurry?(): void;
}

/** Options of the queue. */
export interface ExportQueueOptions {
  readonly exporter: EndableExporter;
  /** For messages. */
  readonly endpoint: string;
  /** Maximum number of spans that wait or are being exported. */
  readonly maxQueueSize: number;
  readonly scheduleDelayMs: number;
  readonly flushTimeoutMs: number;
  /** Whether something in the process could trace an export, so that tracing must be suppressed. */
  isObserved(): boolean;
}

const MAX_BATCH_SIZE = 512;
/** Maximum number of concurrent exports during a flush. */
const MAX_FLUSH_CONCURRENCY = 8;

/**
 * Exports spans in batches and never keeps the process running. Its timer is unreferenced, and a flush ends at its time
 * limit together with all exports that it started.
 *
 * It replaces the SDK's batch processor, which keeps the process running during an export, drops spans silently if its
 * queue is full, does not wait in a flush for an export that its timer started, and prints every failed batch.
 */
export class ExportQueue implements SpanProcessor {
  readonly #options: ExportQueueOptions;
  readonly #report: OutageReport;
  #waiting: ReadableSpan[] = [];
  readonly #exports = new Map<symbol, readonly ReadableSpan[]>();
  #spansUnderWay = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushes = 0;
  #dropped = 0;
  #isShutDown = false;
  #wake: (() => void)[] = [];

  constructor(options: ExportQueueOptions) {
    this.#options = options;
    this.#report = new OutageReport(options.endpoint);
  }

  /** Whether no ended span is waiting or being exported. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#exports.size === 0;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 || this.#isShutDown) return;
    if (this.#waiting.length + this.#spansUnderWay >= this.#options.maxQueueSize) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length >= this.#batchSize) this.#schedule(0);
    else this.#schedule(this.#options.scheduleDelayMs);
  }

  /**
   * Resolves when every span that has ended is exported, or at the time limit; remaining spans are then lost. Never
   * rejects.
   */
  async forceFlush(): Promise<void> {
    const { flushTimeoutMs, exporter } = this.#options;
    this.#flushes += 1;
    try {
      if (await withinLimit(this.#drain(), flushTimeoutMs)) return;
    } finally {
      this.#flushes -= 1;
      this.#reportDropped();
    }
    const waiting = this.#waiting.length;
    const underWay = this.#spansUnderWay;
    this.#waiting = [];
    this.#exports.clear();
    this.#spansUnderWay = 0;
    this.#report.silently(() => exporter.abort?.());
    this.#report.timedOut({ waiting, underWay }, flushTimeoutMs);
    this.#wakeAll();
  }

  /** Ends running exports and shuts the exporter down. Call `forceFlush` first. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#report.silently(() => this.#options.exporter.abort?.());
    await this.#options.exporter.shutdown();
  }

  /** Removes the waiting spans from the queue, and reports how many were dropped because the queue was full. */
  takeWaiting(): readonly ReadableSpan[] {
    clearTimeout(this.#timer);
    this.#reportDropped();
    return this.#waiting.splice(0);
  }

  /** Reports spans that were taken out of the queue and could not be sent. */
  reportLost(spans: number, error: Error | undefined): void {
    this.#report.lostAtExit(spans, error);
  }

  get #batchSize(): number {
    return Math.min(MAX_BATCH_SIZE, this.#options.maxQueueSize);
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined && delayMs > 0) return;
    if (delayMs === 0 && this.#exports.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#exportNext();
    }, delayMs);
    this.#timer.unref();
  }

  async #drain(): Promise<void> {
    while (!this.isEmpty) {
      this.#exportNext();
      if (this.isEmpty) return;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Starts the next export. One at a time, as the specification of exporters requires; more during a flush. */
  #exportNext(): void {
    const limit = this.#flushes > 0 ? MAX_FLUSH_CONCURRENCY : 1;
    while (this.#waiting.length > 0 && this.#exports.size < limit) {
      this.#export(this.#waiting.splice(0, this.#batchSize));
    }
  }

  #export(spans: ReadableSpan[]): void {
    const id = Symbol('export');
    this.#exports.set(id, spans);
    this.#spansUnderWay += spans.length;
    const finish = (result: ExportResult): void => {
      if (!this.#exports.delete(id)) return;
      this.#spansUnderWay -= spans.length;
      this.#report.exported(spans.length, result);
      if (this.#waiting.length >= this.#batchSize) this.#schedule(0);
      else if (this.#waiting.length > 0) this.#schedule(this.#options.scheduleDelayMs);
      this.#wakeAll();
    };
    const run = (): void => {
      try {
        this.#options.exporter.export(spans, finish);
      } catch (error) {
        finish({ code: 1, error: error instanceof Error ? error : new Error(String(error)) });
      }
    };
    // Without an observer there is nothing to suppress, and the first context of a process turns on the async hooks of
    // Node 20 and 22.
    if (context.active() === ROOT_CONTEXT && !this.#options.isObserved()) run();
    else context.with(suppressTracing(ROOT_CONTEXT), run);
  }

  #wakeAll(): void {
    for (const resolve of this.#wake.splice(0)) resolve();
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    diag.warn(
      `userspan: ${this.#dropped} spans were dropped because the queue was full. Raise maxQueueSize (OTEL_BSP_MAX_QUEUE_SIZE) or sample.`,
    );
    this.#dropped = 0;
  }
}
