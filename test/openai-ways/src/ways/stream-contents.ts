import type { Way } from '../way.ts';
import { all, chat, streamed } from '../way.ts';

/** What streams carry, and what is read of them beside the chunks. */
export const streamContentWays: readonly Way[] = [
  {
    name: 'stream, n > 1',
    run: async ({ client }) => all(await client.chat.completions.create(streamed('words 4', { n: 2 }))),
    attributes: { 'gen_ai.response.finish_reasons': ['stop', 'stop'] },
  },
  {
    name: 'stream, tools',
    run: async ({ client }) =>
      all(
        await client.chat.completions.create(
          streamed('call get_weather {"city":"Oslo"}', {
            tools: [{ type: 'function', function: { name: 'get_weather', parameters: {} } }],
          }),
        ),
      ),
    attributes: { 'gen_ai.response.finish_reasons': ['tool_calls'] },
  },
  {
    name: 'stream, a chunk without choices',
    run: async ({ client }) =>
      all(await client.chat.completions.create(streamed('words 4; missing choices'))),
  },
  {
    name: 'stream without usage',
    run: async ({ client }) => all(await client.chat.completions.create(streamed('words 4; no usage'))),
    isUsageUnknown: true,
  },
  {
    name: 'stream, reasoning and cached',
    run: async ({ client }) =>
      all(
        await client.chat.completions.create(
          streamed('input 3000; cached 2048; reasoning 20; output 60', { model: 'gpt-5' }),
        ),
      ),
  },
  {
    name: 'stream, withResponse',
    run: async ({ client }) => {
      const { data, response, request_id } = await client.chat.completions
        .create(streamed('Hello'))
        .withResponse();
      return [response, request_id, await all(data)];
    },
  },
  {
    name: 'stream, withResponse, the body of the response read',
    run: async ({ client }) => {
      const { response } = await client.chat.completions.create(streamed('words 8')).withResponse();
      return all(response.body as unknown as AsyncIterable<Uint8Array>);
    },
  },
  {
    name: 'stream, withResponse, the text of the response read',
    run: async ({ client }) => {
      const { data, response } = await client.chat.completions.create(streamed('words 8')).withResponse();
      return [await response.text(), await all(data)];
    },
  },
  {
    name: 'stream, withResponse, response looked at and the stream read',
    run: async ({ client, note }) => {
      const { data, response } = await client.chat.completions.create(streamed('words 8')).withResponse();
      note([response.body !== null, response.bodyUsed, response.status]);
      return all(data);
    },
  },
  {
    name: 'stream, withResponse, a clone of the response read, then the stream',
    run: async ({ client }) => {
      const { data, response } = await client.chat.completions.create(streamed('words 8')).withResponse();
      const text = response.clone().text();
      return [await all(data), await text];
    },
  },
  {
    name: 'stream, asResponse, body',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(streamed('words 8')).asResponse();
      const pieces: Buffer[] = [];
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        pieces.push(Buffer.from(piece));
      }
      return [response.headers.get('content-type'), Buffer.concat(pieces)];
    },
  },
  {
    name: 'stream, asResponse, text',
    run: async ({ client }) =>
      (await client.chat.completions.create(streamed('words 8')).asResponse()).text(),
  },
  {
    name: 'stream, asResponse, arrayBuffer',
    run: async ({ client }) =>
      Buffer.from(
        await (await client.chat.completions.create(streamed('words 8')).asResponse()).arrayBuffer(),
      ),
  },
  {
    name: 'stream, asResponse, usage asked for by the caller',
    run: async ({ client }) =>
      (
        await client.chat.completions
          .create(streamed('words 8', { stream_options: { include_usage: true } }))
          .asResponse()
      ).text(),
  },
  {
    name: 'stream and plain, mixed',
    run: async ({ client }) => {
      const [stream, answer] = await Promise.all([
        client.chat.completions.create(streamed('words 4')),
        client.chat.completions.create(chat('Hello')),
      ]);
      return [await all(stream), answer];
    },
    spans: 2,
  },
];
