import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { CostSpanProcessor, SpanToUserProcessor, fromReadableSpan } from '../../packages/ledger/src/index.ts';
import { processorCases } from '../../packages/ledger/testing/processor-cases.ts';

describe('the processors of @userspan/ledger on SDK 3.1', () => {
  processorCases((processors) => {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [...(processors as SpanProcessor[]), new SimpleSpanProcessor({ exporter })];
    return {
      tracer: new TracerProvider({ spanProcessors }).getTracer('test'),
      inside: (span) => trace.setSpan(ROOT_CONTEXT, span),
      finished: () => exporter.getFinishedSpans(),
    };
  });
});

it('have compatible types', () => {
  const processors: SpanProcessor[] = [new CostSpanProcessor(), new SpanToUserProcessor()];
  const read: (span: ReadableSpan) => unknown = fromReadableSpan;
  expect([processors.length, read]).toEqual([2, fromReadableSpan]);
});
