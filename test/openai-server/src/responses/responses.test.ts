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

const billOf = (id: string) => server.bills.find((bill) => bill.id === id);

describe('responses', () => {
  test('answers and bills', async () => {
    const answer = await client.responses.create({
      model: 'gpt-4o-mini',
      input: 'say South Atlantic Ocean.',
    });
    expect(answer.output_text).toBe('South Atlantic Ocean.');
    expect(answer.usage).toEqual({
      input_tokens: 4,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 3,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 7,
    });
    expect(billOf(answer.id)).toMatchObject({ path: '/responses', usd: '0.0000024' });
  });

  test('streams numbered events with names', async () => {
    const stream = await client.responses.create({
      model: 'gpt-4o-mini',
      input: 'say Atlantic Ocean.',
      stream: true,
    });
    const types: string[] = [];
    for await (const event of stream) {
      expect(event.sequence_number).toBe(types.length);
      types.push(event.type);
    }
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(server.bills.at(-1)).toMatchObject({
      path: '/responses',
      usage: { outputTokens: 2 },
      complete: true,
    });
  });

  test.each([
    ['web search', [{ type: 'web_search' as const }], 'web_search_call', '0.010003'],
    [
      'file search',
      [{ type: 'file_search' as const, vector_store_ids: ['vs_1'] }],
      'file_search_call',
      '0.002503',
    ],
  ])('bills %s by the call', async (_, tools, type, usd) => {
    const answer = await client.responses.create({
      model: 'gpt-4o-mini',
      input: 'input 16; output 1; say words',
      tools,
    });
    expect(answer.output.map((item) => item.type)).toEqual([type, 'message']);
    expect(billOf(answer.id)?.usd).toBe(usd);
  });

  test('calls a function, then answers', async () => {
    const tools: OpenAI.Responses.FunctionTool[] = [
      {
        type: 'function',
        name: 'get_weather',
        strict: true,
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
      },
    ];
    const first = await client.responses.create({ model: 'gpt-4o-mini', input: 'Weather in Oslo?', tools });
    const call = first.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'get_weather', arguments: '{"city":"Oslo"}' });
    const second = await client.responses.create({
      model: 'gpt-4o-mini',
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: call?.call_id ?? '', output: 'sunny' }],
      tools,
    });
    expect(second.output_text).toBe('The tool says: sunny');
  });

  test('in the background are queued, in progress and completed, and billed once', async () => {
    const first = await client.responses.create({
      model: 'gpt-4o-mini',
      input: 'say done',
      background: true,
      user: 'u7',
    });
    const seen = [first.status];
    let answer = first;
    while (answer.status !== 'completed') {
      answer = await client.responses.retrieve(first.id);
      seen.push(answer.status);
    }
    await client.responses.retrieve(first.id);
    expect(seen).toEqual(['queued', 'in_progress', 'completed']);
    expect(answer.output_text).toBe('done');
    expect(server.bills.filter(({ id }) => id === first.id)).toMatchObject([
      { user: 'u7', path: '/responses' },
    ]);
  });

  test('in the background are not billed if they are cancelled', async () => {
    const first = await client.responses.create({
      model: 'gpt-4o-mini',
      input: 'say done',
      background: true,
    });
    expect((await client.responses.cancel(first.id)).status).toBe('cancelled');
    expect((await client.responses.retrieve(first.id)).status).toBe('cancelled');
    expect(billOf(first.id)).toBeUndefined();
  });

  test.each([
    ['incomplete', 'incomplete', true],
    ['failed', 'failed', false],
  ])('%s', async (input, status, isBilled) => {
    const answer = await client.responses.create({ model: 'gpt-4o-mini', input: `${input}; say some words` });
    expect(answer.status).toBe(status);
    expect(billOf(answer.id) !== undefined).toBe(isBilled);
    const stream = await client.responses.create({ model: 'gpt-4o-mini', input, stream: true });
    let last: string | undefined;
    for await (const event of stream) last = event.type;
    expect(last).toBe(`response.${status}`);
  });

  test('streams all events of every kind of item, and the client assembles them', async () => {
    const runner = client.responses.stream({
      model: 'o4-mini',
      input: 'web search; file search; code interpreter; mcp; image; say It is 4.',
      reasoning: { summary: 'auto' },
    });
    const types = new Set<string>();
    runner.on('event', (event) => types.add(event.type));
    const answer = await runner.finalResponse();
    expect(answer.output.map((item) => item.type)).toEqual([
      'reasoning',
      'web_search_call',
      'file_search_call',
      'code_interpreter_call',
      'mcp_list_tools',
      'mcp_call',
      'image_generation_call',
      'message',
    ]);
    expect(answer.usage?.output_tokens_details).toEqual({ reasoning_tokens: 16 });
    for (const type of [
      'response.reasoning_summary_text.delta',
      'response.web_search_call.searching',
      'response.file_search_call.completed',
      'response.code_interpreter_call_code.done',
      'response.mcp_list_tools.completed',
      'response.mcp_call_arguments.done',
      'response.image_generation_call.partial_image',
      'response.output_text.annotation.added',
    ]) {
      expect(types).toContain(type);
    }
  });

  test('bills the sent part of an interrupted stream', async () => {
    const stream = await client.responses.create({
      model: 'gpt-4o-mini',
      input: 'words 20; cut after 6',
      stream: true,
    });
    await expect(async () => {
      for await (const _ of stream);
    }).rejects.toThrow(/terminated|aborted|closed/);
    expect(server.bills.at(-1)).toMatchObject({
      usage: { inputTokens: 5, outputTokens: 2 },
      complete: false,
    });
  });

  test('sends an error event', async () => {
    const stream = await client.responses.create({
      model: 'gpt-4o-mini',
      input: 'words 20; error after 6',
      stream: true,
    });
    const before = server.bills.length;
    const types: string[] = [];
    await expect(async () => {
      for await (const event of stream) types.push(event.type);
    }).rejects.toThrow(/had an error/);
    expect(server.bills).toHaveLength(before);
  });
});
