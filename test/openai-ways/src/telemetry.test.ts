import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { OpenAIInstrumentation } from '@userspan/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import { describe, expect, test } from 'vitest';

import { MAJORS } from './majors.ts';
import { telemetryCases } from './telemetry-cases.ts';
import type { Telemetry } from './telemetry-ground.ts';
import { all, chat, streamed } from './way.ts';

const exporter = new InMemorySpanExporter();

const sdk2: Telemetry = {
  api,
  start({ isSampled }) {
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.trace.setGlobalTracerProvider(
      new BasicTracerProvider({
        sampler: isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
        spanProcessors: [new SimpleSpanProcessor(exporter)],
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
      attributes: span.attributes,
      status: span.status,
      parentSpanId: span.parentSpanContext?.spanId,
      spanId: span.spanContext().spanId,
    })),
};

describe.each(MAJORS)('openai %i, SDK 2.12', (_major, module) => {
  telemetryCases(sdk2, module.OpenAI);

  test('records metrics with the buckets of the conventions and without a user', async () => {
    const server = await startOpenAIServer();
    const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const instrumentation = new OpenAIInstrumentation();
    instrumentation.setMeterProvider(meterProvider);
    instrumentation.manuallyInstrument(module.OpenAI);
    const client = new module.OpenAI({ apiKey: 'sk-test', baseURL: server.url, maxRetries: 0 });
    // No tracer provider is set, so metrics count calls without spans.
    await client.chat.completions.create(
      chat('input 100; output 20', { user: 'u1', userProps: { name: 'x' } }),
    );
    await all(await client.chat.completions.create(streamed('input 100; output 20', { user: 'u1' })));
    await client.chat.completions.create(chat('fail 400', { user: 'u1' })).catch(() => {});
    instrumentation.disable();
    await reader.forceFlush();

    const found = metrics
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    const points = Object.fromEntries(
      found.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => {
          const { count, buckets } = value as { count: number; buckets: { boundaries: number[] } };
          return { attributes, count, last: buckets.boundaries.at(-1) };
        }),
      ]),
    );
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(server.url).port),
    };
    const answered = { ...attributes, 'gen_ai.response.model': 'gpt-4o-mini-2024-07-18' };
    expect(points).toEqual({
      'gen_ai.client.operation.duration': [
        { attributes: answered, count: 2, last: 81.92 },
        { attributes: { ...attributes, 'error.type': 'BadRequestError' }, count: 1, last: 81.92 },
      ],
      'gen_ai.client.token.usage': [
        { attributes: { ...answered, 'gen_ai.token.type': 'input' }, count: 2, last: 67_108_864 },
        { attributes: { ...answered, 'gen_ai.token.type': 'output' }, count: 2, last: 67_108_864 },
      ],
      'gen_ai.client.operation.time_to_first_chunk': [{ attributes: answered, count: 1, last: 81.92 }],
    });
    await meterProvider.shutdown();
    await server.close();
  });
});
