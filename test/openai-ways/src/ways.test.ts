import { SpanKind } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenAIInstrumentation } from '@userspan/openai';
import type { Bill } from '@userspan-test/openai-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { MAJORS, TESTED_MAJORS } from './majors.ts';
import { errorsOf, runWay } from './run-way.ts';
import type { Way } from './way.ts';
import { chatWays } from './ways/chat.ts';
import { errorWays } from './ways/errors.ts';
import { helperWays } from './ways/helpers.ts';
import { hostWays } from './ways/hosts.ts';
import { mediaWays } from './ways/media.ts';
import { promiseWays } from './ways/promises.ts';
import { responseWays } from './ways/responses.ts';
import { streamContentWays } from './ways/stream-contents.ts';
import { streamWays } from './ways/streams.ts';
import { unusualStreamWays } from './ways/unusual-streams.ts';

const WAYS: readonly Way[] = [
  ...chatWays,
  ...promiseWays,
  ...streamWays,
  ...streamContentWays,
  ...unusualStreamWays,
  ...helperWays,
  ...responseWays,
  ...mediaWays,
  ...errorWays,
  ...hostWays,
];

const exporter = new InMemorySpanExporter();
let started = 0;
const counter: SpanProcessor = {
  onStart(_span: Span): void {
    started += 1;
  },
  onEnd(): void {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
const provider = new NodeTracerProvider({ spanProcessors: [counter, new SimpleSpanProcessor(exporter)] });
const instrumentation = new OpenAIInstrumentation({ enabled: false });
const unhandled: unknown[] = [];

beforeAll(() => {
  provider.register();
  instrumentation.setTracerProvider(provider);
  for (const [, module] of MAJORS) instrumentation.manuallyInstrument(module);
  process.on('unhandledRejection', (error) => unhandled.push(error));
});
afterAll(async () => {
  instrumentation.disable();
  await provider.shutdown();
});

test('has at least 80 ways', () => {
  expect(WAYS.length).toBeGreaterThanOrEqual(80);
  expect(new Set(WAYS.map(({ name }) => name)).size).toBe(WAYS.length);
});

describe.each(TESTED_MAJORS)('openai %i', (major, module) => {
  const ways = WAYS.filter(({ since = 4 }) => since <= major).map((way) => [way.name, way] as const);

  test.each(ways)('%s', async (_name, way) => {
    const bare = await runWay(way, major, module);

    exporter.reset();
    started = 0;
    unhandled.length = 0;
    instrumentation.enable();
    const run = await runWay(
      way,
      major,
      module,
      () => exporter.getFinishedSpans().length >= (way.spans ?? 1),
    ).finally(() => instrumentation.disable());

    expect(run.seen).toEqual(bare.seen);
    expect(run.requests).toEqual(bare.requests);
    const spans = exporter.getFinishedSpans();
    expect(spans).toHaveLength(way.spans ?? 1);
    expect(started).toBe(spans.length);
    expect(unhandled).toEqual([]);
    checkErrors(way, spans);
    if (way.attributes !== undefined) expect(spans[0]?.attributes).toMatchObject(way.attributes);
    for (const span of spans) checkShape(span);
    if (way.isUsageUnknown !== true) checkBills(spans, run.bills);
    else checkUnknown(spans);
  });
});

function checkErrors(way: Way, spans: readonly ReadableSpan[]): void {
  const errors = errorsOf(spans);
  if (way.errors === undefined) expect(errors).toEqual(spans.map(() => undefined));
  else if (way.errors[0] === 'any') expect(errors[0]).toMatch(/^\w+$/);
  else expect(errors).toEqual(way.errors);
}

function checkShape(span: ReadableSpan): void {
  const { attributes } = span;
  expect(span.kind).toBe(SpanKind.CLIENT);
  const model = attributes['gen_ai.request.model'];
  const operation = String(attributes['gen_ai.operation.name']);
  expect(span.name).toBe(model === undefined ? operation : `${operation} ${String(model)}`);
  expect(attributes['gen_ai.provider.name']).toBeTypeOf('string');
  expect(attributes['server.address']).toBeTypeOf('string');
  expect(span.events).toEqual([]);
  // Prompts are the scenarios. No attribute may contain one, not even that of an error.
  expect(JSON.stringify([attributes, span.status])).not.toMatch(/retry after|words \d|Hello|hang/);
}

/** Every line of the bill has its span, with the same counts and exactly the same cost. */
function checkBills(spans: readonly ReadableSpan[], bills: readonly Bill[]): void {
  const answered = spans.filter(({ attributes }) => attributes['error.type'] === undefined);
  expect(answered).toHaveLength(bills.length);
  for (const [index, bill] of bills.entries()) {
    const span =
      answered.find(({ attributes }) => attributes['gen_ai.response.id'] === bill.id) ?? answered[index];
    const attributes = span?.attributes ?? {};
    expect({
      input: attributes['gen_ai.usage.input_tokens'],
      output: attributes['gen_ai.usage.output_tokens'] ?? 0,
      cached: attributes['gen_ai.usage.cache_read.input_tokens'] ?? 0,
      reasoning: attributes['gen_ai.usage.reasoning.output_tokens'] ?? 0,
      characters: attributes['userspan.usage.characters'],
      seconds: attributes['userspan.usage.seconds'],
      images: attributes['userspan.usage.images'],
    }).toEqual({
      input: bill.usage.inputTokens,
      output: bill.usage.outputTokens ?? 0,
      cached: bill.usage.cachedInputTokens ?? 0,
      reasoning: bill.usage.reasoningOutputTokens ?? 0,
      characters: bill.usage.characters,
      seconds: bill.usage.seconds,
      images: bill.usage.images,
    });
    if (bill.usd === null) expect(attributes['userspan.cost.unpriced']).toBeTypeOf('string');
    else expect(attributes['gen_ai.usage.cost']).toBe(Number(bill.usd));
    expect(attributes['user.id'] ?? null).toBe(bill.user);
  }
}

/** Unknown values are absent, with a reason for an absent cost. */
function checkUnknown(spans: readonly ReadableSpan[]): void {
  for (const { attributes } of spans) {
    expect(attributes['gen_ai.usage.cost']).toBeUndefined();
    if (attributes['gen_ai.usage.input_tokens'] === 0) expect.fail('0 in place of unknown');
  }
}
