import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { OpenAIInstrumentation } from '@userspan/openai';
import { describe, expect, test } from 'vitest';

import { MAJORS } from './majors.ts';
import type { OpenAIClient, OpenAIModule } from './majors.ts';
import { plain } from './plain.ts';
import { all, streamed } from './way.ts';

/** Streams in the forms that servers send: with comments, CRLF, characters of several bytes, or a missing blank line at the end. */
const STREAMS: Readonly<Record<string, string>> = {
  'as OpenAI sends it': [
    ': OPENAI PROCESSING\n\n',
    'data: {"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"Grüße 👋"}}],"usage":null}\n\n',
    'data: {"id":"c1","choices":[{"index":0,"delta":{"content":"\\"usage\\":null,"}}],"usage":null}\n\n',
    'data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}\n\n',
    'data: {"id":"c1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}\n\n',
    'data: [DONE]\n\n',
  ].join(''),
  'with CRLF and no end': [
    ': keep-alive\r\n\r\ndata: {"id":"c2","choices":[{"index":0,"delta":{"content":"é"}}],"usage":null}\r\n\r\n',
    'data: {"id":"c2","choices":[],\r\ndata: "usage":{"prompt_tokens":7,"completion_tokens":9}}\r\n\r\n',
    'data: [DONE]',
  ].join(''),
};

/** The stream without the usage that instrumentation requests, as the server would send it to the plain client. */
function unasked(text: string): string {
  return text
    .replace(/data: \{"id":"c\d","choices":\[\],(?:\r?\ndata: )?"usage":\{[^}]*\}\}\r?\n\r?\n/g, '')
    .replaceAll(',"usage":null}', '}');
}

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

function clientOf(module: OpenAIModule, pieces: readonly Uint8Array[]): OpenAIClient {
  const body = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
  const headers = { 'content-type': 'text/event-stream' };
  return new module.OpenAI({ apiKey: 'k', fetch: async () => new Response(body(), { headers }) });
}

const read = async (client: OpenAIClient): Promise<unknown> =>
  plain(await all(await client.chat.completions.create(streamed('x'))));
const readRaw = async (client: OpenAIClient): Promise<unknown> => {
  const { body } = await client.chat.completions.create(streamed('x')).asResponse();
  const pieces: Uint8Array[] = [];
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
};

describe.each(MAJORS)('openai %i', (_major, module) => {
  describe.each(Object.entries(STREAMS))('a stream %s', (_name, text) => {
    const bytes = Buffer.from(text);

    test.each([
      ['by the library', read],
      ['by the caller', readRaw],
    ])(
      'is read unchanged if it arrives in two pieces, cut at any byte, %s',
      async (_by, readAll) => {
        const expected = await readAll(clientOf(module, [Buffer.from(unasked(text))]));
        await instrumented(module, async () => {
          for (let cut = 0; cut <= bytes.length; cut += 1) {
            exporter.reset();
            const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)].filter(({ length }) => length > 0);
            expect(await readAll(clientOf(module, pieces)), `cut at ${cut}`).toEqual(expected);
            const spans = exporter.getFinishedSpans();
            expect(spans, `cut at ${cut}`).toHaveLength(1);
            expect(spans[0]?.attributes).toMatchObject({
              'gen_ai.usage.input_tokens': 7,
              'gen_ai.usage.output_tokens': 9,
            });
          }
        });
      },
      60_000,
    );

    test('has one span and the same result as without instrumentation if it ends at any byte', async () => {
      const { error } = console;
      console.error = () => {};
      const bare: unknown[] = [];
      const ends = Array.from({ length: bytes.length + 1 }, (_, end) => bytes.subarray(0, end));
      for (const end of ends) bare.push(withoutUsage(await read(quiet(clientOf(module, [end])))));
      await instrumented(module, async () => {
        for (const [at, end] of ends.entries()) {
          exporter.reset();
          expect(await read(quiet(clientOf(module, [end]))), `ended at ${at}`).toEqual(bare[at]);
          expect(exporter.getFinishedSpans(), `ended at ${at}`).toHaveLength(1);
        }
      });
      console.error = error;
    }, 60_000);
  });
});

function quiet(client: OpenAIClient): OpenAIClient {
  Object.assign(client, { logLevel: 'off' });
  return client;
}

/** The result for a caller that did not request usage. */
function withoutUsage(seen: unknown): unknown {
  if (!Array.isArray(seen)) return seen;
  return seen
    .filter((item: unknown) => {
      const { choices, usage } = (item ?? {}) as { choices?: unknown[]; usage?: unknown };
      return !(choices?.length === 0 && usage);
    })
    .map((item: unknown) => {
      if (typeof item !== 'object' || item === null || !('usage' in item) || item.usage !== null) return item;
      const { usage: _usage, ...rest } = item;
      return rest;
    });
}

async function instrumented(module: OpenAIModule, run: () => Promise<void>): Promise<void> {
  const instrumentation = new OpenAIInstrumentation();
  instrumentation.setTracerProvider(provider);
  instrumentation.manuallyInstrument(module);
  try {
    await run();
  } finally {
    instrumentation.disable();
  }
}
