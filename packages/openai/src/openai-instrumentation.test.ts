import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';
import { expect, test } from 'vitest';

import { OpenAIInstrumentation } from './openai-instrumentation.ts';

// test/openai-ways tests all ways to call openai, with all major versions.
test('records a client that was created earlier, until the instrumentation is disabled', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const sent: unknown[] = [];
  const client = new OpenAI({
    apiKey: 'k',
    fetch: async (_url, init) => {
      sent.push(JSON.parse(init?.body as string));
      const usage = { prompt_tokens: 19, completion_tokens: 10 };
      return Response.json({ id: 'c1', model: 'gpt-4o-mini-2024-07-18', choices: [], usage });
    },
  });
  const body = { model: 'gpt-4o-mini', messages: [], user: 'u42', userProps: { name: 'Ada' }, tags: ['a'] };
  const instrumentation = new OpenAIInstrumentation();
  instrumentation.setTracerProvider(provider);
  instrumentation.manuallyInstrument(OpenAI);
  // Compiling this line tests the types.
  await client.chat.completions.create(body);
  instrumentation.disable();
  await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [] });

  expect(exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, ...attributes }))).toEqual([
    expect.objectContaining({
      name: 'chat gpt-4o-mini',
      'user.id': 'u42',
      'user.name': 'Ada',
      'userspan.tags': ['a'],
      'gen_ai.usage.cost': 0.00000885,
    }),
  ]);
  expect(sent).toEqual([
    { model: 'gpt-4o-mini', messages: [], user: 'u42' },
    { model: 'gpt-4o-mini', messages: [] },
  ]);
  expect(body.userProps).toEqual({ name: 'Ada' });
});
