import OpenAI, { toFile } from 'openai';
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

const lastBill = () => server.bills.at(-1);
const sound = () => toFile(Buffer.alloc(40_000), 'speech.mp3');

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream) all.push(item);
  return all;
}

describe('embeddings', () => {
  test.each([
    ['a string', 'South Atlantic Ocean', 1, 3],
    ['texts', ['South Atlantic', 'Ocean'], 2, 3],
    ['token ids', [1, 2, 3, 4], 1, 4],
    ['lists of token ids', [[1, 2], [3]], 2, 3],
  ])('%s', async (_, input, length, tokens) => {
    const answer = await client.embeddings.create({ model: 'text-embedding-3-small', input });
    expect(answer.data).toHaveLength(length);
    expect(answer.data[0]?.embedding).toHaveLength(1536);
    expect(answer.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
    expect(lastBill()?.usd).toBe(tokens === 3 ? '0.00000006' : '0.00000008');
  });

  test('returns the same numbers as base64, which the client requests, and as floats', async () => {
    const ask = { model: 'text-embedding-3-small', input: 'hi', dimensions: 8 };
    const base64 = await client.embeddings.create(ask);
    const floats = await client.embeddings.create({ ...ask, encoding_format: 'float' });
    expect([...(base64.data[0]?.embedding ?? [])]).toEqual(floats.data[0]?.embedding);
  });
});

describe('legacy completions', () => {
  test('answers', async () => {
    const answer = await client.completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'say one two',
      n: 2,
    });
    expect(answer.choices.map(({ text }) => text)).toEqual(['one two', 'one two']);
    expect(lastBill()).toMatchObject({
      id: answer.id,
      usage: { inputTokens: 3, outputTokens: 4 },
      usd: '0.0000125',
    });
  });

  test('streamed', async () => {
    const stream = await client.completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'say one two',
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe('one two');
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 2 });
  });
});

