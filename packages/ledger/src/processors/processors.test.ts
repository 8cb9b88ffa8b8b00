import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { processorCases } from '../../testing/processor-cases.ts';
import { CostSpanProcessor, SpanToUserProcessor, fromReadableSpan } from '../index.ts';

describe('on SDK 2.12', () => {
  processorCases((processors) => {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [...(processors as SpanProcessor[]), new SimpleSpanProcessor(exporter)];
    return {
      tracer: new BasicTracerProvider({ spanProcessors }).getTracer('test'),
      inside: (span) => trace.setSpan(ROOT_CONTEXT, span),
      finished: () => exporter.getFinishedSpans(),
    };
  });
});

it('has compatible types', () => {
  const processors: SpanProcessor[] = [new CostSpanProcessor(), new SpanToUserProcessor()];
  const read: (span: ReadableSpan) => unknown = fromReadableSpan;
  expect([processors.length, read]).toEqual([2, fromReadableSpan]);
});
