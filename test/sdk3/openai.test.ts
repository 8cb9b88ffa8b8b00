import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe } from 'vitest';
import { MAJORS } from '../openai-ways/src/majors.ts';
import { telemetryCases } from '../openai-ways/src/telemetry-cases.ts';
import type { Telemetry } from '../openai-ways/src/telemetry-ground.ts';

const exporter = new InMemorySpanExporter();

const sdk3: Telemetry = {
  // The cases are written for API 1.9; 1.10 only adds to it.
  api: api as unknown as Telemetry['api'],
  start({ isSampled }) {
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.trace.setGlobalTracerProvider(
      new TracerProvider({
        sampler: isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
        spanProcessors: [new SimpleSpanProcessor({ exporter })],
      }),
    );
  },
  stop() {
    exporter.reset();
    api.trace.disable();
    api.context.disable();
    api.propagation.disable();
  },
  finished: () =>
    exporter.getFinishedSpans().map((span) => ({
      name: span.name,
      attributes: span.attributes as Record<string, string>,
      status: span.status,
      parentSpanId: span.parentSpanContext?.spanId,
      spanId: span.spanContext().spanId,
    })),
};

describe.each(MAJORS)('openai %i, SDK 3.1', (_major, module) => {
  telemetryCases(sdk3, module.OpenAI);
});
