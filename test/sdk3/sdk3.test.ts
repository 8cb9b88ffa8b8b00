import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type Tracing, finishedSpan, identityCases } from '@userspan-test/identity';
import { UserSpanProcessor } from '@userspan/core';
import { describe } from 'vitest';

const exporter = new InMemorySpanExporter();

const sdk3: Tracing = {
  // API 1.10 in this test, 1.9 in the other. The type of a baggage entry differs between them.
  api: api as unknown as Tracing['api'],
  start({ sampled = true, propagator = sdk3.w3c() } = {}) {
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.propagation.setGlobalPropagator(propagator);
    api.trace.setGlobalTracerProvider(
      new TracerProvider({
        sampler: sampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
        spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor({ exporter })],
      }),
    );
  },
  stop() {
    exporter.reset();
    api.trace.disable();
    api.context.disable();
    api.propagation.disable();
    api.diag.disable();
  },
  w3c: () =>
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  finished: () => exporter.getFinishedSpans().map(finishedSpan),
};

describe('SDK 3.1', () => {
  identityCases(sdk3);
});
