import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';

import { collect } from '../collect.ts';
import type { OpenAIClient } from '../majors.ts';
import type { Way } from '../way.ts';
import { all, chat, MODEL, streamed } from '../way.ts';

type Chunks = AsyncIterable<unknown>;

/** A client behind proxies all the way down, as wrappers of other tools make it. */
function proxied<T extends object>(target: T): T {
  return new Proxy(target, {
    get(holder, name) {
      const value: unknown = Reflect.get(holder, name, holder);
      if (typeof value === 'function') return (value as (...args: unknown[]) => unknown).bind(holder);
      return typeof value === 'object' && value !== null ? proxied(value) : value;
    },
  });
}

/** A client whose server answers a stream with these bytes. */
function answering(make: (options: Record<string, unknown>) => OpenAIClient, body: string): OpenAIClient {
  const headers = { 'content-type': 'text/event-stream' };
  return make({ fetch: () => Promise.resolve(new Response(body, { headers })) });
}

async function some(items: Chunks, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const item of items) if (seen.push(item) === count) break;
  return seen;
}

/** What few do with a stream, and somebody does. */
export const unusualStreamWays: readonly Way[] = [
  {
    name: 'stream, tee, one branch broken off',
    run: async ({ client }) => {
      const [left, right] = (await client.chat.completions.create(streamed('words 8'))).tee();
      return [await some(right, 2), await all(left)];
    },
  },
  {
    name: 'stream, tee, both branches broken off',
    run: async ({ client }) => {
      const [left, right] = (await client.chat.completions.create(streamed('words 8'))).tee();
      return [await some(left, 2), await some(right, 3)];
    },
    isUsageUnknown: true,
    isDropped: true,
  },
  {
    name: 'stream, tee of a tee',
    run: async ({ client }) => {
      const [left, right] = (await client.chat.completions.create(streamed('words 8'))).tee();
      const [first, second] = right.tee();
      return Promise.all([all(left), all(first), all(second)]);
    },
  },
  {
    name: 'stream, toReadableStream, cancelled',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'));
      const reader = stream.toReadableStream().getReader();
      const first = await reader.read();
      await reader.cancel();
      return [Buffer.from(first.value as Uint8Array), stream.controller.signal.aborted];
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, toReadableStream, read as a stream again',
    run: async ({ client, major }) => {
      const stream = await client.chat.completions.create(streamed('words 8'));
      const { Stream } = (await import(`openai${major}/streaming`)) as {
        Stream: { fromReadableStream(body: ReadableStream, controller: AbortController): Chunks };
      };
      return all(Stream.fromReadableStream(stream.toReadableStream(), new AbortController()));
    },
  },
  {
    name: 'stream, toReadableStream, read by the platform',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 8'));
      return new Response(stream.toReadableStream()).text();
    },
  },
  {
    name: 'stream, as a stream of Node',
    run: async ({ client }) =>
      all(Readable.from((await client.chat.completions.create(streamed('words 8'))) as Chunks)),
  },
  {
    name: 'stream, in a store of the caller',
    run: async ({ client, note }) => {
      const store = new AsyncLocalStorage<string>();
      const seen = await store.run('outer', async () => {
        const stream = await client.chat.completions.create(streamed('words 4'));
        note(store.getStore());
        return store.run('inner', async () => {
          const chunks: unknown[] = [];
          for await (const chunk of stream) chunks.push([chunk, store.getStore()]);
          note(store.getStore());
          return chunks;
        });
      });
      note(store.getStore());
      return seen;
    },
  },
  {
    name: 'stream, each step in a store of its own',
    run: async ({ client }) => {
      const store = new AsyncLocalStorage<number>();
      const iterator = (await client.chat.completions.create(streamed('words 3')))[Symbol.asyncIterator]();
      const steps: unknown[] = [];
      for (let at = 0; at < 6; at += 1) {
        const step = store.run(at, () => iterator.next().then((value) => [value, store.getStore()]));
        steps.push(await step);
      }
      return steps;
    },
  },
  {
    name: 'stream, by a client behind proxies',
    run: async ({ client }) => all(await proxied(client).chat.completions.create(streamed('words 4'))),
  },
  {
    name: 'by a client behind proxies',
    run: ({ client }) => proxied(client).chat.completions.create(chat('Hello')),
  },
  {
    name: 'stream, nothing but its end',
    run: async ({ make }) =>
      all(await answering(make, 'data: [DONE]\n\n').chat.completions.create(streamed('x'))),
    errors: ['empty_stream'],
    isUsageUnknown: true,
  },
  {
    name: 'stream, empty',
    run: async ({ make }) => all(await answering(make, '').chat.completions.create(streamed('x'))),
    errors: ['empty_stream'],
    isUsageUnknown: true,
  },
  {
    name: 'stream, of no objects',
    run: async ({ make }) =>
      all(
        await answering(
          make,
          'data: 1\n\ndata: null\n\ndata: "x"\n\ndata: []\n\ndata: {"choices":null}\n\n',
        ).chat.completions.create(streamed('x')),
      ),
    isUsageUnknown: true,
  },
  {
    name: 'stream, thrown into by hand',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'));
      const iterator = stream[Symbol.asyncIterator]();
      await iterator.next();
      const end = await iterator.throw?.(new Error('mine')).catch((error: unknown) => error);
      return [end, await iterator.next(), stream.controller.signal.aborted];
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, returned before its first step',
    run: async ({ client }) => {
      const iterator = (await client.chat.completions.create(streamed('words 3')))[Symbol.asyncIterator]();
      return [await iterator.return?.(), await iterator.next()];
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, chunks changed by the caller',
    run: async ({ client }) => {
      const seen: unknown[] = [];
      for await (const chunk of await client.chat.completions.create(streamed('words 4'))) {
        seen.push({ ...chunk });
        for (const name of Object.keys(chunk)) delete (chunk as unknown as Record<string, unknown>)[name];
        Object.assign(chunk, { usage: { prompt_tokens: 999 }, model: 'mine' });
      }
      return seen;
    },
  },
  {
    name: 'stream, aborted after its end',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 4'));
      const seen = await all(stream);
      stream.controller.abort();
      return [seen, stream.controller.signal.aborted];
    },
  },
  {
    name: 'stream, five at once',
    run: async ({ client }) =>
      Promise.all(
        [3, 4, 5, 6, 7].map(async (count) =>
          all(await client.chat.completions.create(streamed(`words ${count}`))),
        ),
      ),
    spans: 5,
  },
  {
    name: 'stream, its response asked for afterwards',
    run: async ({ client }) => {
      const promise = client.chat.completions.create(streamed('words 8'));
      const stream = await promise;
      const response = await promise.asResponse();
      return [response.status, await all(stream), response.bodyUsed];
    },
  },
  {
    name: 'stream, its response asked for and read in its place',
    run: async ({ client }) => {
      const promise = client.chat.completions.create(streamed('words 8'));
      const { constructor } = await promise;
      return [constructor.name, await (await promise.asResponse()).text()];
    },
  },
  {
    name: 'stream, its response asked for before and after',
    run: async ({ client }) => {
      const promise = client.chat.completions.create(streamed('words 8'));
      const [{ data, response }, again] = await Promise.all([promise.withResponse(), promise.asResponse()]);
      return [response === again, await all(data), response === (await promise.asResponse())];
    },
  },
  {
    name: 'stream, withResponse, only its response kept',
    run: async ({ client }) => {
      const respond = async (): Promise<Response> =>
        (await client.chat.completions.create(streamed('words 8')).withResponse()).response;
      const response = await respond();
      await collect();
      return response.text();
    },
  },
  {
    name: 'stream, asked for its response, only the stream kept',
    run: async ({ client }) => {
      const open = async (): Promise<Chunks> => {
        const promise = client.chat.completions.create(streamed('words 8'));
        await promise.asResponse();
        return promise;
      };
      const stream = await open();
      await collect();
      return all(stream);
    },
  },
  {
    name: 'stream helper, broken off',
    run: ({ client }) =>
      some(client.chat.completions.stream(streamed('words 200; slow 2ms') as never) as Chunks, 3),
    since: 5,
    isUsageUnknown: true,
  },
  {
    name: 'stream helper, toReadableStream',
    run: ({ client }) =>
      new Response(client.chat.completions.stream(streamed('words 5') as never).toReadableStream()).text(),
    since: 5,
  },
  {
    name: 'stream helper, aborted in an event by a signal',
    run: async ({ client }) => {
      const controller = new AbortController();
      const stream = client.chat.completions.stream(streamed('words 300; slow 2ms') as never, {
        signal: controller.signal,
      });
      stream.once('chunk', () => controller.abort());
      return stream.done().catch((error: unknown) => error);
    },
    since: 5,
    isUsageUnknown: true,
  },
  {
    name: 'responses.stream, with a function',
    run: async ({ client }) => {
      const stream = client.responses.stream({
        model: MODEL,
        input: 'call get_weather {"city":"Oslo"}',
        tools: [{ type: 'function', name: 'get_weather', parameters: {}, strict: false }],
      } as never);
      return [await all(stream as Chunks), await stream.finalResponse()];
    },
    attributes: { 'gen_ai.response.finish_reasons': ['tool_call'] },
  },
  {
    name: 'responses.stream, aborted in an event',
    run: async ({ client }) => {
      const stream = client.responses.stream({ model: MODEL, input: 'words 300; slow 2ms' } as never);
      stream.once('response.output_text.delta', () => stream.abort());
      return stream.done().catch((error: unknown) => error);
    },
    isUsageUnknown: true,
  },
];
