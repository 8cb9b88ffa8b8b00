import { ChatOpenAI, OpenAI } from '@langchain/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { record } from '../testing/recorded.ts';
import type { Recorded } from '../testing/recorded.ts';
import { UserspanHandler } from './userspan-handler.ts';

let server: OpenAIServer;
let recorded: Recorded;
beforeAll(async () => {
  server = await startOpenAIServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = record();
});
afterEach(() => recorded.stop());

const model = (options: object = {}): ChatOpenAI =>
  new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'sk-test',
    maxRetries: 0,
    configuration: { baseURL: server.url },
    ...options,
  });
const lastBill = () => server.bills.at(-1);
const handler = (): { callbacks: UserspanHandler[] } => ({ callbacks: [new UserspanHandler()] });

describe('a model call', () => {
  test('is recorded as a call of the user in its metadata', async () => {
    await model({ temperature: 0.5, maxTokens: 100 }).invoke('say South Atlantic Ocean.', {
      ...handler(),
      tags: ['geo'],
      metadata: { userId: 'u42', userProps: { name: 'Ada', plan: 'pro' }, threadId: 't1' },
    });
    const { hostname, port } = new URL(server.url);
    expect(recorded.tree()).toEqual([
      {
        name: 'chat gpt-4o-mini',
        parent: undefined,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.request.temperature': 0.5,
          'gen_ai.request.max_tokens': 100,
          'server.address': hostname,
          'server.port': Number(port),
          'user.id': 'u42',
          'user.name': 'Ada',
          'userspan.user.plan': 'pro',
          'userspan.user_source': 'call',
          'session.id': 't1',
          'gen_ai.conversation.id': 't1',
          'userspan.tags': ['geo'],
          'gen_ai.response.id': lastBill()?.id,
          'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
          'gen_ai.response.finish_reasons': ['stop'],
          'gen_ai.usage.input_tokens': 4,
          'gen_ai.usage.output_tokens': 3,
          'gen_ai.usage.cache_read.input_tokens': 0,
          'gen_ai.usage.reasoning.output_tokens': 0,
          'userspan.usage.audio_input_tokens': 0,
          'userspan.usage.audio_output_tokens': 0,
          'gen_ai.usage.cost': 0.0000024,
          'userspan.cost.source': 'list',
          'userspan.cost.as_of': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        },
      },
    ]);
    expect(lastBill()?.usd).toBe('0.0000024');
  });

  test.each([
    ['chat', {}],
    ['responses', { useResponsesApi: true }],
  ])('has its counts, cost and time to the first chunk if it is streamed (%s)', async (_, options) => {
    let text = '';
    for await (const chunk of await model(options).stream('say one two; tier priority', handler()))
      text += chunk.text;
    expect(text).toBe('one two');
    const [span] = recorded.tree();
    expect(span?.attributes).toMatchObject({
      'gen_ai.response.id': lastBill()?.id,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'openai.response.service_tier': 'priority',
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.usage.cost': Number(lastBill()?.usd),
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
    });
  });

  test('is recorded for the Responses API', async () => {
    await model({ useResponsesApi: true }).invoke('input 1200; cached 1024; reasoning 8; say hi', handler());
    expect(recorded.tree()[0]?.attributes).toMatchObject({
      'gen_ai.response.id': lastBill()?.id,
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.cache_read.input_tokens': 1024,
      'gen_ai.usage.reasoning.output_tokens': 8,
      'gen_ai.usage.cost': Number(lastBill()?.usd),
    });
  });

  test('is recorded for the legacy completions API', async () => {
    const legacy = new OpenAI({
      model: 'gpt-3.5-turbo-instruct',
      apiKey: 'sk-test',
      configuration: { baseURL: server.url },
    });
    await legacy.invoke('say one two', handler());
    expect(recorded.tree()[0]).toMatchObject({
      name: 'text_completion gpt-3.5-turbo-instruct',
      attributes: { 'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.cost': Number(lastBill()?.usd) },
    });
  });

  test('is recorded with its error if it fails', async () => {
    await expect(model().invoke('fail 500', handler())).rejects.toThrow('500');
    const [span] = recorded.spans();
    expect(span?.status).toEqual({ code: 2 });
    expect(span?.attributes['error.type']).toBe('InternalServerError');
    expect(recorded.users.unattributed()).toMatchObject({ calls: 1 });
  });

  test('is not recorded if LangChain’s cache answers it', async () => {
    const cached = model({ cache: true });
    await cached.invoke('say twice', { ...handler(), metadata: { userId: 'u1' } });
    await cached.invoke('say twice', { ...handler(), metadata: { userId: 'u1' } });
    expect(recorded.tree().map(({ attributes }) => attributes['gen_ai.operation.name'])).toEqual([
      'chat',
      'cached_chat',
    ]);
    expect(recorded.users.users()).toMatchObject([{ id: 'u1', calls: 1 }]);
  });

  test('has no messages by default', async () => {
    await model().invoke('say secret', handler());
    expect(JSON.stringify(recorded.tree())).not.toContain('secret');
    await model().invoke('say secret', { callbacks: [new UserspanHandler({ captureContent: true })] });
    expect(recorded.tree()[1]?.attributes).toMatchObject({
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"say secret"}]}]',
      'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"secret"}]}]',
    });
  });
});
