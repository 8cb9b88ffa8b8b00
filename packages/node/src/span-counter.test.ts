import { diag, DiagLogLevel } from '@opentelemetry/api';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpanCounter } from './span-counter.ts';

const warnings: string[] = [];

beforeEach(() => {
  warnings.length = 0;
  const ignore = (): void => {};
  const warn = (message: string): void => void warnings.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
});
afterEach(() => diag.disable());

/** An exporter whose exports end when the test says so. */
function heldExporter(): { exporter: SpanExporter; exported: number[]; release: (error?: Error) => void } {
  const exported: number[] = [];
  const held: ((error?: Error) => void)[] = [];
  const exporter: SpanExporter = {
    export: (spans, done) => {
      exported.push(spans.length);
      held.push((error) => done(error === undefined ? { code: 0 } : { code: 1, error }));
    },
    shutdown: () => Promise.resolve(),
  };
  return {
    exporter,
    exported,
    release: (error) => {
      for (const done of held.splice(0)) done(error);
    },
  };
}

function providerOf(counter: SpanCounter, exporter: SpanExporter, maxQueueSize: number): NodeTracerProvider {
  const batch = new BatchSpanProcessor(counter.around(exporter), { maxQueueSize, maxExportBatchSize: 2 });
  return new NodeTracerProvider({ spanProcessors: [counter.processor, batch] });
}

function endSpans(provider: NodeTracerProvider, count: number): void {
  for (let index = 0; index < count; index++) provider.getTracer('t').startSpan(`s${index}`).end();
}

describe('SpanCounter', () => {
  it('waits for an export that the batch timer began', async () => {
    const { exporter, release } = heldExporter();
    const counter = new SpanCounter('http://collector');
    const provider = providerOf(counter, exporter, 10);
    endSpans(provider, 2); // a full batch: its export is under way
    let settled = false;
    const wait = async (): Promise<void> => {
      await counter.settled();
      settled = true;
    };
    const waiting = wait();
    await Promise.resolve();
    expect(settled).toBe(false);
    release();
    await waiting;
    expect(settled).toBe(true);
    await provider.shutdown();
  });

  it('counts what a full queue dropped and says so once', async () => {
    const { exporter, exported, release } = heldExporter();
    const counter = new SpanCounter('http://collector');
    const provider = providerOf(counter, exporter, 4);
    endSpans(provider, 9); // two leave at once, four wait, three do not fit
    const flushed = provider.forceFlush();
    release();
    await flushed;
    await counter.settled();
    expect({ dropped: counter.dropped, exported }).toEqual({ dropped: 3, exported: [2, 2, 2] });
    warnings.length = 0; // the batch processor's own
    counter.reportDrops();
    counter.reportDrops();
    expect(warnings).toEqual([
      'userspan: 3 spans were dropped because the queue was full. Raise maxQueueSize (OTEL_BSP_MAX_QUEUE_SIZE) or sample.',
    ]);
    await provider.shutdown();
  });

  it('says once that an outage began and once that it ended, and nothing per batch', async () => {
    const { exporter, release } = heldExporter();
    const counter = new SpanCounter('http://collector');
    const provider = providerOf(counter, exporter, 10);
    for (const error of [new Error('ECONNREFUSED'), new Error('ECONNREFUSED'), undefined, undefined]) {
      endSpans(provider, 2);
      const flushed = provider.forceFlush();
      release(error);
      await flushed;
      await counter.settled();
    }
    expect(warnings).toEqual([
      expect.stringMatching(/^userspan: spans cannot be sent to http:\/\/collector \(ECONNREFUSED\)/),
      'userspan: http://collector takes spans again; 4 were lost meanwhile.',
    ]);
    await provider.shutdown();
  });

  it('turns an exporter that throws into a reported failure', async () => {
    const counter = new SpanCounter('http://collector');
    const exporter: SpanExporter = {
      export: () => {
        throw new Error('broken exporter');
      },
      shutdown: () => Promise.resolve(),
    };
    const provider = providerOf(counter, exporter, 10);
    endSpans(provider, 2);
    await provider.forceFlush();
    expect(warnings).toEqual([expect.stringContaining('(broken exporter)')]);
    await provider.shutdown();
  });
});
