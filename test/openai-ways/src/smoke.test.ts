import { SpanKind } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { OpenAIInstrumentation } from '@userspan/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import OpenAI4 from 'openai4';
import OpenAI5 from 'openai5';
import OpenAI6 from 'openai6';
import OpenAI7 from 'openai7';
import { expect, test } from 'vitest';

test.each([
  ['4', OpenAI4],
  ['5', OpenAI5],
  ['6', OpenAI6],
  ['7', OpenAI7],
] as const)('openai %s', async (_name, OpenAIx) => {
  const OpenAI = OpenAIx as unknown as typeof OpenAI7;
  const server = await startOpenAIServer();
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const instrumentation = new OpenAIInstrumentation();
  instrumentation.setTracerProvider(provider);
  const client = new OpenAI({ apiKey: 'x', baseURL: server.url });
  instrumentation.manuallyInstrument(OpenAI);

  await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hello' }],
    user: 'u42',
    userProps: { name: 'Ada' },
    tags: ['a'],
  } as never);
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    stream: true,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello' });
  const spans = exporter.getFinishedSpans();
  expect(spans).toHaveLength(3);
  instrumentation.disable();
  await server.close();
});
