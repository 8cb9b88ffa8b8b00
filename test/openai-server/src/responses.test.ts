import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startOpenAIServer } from './start.ts';
import type { OpenAIServer } from './start.ts';

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
});
