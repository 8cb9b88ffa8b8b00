import { describe, expect, it } from 'vitest';
import { explain, rational, rateOf, sumExact } from './bill.ts';
import { priceOf } from '../price-of.ts';
import type { PriceRequest } from '../price-request.ts';

const at = '2026-10-01';

describe('sumExact', () => {
  it('adds a million amounts exactly', () => {
    const calls = Array.from({ length: 1_000_000 }, () => '0.00000885');
    expect(sumExact(calls)).toBe('8.85');
    // The inexact result with doubles:
    expect(calls.reduce((sum, call) => sum + Number(call), 0)).not.toBe(8.85);
  });

  it.each([
    [[], '0'],
    [['0', '0'], '0'],
    [['0.1', '0.2'], '0.3'],
    [['0.000000000000000001', '999999999999999999'], '999999999999999999.000000000000000001'],
    [['0.333333333333333333', '0.333333333333333333', '0.333333333333333334'], '1'],
  ])('the sum of %j is %s', (amounts, sum) => {
    expect(sumExact(amounts)).toBe(sum);
  });

  it.each(['', '-1', '1e3', 'NaN', '1.', '0.1234567890123456789', '1,000'])('rejects %j', (amount) => {
    expect(() => sumExact(['1', amount])).toThrow(RangeError);
  });
});

describe('explain', () => {
  const usage = { inputTokens: 2_006, cachedInputTokens: 1_920, outputTokens: 300 };
  const chat: PriceRequest = { provider: 'openai', model: 'gpt-4o-mini', usage, at };
  it.each<[string, PriceRequest, string]>([
    [
      'with a tier',
      { ...chat, serviceTier: 'priority' },
      '1,920 cached × $0.125 / 1M + 86 input × $0.25 / 1M + 300 output × $1.00 / 1M = $0.0005615, list of 2026-11-20, priority',
    ],
    [
      'without a tier',
      chat,
      '1,920 cached × $0.075 / 1M + 86 input × $0.15 / 1M + 300 output × $0.60 / 1M = $0.0003369, list of 2026-11-20',
    ],
    [
      'seconds',
      { ...chat, model: 'whisper-1', usage: { seconds: 61.5 } },
      '61.5 seconds of audio × $0.36 / 3,600 s = $0.00615, list of 2026-11-20',
    ],
    [
      'pictures',
      { ...chat, model: 'dall-e-3', usage: { images: 2, imageSize: '1024x1024' } },
      '2 picture 1024x1024 standard × $0.04 = $0.08, list of 2026-11-20',
    ],
    [
      'searches',
      { ...chat, usage: { inputTokens: 0, outputTokens: 0, fileSearchCalls: 3 } },
      '3 file search × $2.50 / 1K = $0.0075, list of 2026-11-20',
    ],
    [
      'with a cost that the provider reported',
      { ...chat, usage: { providerCostUsd: 0.0123 } },
      '$0.0123 reported by the provider = $0.0123, stated on 2026-10-01',
    ],
    ['nothing', { ...chat, usage: { inputTokens: 0 } }, 'nothing billed = $0, list of 2026-11-20'],
    ['without a price', { ...chat, model: 'gpt-99' }, 'unpriced: openai has no price for the model "gpt-99"'],
  ])('%s', (_name, request, line) => {
    expect(explain(priceOf(request))).toBe(line);
  });

  it('contains the multiplier and the source of the price', () => {
    expect(explain(priceOf({ ...chat, usage: { inputTokens: 1 } }, { multiplier: 1.1 }))).toBe(
      '1 input × $0.165 / 1M = $0.000000165, list of 2026-11-20 times 1.1',
    );
    const prices = { models: { 'gpt-4o-mini': { input: 3, from: '2026-01-01' } } };
    expect(explain(priceOf({ ...chat, usage: { inputTokens: 1_000_000 } }, prices))).toBe(
      '1,000,000 input × $3.00 / 1M = $3, your price of 2026-01-01',
    );
  });
});

describe('rates', () => {
  it.each([
    ['0.15', 1_000_000, 150_000],
    ['0.003625', 1_000_000, 3_625],
    ['0.36', 3_600, 100_000_000],
    ['0.04', 1, 40_000_000_000],
    ['0.111', 3_600, -1],
    ['0.08333333333333334', 1_000_000, -1],
    ['99999999', 1, -1],
  ])('$%s for %i units is %i pico-dollars per unit', (price, per, pico) => {
    expect(rateOf('input', price, per).pico).toBe(pico);
  });

  it('converts a number by its shortest decimal form', () => {
    expect(rational(0.1)).toEqual({ n: 1n, d: 10n });
    expect(rational(1e-7)).toEqual({ n: 1n, d: 10_000_000n });
    expect(rational('2.50e1')).toEqual({ n: 250n, d: 10n });
    expect(() => rational('-1')).toThrow(RangeError);
  });
});
