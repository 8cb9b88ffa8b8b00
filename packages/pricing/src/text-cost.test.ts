import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cost } from './billing/cost.ts';
import { dollarsOf, priceOf } from './price-of.ts';
import type { PriceRequest } from './price-request.ts';
import { textCost } from './text-cost.ts';
import type { Usage } from './usage/usage.ts';

const TEXT = { inputTokens: 12, outputTokens: 34 };
const AT = Date.parse('2026-11-20T10:00:00Z');

/** The fields of a cost that do not depend on its lines. */
function dollarsIn(cost: Cost): Record<string, unknown> {
  if ('unpriced' in cost) {
    const { unpriced, unpricedUnits, pricedPart } = cost;
    return { unpriced, unpricedUnits, least: pricedPart?.usd };
  }
  const { usd, source, asOf, tier } = cost;
  return { usd, source, asOf, tier };
}

const count = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 3_000 }) },
  { weight: 2, arbitrary: fc.nat({ max: 600_000 }) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, -1, 0.5, Number.NaN, Infinity, 2 ** 53 - 1, '3') },
);
const some = fc.option(count, { nil: undefined });

/** A usage of text and, rarely, of something else. */
const usages = fc
  .tuple(
    fc.record({ inputTokens: count, outputTokens: count }),
    fc.record(
      {
        cachedInputTokens: some,
        cacheWriteInputTokens: some,
        reasoningOutputTokens: some,
        audioInputTokens: fc.constantFrom(0, 0, 7),
        audioOutputTokens: fc.constantFrom(0, 0, 7),
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom<Usage>({}, {}, {}, {}, { images: 2 }, { webSearchCalls: 1 }, { providerCostUsd: 0.25 }),
  )
  .map((parts) => Object.assign({}, ...parts) as Usage);

const MODELS = [
  'gpt-4o-mini-2024-07-18',
  'gpt-5',
  'gpt-5.4',
  'gpt-5.6',
  'o3',
  'gpt-4o-audio-preview',
  'gpt-realtime',
  'claude-opus-4-5',
  'claude-sonnet-4-5',
  'deepseek-chat',
  'gemini-2.5-pro',
  'whisper-1',
  'dall-e-3',
  'text-embedding-3-small',
  'omni-moderation-latest',
  'sonar-deep-research',
  'no-such-model',
] as const;
const TIMES = [
  AT,
  AT + 0.5,
  AT + 12 * 3_600_000,
  Date.parse('2025-02-01T18:00:00Z'),
  0,
  Number.NaN,
  9e15,
  '2026-11-20T10:00:00Z',
];

const requests = fc.record<PriceRequest>({
  provider: fc.constantFrom('openai', 'azure', 'anthropic', 'deepseek', 'google', 'perplexity', 'nowhere'),
  model: fc.constantFrom(...MODELS),
  requestModel: fc.constantFrom(undefined, 'gpt-4o-mini'),
  serviceTier: fc.constantFrom(undefined, 'default', 'flex', 'priority', 'fast', 'gold'),
  batch: fc.constantFrom(undefined, false, false, true),
  at: fc.constantFrom<number | string>(...TIMES),
  baseUrl: fc.constantFrom(undefined, 'https://api.openai.com/v1', 'http://127.0.0.1:4000/v1'),
  output: fc.constantFrom(undefined, undefined, [], [{ type: 'message' }], [{ type: 'file_search_call' }]),
  usage: usages,
});

describe('textCost', () => {
  it('is the cost that the rules for all units give', () => {
    fc.assert(
      fc.property(requests, usages, (request, other) => {
        // The first remembers where the price was found.
        dollarsOf({ ...request, usage: TEXT, at: AT });
        for (const usage of [request.usage, other]) {
          const call = { ...request, usage };
          expect(dollarsIn(dollarsOf(call) as Cost)).toEqual(dollarsIn(priceOf(call)));
        }
      }),
      { numRuns: 10_000 },
    );
  });

  const call = {
    provider: 'openai',
    model: 'gpt-4o-mini-2024-07-18',
    requestModel: 'gpt-4o-mini',
    serviceTier: 'default',
    at: AT,
    baseUrl: 'https://api.openai.com/v1',
    usage: TEXT,
  };

  it('knows the price of a second call of the same model', () => {
    dollarsOf(call);
    const next = {
      ...call,
      at: AT + 1,
      usage: { inputTokens: 2_000, outputTokens: 5, cachedInputTokens: 1_000 },
    };
    expect(textCost(next)).toEqual(dollarsOf(next));
    expect(dollarsIn(textCost(next) as Cost)).toEqual(dollarsIn(priceOf(next)));
  });

  it.each<[string, Partial<PriceRequest>]>([
    ['another model', { model: 'gpt-4o-mini-2024-07-19' }],
    ['another model in the request', { requestModel: 'gpt-4o' }],
    ['another provider', { provider: 'openrouter' }],
    ['another host', { baseUrl: 'https://api.groq.com/openai/v1' }],
    ['another tier', { serviceTier: 'gold' }],
    ['a tier in the request', { requestServiceTier: 'gold' }],
    ['a batch', { batch: true }],
    ['a tool call', { output: [{ type: 'web_search_call' }] }],
    ['an unknown unit', { usage: { ...TEXT, smellTokens: 1 } as Usage }],
    ['a cost of the provider', { usage: { ...TEXT, providerCostUsd: 1 } }],
    ['seconds of video', { usage: { ...TEXT, videoSeconds: 4, imageSize: '1x1' } }],
    ['a time as text', { at: '2026-11-20' }],
  ])('does not price a call with %s', (_name, fields) => {
    dollarsOf(call);
    expect(textCost({ ...call, ...fields })).toBeUndefined();
  });

  it('never throws', () => {
    const hostile = {
      ...call,
      get usage(): never {
        throw new Error('no');
      },
    };
    dollarsOf(call);
    expect(dollarsOf(hostile)).toEqual({ unpriced: 'the call cannot be read' });
  });
});
