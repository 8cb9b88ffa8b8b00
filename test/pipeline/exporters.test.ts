import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { context } from '@opentelemetry/api';
import { identify, UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor } from '@userspan/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readUsers } from './figures.ts';
import { startCollector, until } from './processes.ts';
import type { Running } from './processes.ts';

const rows = [
  { name: 'JSON', Exporter: JsonExporter, compression: CompressionAlgorithm.NONE },
  { name: 'JSON, gzip', Exporter: JsonExporter, compression: CompressionAlgorithm.GZIP },
  { name: 'protobuf', Exporter: ProtobufExporter, compression: CompressionAlgorithm.NONE },
  { name: 'protobuf, gzip', Exporter: ProtobufExporter, compression: CompressionAlgorithm.GZIP },
] as const;

describe('the official OTLP exporters', () => {
  let collector: Running;
  beforeAll(async () => {
    collector = await startCollector();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterAll(async () => {
    context.disable();
    await collector.stop();
  });

  it.each(rows)('$name delivers the same users, tokens and cost', async ({ name, Exporter, compression }) => {
    const exporter = new Exporter({ url: `${collector.url}/v1/traces`, compression });
    const provider = new NodeTracerProvider({
      spanProcessors: [new UserSpanProcessor(), new CostSpanProcessor(), new BatchSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer('app');
    const props = {
      name: 'Zoë 你好 🚲',
      email: 'zoe@example.com',
      group: 'g',
      plan: 'pro',
      seats: 3,
      trial: false,
    };
    identify(`user of ${name}`, props, () => {
      for (let index = 0; index < 3; index++) {
        tracer
          .startSpan('chat gpt-4o-mini', {
            attributes: {
              'gen_ai.operation.name': 'chat',
              'gen_ai.provider.name': 'openai',
              'gen_ai.request.model': 'gpt-4o-mini',
              'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
              'gen_ai.usage.input_tokens': 19,
              'gen_ai.usage.output_tokens': 10,
            },
          })
          .end();
      }
    });
    await provider.forceFlush();
    await provider.shutdown();

    const find = async (): Promise<Record<string, unknown> | undefined> => {
      const { users } = await readUsers(collector.url);
      return users.find(({ id }) => id === `user of ${name}`) as Record<string, unknown> | undefined;
    };
    const user = await until(find, (found) => found?.['calls'] === 3);
    expect(user).toMatchObject({
      name: props.name,
      email: props.email,
      group: 'g',
      calls: 3,
      errors: 0,
      unpricedCalls: 0,
      inputTokens: 57,
      outputTokens: 30,
      cost: 0.00002655,
      costExact: '0.00002655',
    });
    expect(user?.['props']).toMatchObject({ plan: 'pro' });
  });
});
