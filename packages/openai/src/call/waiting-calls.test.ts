import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { OpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { observeOpenAI } from '../observe-openai.ts';

const MINUTE_MS = 60_000;
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

let status = 'queued';
const fetchStatus = (): Promise<Response> =>
  Promise.resolve(
    Response.json({
      id: 'resp_1',
      object: 'response',
      model: 'gpt-4o-mini',
      background: true,
      status,
      output: [],
      usage: status === 'completed' ? { input_tokens: 10, output_tokens: 5, total_tokens: 15 } : null,
    }),
  );
const options = { apiKey: 'k', baseURL: 'https://api.openai.com/v1', fetch: fetchStatus };

beforeAll(() => {
  provider.register();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterAll(async () => {
  vi.useRealTimers();
  await provider.shutdown();
  trace.disable();
});
beforeEach(() => {
  status = 'queued';
  exporter.reset();
});

test('a job that is polled for hours is one call with its usage and cost', async () => {
  const client = observeOpenAI(new OpenAI(options));
  await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', background: true });
  status = 'in_progress';
  for (let poll = 0; poll < 3; poll += 1) {
    vi.advanceTimersByTime(50 * MINUTE_MS);
    await client.responses.retrieve('resp_1');
  }
  expect(exporter.getFinishedSpans()).toEqual([]);
  status = 'completed';
  await client.responses.retrieve('resp_1');
  await client.responses.retrieve('resp_1');
  expect(attributesOfSpans()).toEqual([
    {
      'gen_ai.response.id': 'resp_1',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cost': 0.0000045,
    },
  ]);
});

test('a job that is not polled for more than an hour is one call with unknown usage', async () => {
  const client = observeOpenAI(new OpenAI(options));
  await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', background: true });
  vi.advanceTimersByTime(62 * MINUTE_MS);
  const forgotten = [
    { 'gen_ai.response.id': 'resp_1', 'userspan.cost.unpriced': 'the provider sent no usage' },
  ];
  expect(attributesOfSpans()).toEqual(forgotten);
  status = 'completed';
  await client.responses.retrieve('resp_1');
  expect(attributesOfSpans()).toEqual(forgotten);
});

test('a job that another process requested is counted only by that process', async () => {
  status = 'completed';
  await observeOpenAI(new OpenAI(options)).responses.retrieve('resp_1');
  expect(exporter.getFinishedSpans()).toEqual([]);
});

function attributesOfSpans(): Record<string, unknown>[] {
  return exporter
    .getFinishedSpans()
    .map(({ attributes }) =>
      Object.fromEntries(
        Object.entries(attributes).filter(([name]) =>
          /response\.id|usage\.(?:input|output|cost)|unpriced/.test(name),
        ),
      ),
    );
}
