import { describe, expect, it } from 'vitest';
import { priceOf } from './index.ts';

/**
 * The smallest total of input tokens (including cache reads and writes) at which the whole request has the long-context price.
 * "Above 200,000" is Google's and Anthropic's wording, OpenAI's is above 272,000; xAI's "200,000 and more" is inclusive.
 */
const FIRST_LONG = [
  ['openai', 'gpt-5.4', 272_001, '2.5 0.25 15', '5 0.5 22.5'],
  ['openai', 'gpt-5.5-2026-04-23', 272_001, '5 0.5 30', '10 1 45'],
  ['openai', 'gpt-5.6-sol', 272_001, '4 0.4 20', '8 0.8 30'],
  ['openai', 'gpt-6-astra', 272_001, '10 1 50', '20 2 75'],
  ['azure.ai.openai', 'gpt-5.4', 272_001, '2.5 0.25 15', '5 0.5 22.5'],
  ['aws.bedrock', 'us.openai.gpt-5.6-sol', 272_001, '4.4 0.44 22', '8.8 0.88 33'],
  ['aws.bedrock', 'global.openai.gpt-5.6-sol', 272_001, '4 0.4 20', '8 0.8 30'],
  ['openrouter', 'openai/gpt-5.4', 272_001, '2.5 0.25 15', '5 0.5 22.5'],
  ['gcp.gemini', 'gemini-2.5-pro', 200_001, '1.25 0.125 10', '2.5 0.25 15'],
  ['gcp.gemini', 'gemini-2.5-pro-preview-06-05', 200_001, '1.25 0.125 10', '2.5 0.25 15'],
  ['gcp.vertex_ai', 'publishers/google/models/gemini-3-pro-preview', 200_001, '2 0.2 12', '4 0.4 18'],
  ['gcp.gemini', 'gemini-3.1-pro-preview-customtools', 200_001, '2 0.2 12', '4 0.4 18'],
  ['gcp.gemini', 'gemini-1.5-flash-002', 128_001, '0.075 0.01875 0.3', '0.15 0.0375 0.6'],
  ['x_ai', 'grok-4.3', 200_000, '1.25 0.2 2.5', '2.5 0.4 5'],
  ['x_ai', 'grok-4.20-0309-reasoning', 200_000, '1.25 0.2 2.5', '2.5 0.4 5'],
  ['x_ai', 'grok-4.6-latest', 200_000, '2 0.5 6', '4 1 12'],
  ['anthropic', 'claude-sonnet-4-5-20250929', 200_001, '3 0.3 15', '6 0.6 22.5'],
  ['gcp.vertex_ai', 'claude-sonnet-4-5@20250929', 200_001, '3 0.3 15', '6 0.6 22.5'],
  ['openrouter', 'anthropic/claude-sonnet-4.5', 200_001, '3 0.3 15', '6 0.6 22.5'],
] as const;

describe.each(FIRST_LONG)(
  '%s %s has the long-context price from %i tokens on',
  (provider, model, firstLong, short, long) => {
    it.each([
      [firstLong - 2, short],
      [firstLong - 1, short],
      [firstLong, long],
      [firstLong + 1, long],
    ])('%i tokens cost %s', (inputTokens, prices) => {
      expect(unitPrices(provider, model, inputTokens, '2026-10-01T12:00:00Z')).toBe(prices);
    });
  },
);

it.each([
  ['claude-opus-4-6', '2026-03-12', '10 1 37.5'],
  ['claude-opus-4-6', '2026-03-13', '5 0.5 25'],
  ['claude-sonnet-4-6', '2026-03-12', '6 0.6 22.5'],
  ['claude-sonnet-4-6', '2026-03-13', '3 0.3 15'],
])('200,001 tokens of anthropic %s on %s cost %s', (model, day, prices) => {
  expect(unitPrices('anthropic', model, 200_001, `${day}T12:00:00Z`)).toBe(prices);
});

/** US dollars per 1M tokens of input, cached input and output. */
function unitPrices(provider: string, model: string, inputTokens: number, at: string): string {
  const usage = { inputTokens, cachedInputTokens: 100_000, outputTokens: 1_000 };
  const cost = priceOf({ provider, model, usage, at });
  if ('unpriced' in cost) return cost.unpriced;
  return ['input', 'cached', 'output']
    .map((item) => String(cost.lines.find((line) => line.item === item)?.unitPrice))
    .join(' ');
}
