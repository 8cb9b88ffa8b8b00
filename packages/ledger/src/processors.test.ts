import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe } from 'vitest';
import { processorCases } from '../testing/processor-cases.ts';

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