describe('images', () => {
  test.each([
    ['dall-e-2', { size: '512x512' as const, n: 3 }, '0.054'],
    ['dall-e-3', { quality: 'hd' as const, size: '1024x1792' as const }, '0.12'],
    ['gpt-image-1', { quality: 'low' as const }, '0.0109'],
  ])('%s', async (model, options, usd) => {
    const answer = await client.images.generate({ model, prompt: 'a very small boat', ...options });
    expect(answer.data).toHaveLength('n' in options ? options.n : 1);
    expect(lastBill()?.usd).toBe(usd);
  });

  test('counts the input image of an edit', async () => {
    const image = await toFile(Buffer.alloc(10), 'a.png', { type: 'image/png' });
    const answer = await client.images.edit({
      model: 'gpt-image-1',
      prompt: 'add a sail',
      image,
      quality: 'low',
    });
    expect(answer.usage).toEqual({
      total_tokens: 469,
      input_tokens: 197,
      output_tokens: 272,
      input_tokens_details: { text_tokens: 3, image_tokens: 194 },
    });
    expect(lastBill()).toMatchObject({ path: '/images/edits', usd: '0.012835' });
  });

  test('streamed', async () => {
    const stream = await client.images.generate({
      model: 'gpt-image-1',
      prompt: 'a boat',
      stream: true,
      partial_images: 2,
    });
    const events = await collect(stream);
    expect(events.map(({ type }) => type)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    expect(events.at(-1)).toMatchObject({ usage: { input_tokens: 2, output_tokens: 1256 } });
  });
});

describe('audio', () => {
  test('bills speech by the character', async () => {
    const answer = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello there' });
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
    expect(lastBill()).toMatchObject({ usage: { characters: 11 }, usd: '0.000165' });
  });

  test('bills speech by the token', async () => {
    const answer = await client.audio.speech.create({
      model: 'gpt-4o-mini-tts',
      voice: 'alloy',
      input: 'Hello there',
      stream_format: 'sse',
    });
    expect(await answer.text()).toContain(
      '{"type":"speech.audio.done","usage":{"input_tokens":2,"output_tokens":20,"total_tokens":22}}',
    );
    expect(lastBill()).toMatchObject({ usage: { inputTokens: 2, outputTokens: 20 }, usd: '0.0002412' });
  });

  test.each([
    ['whisper-1', { type: 'duration', seconds: 3 }, '0.0003'],
    [
      'gpt-4o-mini-transcribe',
      {
        type: 'tokens',
        total_tokens: 34,
        input_tokens: 30,
        input_token_details: { text_tokens: 0, audio_tokens: 30 },
        output_tokens: 4,
      },
      '0.00011',
    ],
  ])('transcription with %s', async (model, usage, usd) => {
    const answer = await client.audio.transcriptions.create({ model, file: await sound() });
    expect(answer).toEqual({ text: 'The quick brown fox.', usage });
    expect(lastBill()?.usd).toBe(usd);
  });

  test('bills a transcription as text, which has no counts', async () => {
    const answer = await client.audio.transcriptions.create({
      model: 'whisper-1',
      file: await sound(),
      response_format: 'text',
    });
    expect(answer).toBe('The quick brown fox.\n');
    expect(lastBill()?.usd).toBe('0.0003');
  });

  test('transcription streamed', async () => {
    const stream = await client.audio.transcriptions.create({
      model: 'gpt-4o-transcribe',
      file: await sound(),
      stream: true,
    });
    const events = await collect(stream);
    expect(events.at(-1)).toMatchObject({
      type: 'transcript.text.done',
      usage: { input_tokens: 30, output_tokens: 4 },
    });
  });

  test('translation', async () => {
    const answer = await client.audio.translations.create({ model: 'whisper-1', file: await sound() });
    expect(answer).toEqual({ text: 'The quick brown fox.' });
    expect(lastBill()).toMatchObject({ path: '/audio/translations', usage: { seconds: 3 }, usd: '0.0003' });
  });
});

describe('other endpoints', () => {
  test('do not bill moderation', async () => {
    const answer = await client.moderations.create({ input: ['peace', 'violence'] });
    expect(answer.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(lastBill()?.usd).toBe('0');
  });

  test('list models', async () => {
    const names = (await collect(client.models.list())).map(({ id }) => id);
    expect(names).toContain('gpt-4o-mini-2024-07-18');
    expect((await client.models.retrieve('gpt-4o')).id).toBe('gpt-4o');
    await expect(client.models.retrieve('gpt-missing')).rejects.toMatchObject({ status: 404 });
  });

  test('bill a batch at half the price, without failed lines', async () => {
    const line = (custom_id: string, content: string): string =>
      JSON.stringify({
        custom_id,
        method: 'POST',
        url: '/v1/chat/completions',
        body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content }], user: custom_id },
      });
    const text = [line('a', 'say one two'), line('b', 'fail 400'), line('c', 'say three')].join('\n');
    const file = await client.files.create({
      file: await toFile(Buffer.from(text), 'in.jsonl'),
      purpose: 'batch',
    });
    let batch = await client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    while (batch.status !== 'completed') batch = await client.batches.retrieve(batch.id);
    expect(batch.request_counts).toEqual({ total: 3, completed: 2, failed: 1 });
    const output = await (await client.files.content(batch.output_file_id ?? '')).text();
    const rows = output
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as { custom_id: string; response: unknown });
    expect(rows).toMatchObject([
      { custom_id: 'a', response: { status_code: 200, body: { object: 'chat.completion' } } },
      { custom_id: 'c', response: { status_code: 200 } },
    ]);
    expect(server.bills.filter(({ tier }) => tier === 'batch').map(({ user, usd }) => [user, usd])).toEqual([
      ['a', '0.000000825'],
      ['c', '0.00000045'],
    ]);
  });

  test('return the bill over HTTP, without a key', async () => {
    const answer = await fetch(new URL('/_bills', server.url));
    expect(await answer.json()).toEqual(server.bills);
  });
});
