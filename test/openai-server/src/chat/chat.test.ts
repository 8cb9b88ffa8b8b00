import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startOpenAIServer } from '../start.ts';
import type { OpenAIServer } from '../start.ts';

let server: OpenAIServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startOpenAIServer();
  client = new OpenAI({ apiKey: 'sk-test', baseURL: server.url });
});
afterAll(() => server.close());

const ask = (content: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content }],
});
const billOf = (id: string) => server.bills.find((bill) => bill.id === id);

describe('chat completions', () => {
  test('bills the words of its answers', async () => {
    const answer = await client.chat.completions.create({ ...ask('say South Atlantic Ocean.'), user: 'u42' });
    expect(answer).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'gpt-4o-mini-2024-07-18',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'South Atlantic Ocean.', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 4,
        completion_tokens: 3,
        total_tokens: 7,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 0,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
      service_tier: 'default',
      system_fingerprint: 'fp_userspan',
    });
    expect(billOf(answer.id)).toMatchObject({
      model: 'gpt-4o-mini-2024-07-18',
      tier: 'default',
      user: 'u42',
      usd: '0.0000024',
      complete: true,
    });
  });

  test.each([
    { name: 'no usage chunk by default', options: undefined, usages: [] },
    { name: 'a usage chunk on request', options: { include_usage: true }, usages: [{ in: 4, out: 3 }] },
  ])('streams: $name', async ({ options, usages }) => {
    const stream = await client.chat.completions.create({
      ...ask('say South Atlantic Ocean.'),
      stream: true,
      ...(options === undefined ? {} : { stream_options: options }),
    });
    let text = '';
    let id = '';
    const seen = [];
    for await (const chunk of stream) {
      id = chunk.id;
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.usage) seen.push({ in: chunk.usage.prompt_tokens, out: chunk.usage.completion_tokens });
    }
    expect(text).toBe('South Atlantic Ocean.');
    expect(seen).toEqual(usages);
    expect(billOf(id)).toMatchObject({ usd: '0.0000024', complete: true });
  });

  test('bills the part of an interrupted stream', async () => {
    const stream = await client.chat.completions.create({ ...ask('words 20; cut after 6'), stream: true });
    let id = '';
    await expect(async () => {
      for await (const chunk of stream) id = chunk.id;
    }).rejects.toThrow(/terminated|aborted|closed/);
    expect(billOf(id)).toMatchObject({ usage: { inputTokens: 5, outputTokens: 5 }, complete: false });
  });

  test('bills the part of a stream that the caller cancels', async () => {
    const stream = await client.chat.completions.create({ ...ask('words 500; slow 1ms'), stream: true });
    let id = '';
    for await (const chunk of stream) {
      id = chunk.id;
      if ((chunk.choices[0]?.delta.content ?? '') !== '') break;
    }
    await expect.poll(() => billOf(id)?.complete, { timeout: 10_000 }).toBe(false);
    expect(billOf(id)?.usage.outputTokens).toBeLessThan(500);
  });

  test('throws for an error event in a stream, and bills nothing', async () => {
    const stream = await client.chat.completions.create({ ...ask('words 5; error after 3'), stream: true });
    let id = '';
    await expect(async () => {
      for await (const chunk of stream) id = chunk.id;
    }).rejects.toThrow(/server had an error/);
    expect(billOf(id)).toBeUndefined();
  });

  test('answers an agent loop: first a tool call, then the answer', async () => {
    const tools: OpenAI.ChatCompletionTool[] = [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ];
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'user', content: 'Weather in Oslo today?' },
    ];
    const first = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, tools });
    const message = first.choices[0]?.message;
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    expect(message?.tool_calls?.[0]).toMatchObject({
      type: 'function',
      function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
    });
    if (message === undefined) return;
    messages.push(message, {
      role: 'tool',
      tool_call_id: message.tool_calls?.[0]?.id ?? '',
      content: 'sunny, 20 degrees',
    });
    const second = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, tools });
    expect(second.choices[0]?.message.content).toBe('The tool says: sunny, 20 degrees');
  });

  test('streams tool calls that the stream helper assembles', async () => {
    const runner = client.chat.completions.stream({
      model: 'gpt-4o-mini',
      messages: [
        { role: 'user', content: 'call get_weather {"city":"A place with a long name"}; call get_time {}' },
      ],
      stream_options: { include_usage: true },
    });
    const answer = await runner.finalChatCompletion();
    expect(
      answer.choices[0]?.message.tool_calls?.map((call) => 'function' in call && call.function),
    ).toMatchObject([
      { name: 'get_weather', arguments: '{"city":"A place with a long name"}' },
      { name: 'get_time', arguments: '{}' },
    ]);
  });

  test.each([
    [
      'cached',
      'input 1200; cached 1024',
      { prompt_tokens: 1200, prompt_tokens_details: { cached_tokens: 1024 } },
    ],
    [
      'reasoning',
      'reasoning 64; say hi',
      { completion_tokens: 65, completion_tokens_details: { reasoning_tokens: 64 } },
    ],
    ['rejected', 'rejected 9; say hi', { completion_tokens: 10 }],
    ['audio', 'audio input 7; say hi', { prompt_tokens: 7, prompt_tokens_details: { audio_tokens: 7 } }],
  ])('counts: %s', async (_, prompt, usage) => {
    expect((await client.chat.completions.create(ask(prompt))).usage).toMatchObject(usage);
  });

  test.each([
    ['nothing', {}, 'default', '0.00000285'],
    ['auto', { service_tier: 'auto' as const }, 'default', '0.00000285'],
    ['priority', { service_tier: 'priority' as const }, 'priority', '0.00000475'],
  ])('tier: %s', async (_, options, tier, usd) => {
    const answer = await client.chat.completions.create({ ...ask('input 15; say hi'), ...options });
    expect(answer.service_tier).toBe(tier);
    expect(billOf(answer.id)).toMatchObject({ tier, usd });
  });

  test('answers with several choices, a schema and a voice', async () => {
    const many = await client.chat.completions.create({ ...ask('say one two'), n: 3 });
    expect(many.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(many.usage?.completion_tokens).toBe(6);

    const schema = { type: 'object', properties: { city: { type: 'string' }, warm: { type: 'boolean' } } };
    const shaped = await client.chat.completions.create({
      ...ask('The weather in Oslo'),
      response_format: { type: 'json_schema', json_schema: { name: 'weather', schema } },
    });
    expect(shaped.choices[0]?.message.content).toBe('{"city":"Oslo","warm":true}');

    const spoken = await client.chat.completions.create({
      ...ask('say one two'),
      model: 'gpt-4o-audio-preview',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'mp3' },
    });
    expect(spoken.choices[0]?.message.audio?.transcript).toBe('one two');
    expect(spoken.usage?.completion_tokens_details?.audio_tokens).toBe(4);
    expect(billOf(spoken.id)?.usd).toBe('0.0003475');
  });

  test('gives a script precedence over scenarios', async () => {
    const scripted = await startOpenAIServer({
      script: [{ text: 'first' }, { fail: 500 }, { body: { id: 'x', choices: [] } }],
    });
    const client = new OpenAI({ apiKey: 'sk-test', baseURL: scripted.url, maxRetries: 0 });
    expect((await client.chat.completions.create(ask('hi'))).choices[0]?.message.content).toBe('first');
    await expect(client.chat.completions.create(ask('hi'))).rejects.toMatchObject({ status: 500 });
    expect(await client.chat.completions.create(ask('hi'))).toEqual({ id: 'x', choices: [] });
    expect((await client.chat.completions.create(ask('say last'))).choices[0]?.message.content).toBe('last');
    await scripted.close();
  });
});
