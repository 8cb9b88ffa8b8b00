import { collect } from '../collect.ts';
import type { Way } from '../way.ts';
import { all, streamed } from '../way.ts';

/** Chat completions that are streamed. */
export const streamWays: readonly Way[] = [
  {
    name: 'stream, iterated',
    run: async ({ client, note }) => {
      const stream = await client.chat.completions.create(streamed('words 12'));
      note([stream.constructor.name, Object.keys(stream).sort()]);
      return all(stream);
    },
    attributes: { 'gen_ai.request.stream': true, 'gen_ai.response.finish_reasons': ['stop'] },
  },
  {
    name: 'stream, usage asked for by the caller',
    run: async ({ client }) =>
      all(
        await client.chat.completions.create(streamed('Hello', { stream_options: { include_usage: true } })),
      ),
  },
  {
    name: 'stream, usage declined by the caller',
    run: async ({ client }) =>
      all(
        await client.chat.completions.create(streamed('Hello', { stream_options: { include_usage: false } })),
      ),
  },
  {
    name: 'stream, other stream options',
    run: async ({ client }) =>
      all(
        await client.chat.completions.create(
          streamed('Hello', { stream_options: { include_obfuscation: false } }),
        ),
      ),
  },
  {
    name: 'stream, break',
    run: async ({ client }) => {
      const seen = [];
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'));
      for await (const chunk of stream) {
        seen.push(chunk);
        if (seen.length === 3) break;
      }
      return [seen, stream.controller.signal.aborted];
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, throw in the loop',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'));
      try {
        for await (const chunk of stream) throw new Error(`mine ${chunk.object}`);
      } catch (error) {
        return [error, stream.controller.signal.aborted];
      }
      return 'never';
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, aborted by its controller',
    run: async ({ client }) => {
      const seen: unknown[] = [];
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'));
      const end = await (async () => {
        for await (const chunk of stream) {
          seen.push(chunk);
          if (seen.length === 3) stream.controller.abort();
        }
        return 'done';
      })().catch((error: unknown) => error);
      return [seen.length >= 3, end];
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, aborted by a signal',
    run: async ({ client }) => {
      const controller = new AbortController();
      let count = 0;
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'), {
        signal: controller.signal,
      });
      const end = await (async () => {
        for await (const _ of stream) if (++count === 3) controller.abort();
        return 'done';
      })().catch((error: unknown) => error);
      return [count >= 3, end];
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, aborted before it is read',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'));
      stream.controller.abort();
      return stream.controller.signal.aborted;
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, tee, both read',
    run: async ({ client }) => {
      const [left, right] = (await client.chat.completions.create(streamed('words 8'))).tee();
      return Promise.all([all(left), all(right)]);
    },
  },
  {
    name: 'stream, tee, one after the other',
    run: async ({ client }) => {
      const [left, right] = (await client.chat.completions.create(streamed('words 8'))).tee();
      return [await all(left), await all(right)];
    },
  },
  {
    name: 'stream, toReadableStream',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 8'));
      const lines: Buffer[] = [];
      for await (const line of stream.toReadableStream() as unknown as AsyncIterable<Uint8Array>) {
        lines.push(Buffer.from(line));
      }
      return Buffer.concat(lines);
    },
  },
  {
    name: 'stream, next by hand',
    run: async ({ client, note }) => {
      const stream = await client.chat.completions.create(streamed('words 3'));
      const iterator = stream[Symbol.asyncIterator]();
      note(Object.keys(iterator));
      const steps = [];
      for (;;) {
        const step = await iterator.next();
        steps.push(step);
        if (step.done === true) break;
      }
      steps.push(await iterator.next());
      return steps;
    },
  },
  {
    name: 'stream, next without waiting',
    run: async ({ client }) => {
      const iterator = (await client.chat.completions.create(streamed('words 3')))[Symbol.asyncIterator]();
      return Promise.all(Array.from({ length: 8 }, () => iterator.next()));
    },
  },
  {
    name: 'stream, return by hand',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('words 200; slow 2ms'));
      const iterator = stream[Symbol.asyncIterator]();
      const first = await iterator.next();
      return [first, await iterator.return?.('mine'), stream.controller.signal.aborted];
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream, iterated twice',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('Hello'));
      return [await all(stream), await all(stream)];
    },
  },
  {
    name: 'stream, promise awaited twice',
    run: async ({ client }) => {
      const promise = client.chat.completions.create(streamed('Hello'));
      const first = await promise;
      return [first === (await promise), await all(first)];
    },
  },
  {
    name: 'stream, disconnected half way',
    run: async ({ client }) => all(await client.chat.completions.create(streamed('words 20; cut after 4'))),
    isUsageUnknown: true,
    // A TypeError of the platform's `fetch`; openai 4 has another one.
    errors: ['any'],
  },
  {
    name: 'stream, an error event',
    run: async ({ client }) => all(await client.chat.completions.create(streamed('words 20; error after 4'))),
    isUsageUnknown: true,
    errors: ['APIError'],
  },
  {
    name: 'stream, never read',
    run: async ({ client }) => (await client.chat.completions.create(streamed('Hello'))).constructor.name,
    isUsageUnknown: true,
    isDropped: true,
  },
  {
    name: 'stream, begun and left',
    run: async ({ client }) => {
      const stream = await client.chat.completions.create(streamed('Hello'));
      return stream[Symbol.asyncIterator]().next();
    },
    isUsageUnknown: true,
    isDropped: true,
  },
  {
    name: 'stream, only its iterator kept',
    run: async ({ client }) => {
      const iterate = async (): Promise<AsyncIterator<unknown>> =>
        (await client.chat.completions.create(streamed('words 6')))[Symbol.asyncIterator]();
      const iterator = await iterate();
      const steps: unknown[] = [];
      for (;;) {
        const step = await iterator.next();
        steps.push(step);
        if (step.done === true) return steps;
        await collect();
      }
    },
  },
];
