import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startOpenAIServer } from './start.ts';
import type { OpenAIServer } from './start.ts';

let server: OpenAIServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startOpenAIServer();
  client = new OpenAI({ apiKey: 'sk-test', baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const ask = (content: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content }],
});

describe('errors', () => {
  test.each([
    [400, OpenAI.BadRequestError],
    [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [409, OpenAI.ConflictError],
    [422, OpenAI.UnprocessableEntityError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
    [503, OpenAI.InternalServerError],
  ])('fail %i', async (status, kind) => {
    const error = await client.chat.completions
      .create(ask(`fail ${status}`))
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) });
  });

  test('fail 429 twice: the client retries, gets an answer, and is billed once', async () => {
    const before = server.bills.length;
    const sent = server.requests.length;
    const patient = new OpenAI({ apiKey: 'sk-test', baseURL: server.url, maxRetries: 2 });
    const answer = await patient.chat.completions.create(ask('fail 429 twice; say done'));
    expect(answer.choices[0]?.message.content).toBe('done');
    expect(server.requests.length - sent).toBe(3);
    expect(server.bills.length - before).toBe(1);
  });

  test('reset the connection', async () => {
    await expect(client.chat.completions.create(ask('reset'))).rejects.toBeInstanceOf(
      OpenAI.APIConnectionError,
    );
  });

  test('send no answer until the caller times out', async () => {
    await expect(client.chat.completions.create(ask('hang'), { timeout: 50 })).rejects.toBeInstanceOf(
      OpenAI.APIConnectionTimeoutError,
    );
  });

  test.each([
    ['no key', { apiKey: 'sk-wrong' }, ask('hi'), 401],
    ['a key from the wrong country', { apiKey: 'sk-forbidden' }, ask('hi'), 403],
    ['an unknown model', {}, { ...ask('hi'), model: 'gpt-missing' }, 404],
    ['no messages', {}, { ...ask('hi'), messages: [] }, 400],
  ])('reject %s', async (_, options, body, status) => {
    const other = client.withOptions(options);
    await expect(other.chat.completions.create(body)).rejects.toMatchObject({ status });
  });

  test('are not billed', () => {
    expect(server.bills.filter(({ usage }) => usage.outputTokens !== 1)).toEqual([]);
  });
});
