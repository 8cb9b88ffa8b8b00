import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { diag, TraceFlags } from '@opentelemetry/api';

type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];

const SUCCESS = 0;

/**
 * Counts spans on their way through a batch processor and its exporter, and says once per outage what is wrong.
 *
 * The SDK's batch processor drops silently when its queue is full, does not wait on flush for an export that
 * its timer began, and reports each failed batch on its own; with this around it, a flush waits for everything,
 * a drop is counted, and an outage is one line when it begins and one when it ends.
 */
export class SpanCounter {
  #ended = 0;
  #taken = 0;
  #reportedDrops = 0;
  #lost = 0;
  #down = false;
  readonly #inFlight: Set<Promise<void>> = new Set();
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Spans that were dropped because the queue was full, right only after a flush. */
  get dropped(): number {
    return this.#ended - this.#taken;
  }

  /** Counts what the batch processor is given. Add it before the batch processor. */
  readonly processor: SpanProcessor = {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.#ended++;
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };

  /** The same exporter, with its exports counted, awaited and reported. */
  around(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) => {
        this.#taken += spans.length;
        let settle = (): void => {};
        const settled = new Promise<void>((resolve) => {
          settle = resolve;
        });
        this.#inFlight.add(settled);
        const finish = (result: ExportResult): void => {
          this.#inFlight.delete(settled);
          settle();
          this.#report(spans.length, result);
          // The outage is reported here, once; the batch processor would report every batch of it again.
          done({ code: SUCCESS });
        };
        try {
          exporter.export(spans, finish);
        } catch (error) {
          finish({ code: 1, error: error instanceof Error ? error : new Error(String(error)) });
        }
      },
      forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
      shutdown: () => exporter.shutdown(),
    };
  }

  /** Resolves when no export is under way. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  /** Says how many spans the full queue dropped since the last time; call it after a flush. */
  reportDrops(): void {
    const fresh = this.dropped - this.#reportedDrops;
    if (fresh <= 0) return;
    this.#reportedDrops += fresh;
    diag.warn(
      `userspan: ${fresh} spans were dropped because the queue was full. Raise maxQueueSize (OTEL_BSP_MAX_QUEUE_SIZE) or sample.`,
    );
  }

  #report(spans: number, result: ExportResult): void {
    if (result.code === SUCCESS) {
      if (this.#down)
        diag.warn(`userspan: ${this.#endpoint} takes spans again; ${this.#lost} were lost meanwhile.`);
      this.#down = false;
      this.#lost = 0;
      return;
    }
    this.#lost += spans;
    if (this.#down) return;
    this.#down = true;
    const reason = result.error?.message ?? 'no reason given';
    diag.warn(
      `userspan: spans cannot be sent to ${this.#endpoint} (${reason}). The app is not affected. Start a collector there ` +
        '(npx userspan) or set OTEL_EXPORTER_OTLP_ENDPOINT; this is said once until it works again.',
    );
  }
}
