import { diag, DiagLogLevel } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExportQueue } from './export-queue.ts';
import type { EndableExporter } from './export-queue.ts';

const warnings: string[] = [];

beforeEach(() => {
  warnings.length = 0;
  const ignore = (): void => {};
  const warn = (message: string): void => void warnings.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
});
afterEach(() => diag.disable());

interface HeldExporter {
  readonly exporter: EndableExporter;
  /** The number of spans of each export. */
  readonly exported: number[];
  readonly aborts: { count: number };
  /** Ends the running exports. */
  readonly release: (error?: Error) => void;
}

/** An exporter whose exports end when the test ends them. */
function heldExporter(): HeldExporter {
  const exported: number[] = [];
  const held: ((error?: Error) => void)[] = [];
  const aborts = { count: 0 };
  const release = (error?: Error): void => {
    for (const done of held.splice(0)) done(error);
  };
  const exporter: EndableExporter = {
    export: (spans, done) => {
      exported.push(spans.length);
      held.push((error) => done(error === undefined ? { code: 0 } : { code: 1, error }));
    },
    abort: () => {
      aborts.count += 1;
      release(new Error('aborted'));
    },
    shutdown: () => Promise.resolve(),
  };
  return { exporter, exported, aborts, release };
}

function queueOf(exporter: EndableExporter, options: { max?: number; flushMs?: number } = {}): ExportQueue {
  return new ExportQueue({
    exporter,
    endpoint: 'http://collector',
    maxQueueSize: options.max ?? 10_000,
    scheduleDelayMs: 60_000,
    flushTimeoutMs: options.flushMs ?? 10_000,
    isObserved: () => true,
  });
}

function endSpans(queue: ExportQueue, count: number): void {
  const tracer = new NodeTracerProvider({ spanProcessors: [queue] }).getTracer('t');
  for (let index = 0; index < count; index += 1) tracer.startSpan(`s${index}`).end();
}

async function untilExported(exported: readonly number[], count: number): Promise<void> {
  while (exported.length < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('ExportQueue', () => {
  it('exports full batches automatically, one at a time, and the remaining spans on flush', async () => {
    const { exporter, exported, release } = heldExporter();
    const queue = queueOf(exporter);
    endSpans(queue, 1200);
    await untilExported(exported, 1);
    expect(exported).toEqual([512]);
    const flushed = queue.forceFlush();
    expect(exported).toEqual([512, 512, 176]);
    expect(queue.isEmpty).toBe(false);
    release();
    await flushed;
    expect({ isEmpty: queue.isEmpty, warnings }).toEqual({ isEmpty: true, warnings: [] });
  });

  it('a flush that exceeds its time limit ends its exports and reports the loss', async () => {
    const { exporter, aborts } = heldExporter();
    const queue = queueOf(exporter, { flushMs: 20 });
    endSpans(queue, 3);
    await queue.forceFlush();
    expect({ isEmpty: queue.isEmpty, aborts: aborts.count }).toEqual({ isEmpty: true, aborts: 1 });
    expect(warnings).toEqual([
      'userspan: 3 spans could not be sent within 20 ms (flushTimeoutMs) and are lost, unless the 3 of them that were under way still arrive: http://collector does not answer in time. Check that a collector answers there, or raise flushTimeoutMs (USERSPAN_FLUSH_TIMEOUT_MS).',
    ]);
  });

  it('drops spans while the queue is full, counting those in flight, and reports them once', async () => {
    const { exporter, exported, release } = heldExporter();
    const queue = queueOf(exporter, { max: 4 });
    endSpans(queue, 4);
    await untilExported(exported, 1);
    endSpans(queue, 3);
    release();
    await queue.forceFlush();
    await queue.forceFlush();
    expect(exported).toEqual([4]);
    expect(warnings).toEqual([expect.stringContaining('3 spans were dropped because the queue was full')]);
  });

  it('reports an outage when it begins and when it ends, however many exports fail', async () => {
    const { exporter, release } = heldExporter();
    const queue = queueOf(exporter);
    for (const error of [new Error('refused'), new Error('refused'), undefined, undefined]) {
      endSpans(queue, 1);
      const flushed = queue.forceFlush();
      release(error);
      await flushed;
    }
    expect(warnings).toEqual([
      expect.stringMatching(/cannot be sent to http:\/\/collector \(refused\).*npx @userspan\/collector/),
      'userspan: http://collector accepts spans again; 2 were lost in the meantime.',
    ]);
  });

  it.each([
    [401, /USERSPAN_TOKEN/],
    [403, /USERSPAN_TOKEN/],
    [404, /OTEL_EXPORTER_OTLP_ENDPOINT/],
    [415, /OTEL_EXPORTER_OTLP_PROTOCOL/],
    [400, /its log has the reason/],
  ])('reports status %i with a remedy', async (status, remedy) => {
    const { exporter, release } = heldExporter();
    const queue = queueOf(exporter);
    endSpans(queue, 1);
    const flushed = queue.forceFlush();
    release(Object.assign(new Error(`it answers ${status}`), { status }));
    await flushed;
    expect(warnings).toEqual([expect.stringMatching(remedy)]);
    expect(warnings[0]).not.toContain('npx');
  });

  it('treats an exporter that throws as a failed export', async () => {
    const queue = queueOf({
      export: () => {
        throw new Error('broken');
      },
      shutdown: () => Promise.resolve(),
    });
    endSpans(queue, 1);
    await queue.forceFlush();
    expect(warnings).toEqual([expect.stringContaining('(broken)')]);
  });
});
