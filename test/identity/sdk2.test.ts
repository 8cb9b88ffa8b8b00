import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { UserSpanProcessor } from '@userspan/core';
import { describe } from 'vitest';

import { type Tracing, finishedSpan, identityCases } from './cases/index.ts';

const exporter = new InMemorySpanExporter();

const sdk2: Tracing = {
  api,
  start({ sampled = true, propagator = sdk2.w3c() } = {}) {
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.propagation.setGlobalPropagator(propagator);
    api.trace.setGlobalTracerProvider(
      new BasicTracerProvider({
        sampler: sampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
        spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor(exporter)],
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

describe('SDK 2.12', () => {
  identityCases(sdk2);
});
