import { diag, DiagLogLevel } from '@opentelemetry/api';
import { BasicTracerProvider, AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { recordResponse } from '@userspan/core/internal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CostSpanProcessor } from './cost-span-processor.ts';
import type { CostSpanProcessorOptions } from './cost-span-processor.ts';
import { SpanToUserProcessor } from './span-to-user-processor.ts';

const call = (model: string): Record<string, string | number> => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': model,
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
});

describe('a call without a price', () => {
  let warnings: string[] = [];
  beforeEach(() => {
    warnings = [];
    const ignore = (): void => {};
    const warn = (message: string): void => void warnings.push(message);
    diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  });
  afterEach(() => diag.disable());

  const run = (options: CostSpanProcessorOptions, models: readonly string[]): void => {
    const spanProcessors = [new CostSpanProcessor(options)];
    const tracer = new BasicTracerProvider({ spanProcessors }).getTracer('test');
    for (const model of models) tracer.startSpan('call', { attributes: call(model) }).end();
  };

  it('is reported once per model', () => {
    run({}, ['gpt-x', 'gpt-x', 'gpt-y', 'gpt-4o-mini']);
    expect(warnings).toEqual([expect.stringContaining('gpt-x'), expect.stringContaining('gpt-y')]);
  });

  it('is reported for a limited number of models', () => {
    run(
      {},
      Array.from({ length: 1000 }, (_, i) => `gpt-x${i}`),
    );
    expect(warnings).toHaveLength(100);
  });

  it('is not reported without a callback', () => {
    run({ prices: { onUnpriced: 'ignore' } }, ['gpt-x']);
    expect(warnings).toEqual([]);
  });

  it('is passed to the app’s callback', () => {
    const told: unknown[] = [];
    run({ prices: { onUnpriced: (unpriced) => void told.push(unpriced) } }, ['gpt-x']);
    expect(told).toEqual([
      { provider: 'openai', model: 'gpt-x', unpriced: expect.stringContaining('gpt-x') },
    ]);
  });

  it('does not harm the app if its callback throws', () => {
    const onUnpriced = (): never => {
      throw new Error('of the app');
    };
    expect(() => run({ prices: { onUnpriced } }, ['gpt-x', 'gpt-y'])).not.toThrow();
    expect(warnings).toHaveLength(1);
  });
});

it.each([
  { name: 'was refused', error: '429', written: [] },
  { name: 'was aborted', error: 'APIUserAbortError', written: ['userspan.cost.unpriced'] },
])('writes $written for a call that $name', ({ error, written }) => {
  const users = new SpanToUserProcessor();
  const spanProcessors = [new CostSpanProcessor(), users];
  const tracer = new BasicTracerProvider({ spanProcessors }).getTracer('test');
  const span = tracer.startSpan('call', {
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'error.type': error,
      'user.id': 'u',
    },
  });
  span.end();
  const { attributes } = span as unknown as { attributes: object };
  expect(Object.keys(attributes).filter((key) => key.includes('cost'))).toEqual(written);
  const [user] = users.users();
  expect([user?.cost, user?.unpricedCalls]).toEqual(written.length === 0 ? [0, 0] : [null, 1]);
});

it('rejects invalid prices with the position of the error', () => {
  const prices = { models: { 'gpt-4o-mini': { input: 'a lot' } } };
  expect(() => new CostSpanProcessor({ prices })).toThrow(/models.*gpt-4o-mini.*input/);
  expect(() => new SpanToUserProcessor({ prices })).toThrow(/models.*gpt-4o-mini.*input/);
});

it('does not read a span that is not recorded', () => {
  const spanProcessors = [new CostSpanProcessor()];
  const tracer = new BasicTracerProvider({ spanProcessors, sampler: new AlwaysOffSampler() }).getTracer(
    'test',
  );
  expect(() => tracer.startSpan('call', { attributes: call('gpt-4o-mini') }).end()).not.toThrow();
});

it('can be shut down twice', async () => {
  const processor = new CostSpanProcessor();
  await processor.forceFlush();
  await processor.shutdown();
  await expect(processor.shutdown()).resolves.toBeUndefined();
});

describe('a call without usage', () => {
  const attributesOf = (responseId: string): unknown => {
    const tracer = new BasicTracerProvider({ spanProcessors: [new CostSpanProcessor()] }).getTracer('test');
    const span = tracer.startSpan('call', {
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.response.id': responseId,
      },
    });
    span.end();
    return Reflect.get(span, 'attributes');
  };

  it('is unpriced, with the reason', () => {
    expect(attributesOf('resp-unknown')).toMatchObject({
      'userspan.cost.unpriced': 'the usage of the call is not known',
    });
  });

  it('is not unpriced if a span below it has the cost of its response', () => {
    recordResponse('resp-below');
    expect(attributesOf('resp-below')).not.toHaveProperty(['userspan.cost.unpriced']);
  });
});
