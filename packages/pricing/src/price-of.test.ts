import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cost, PricedCost } from './billing/cost.ts';
import { priceOf } from './price-of.ts';
import type { PriceOptions } from './price-options.ts';
import type { PriceRequest } from './price-request.ts';

const call: PriceRequest = {
  provider: 'openai',
  model: 'gpt-4o-mini-2024-07-18',
  usage: { inputTokens: 19, outputTokens: 10 },
  at: '2026-10-01T12:00:00Z',
};

function priced(request: PriceRequest, prices?: PriceOptions): PricedCost {
  const cost = priceOf(request, prices);
  if ('unpriced' in cost) throw new Error(cost.unpriced);
  return cost;
}

it.each<PriceRequest['usage']>([
  {},
  { cachedInputTokens: 0 },
  { cachedInputTokens: 0, reasoningOutputTokens: 0, audioInputTokens: 0 },
])('a usage without totals has an unknown cost: %j', (usage) => {
  expect(priceOf({ ...call, usage })).toEqual({ unpriced: 'the usage of the call is not known' });
});

it.each<PriceRequest['usage']>([{ inputTokens: 0 }, { outputTokens: 0, cachedInputTokens: 0 }])(
  'a total of 0 costs nothing: %j',
  (usage) => {
    expect(priced({ ...call, usage }).usd).toBe(0);
  },
);

describe('priceOf', () => {
  it('returns every line with its unit price', () => {
    expect(priceOf(call)).toEqual({
      usd: 0.00000885,
      exact: '0.00000885',
      lines: [
        { item: 'input', quantity: 19, unitPrice: 0.15, per: 1_000_000, usd: 0.00000285 },
        { item: 'output', quantity: 10, unitPrice: 0.6, per: 1_000_000, usd: 0.000006 },
      ],
      source: 'list',
      asOf: '2026-11-20',
    });
  });

  it('returns the tier and the multiplier', () => {
    expect(priceOf({ ...call, serviceTier: 'fast' }, { multiplier: '1.1' })).toEqual({
      usd: 0.000016225,
      exact: '0.000016225',
      lines: [
        { item: 'input', quantity: 19, unitPrice: 0.275, per: 1_000_000, usd: 0.000005225 },
        { item: 'output', quantity: 10, unitPrice: 1.1, per: 1_000_000, usd: 0.000011 },
      ],
      source: 'list',
      asOf: '2026-11-20',
      tier: 'priority',
      multiplier: '1.1',
    });
  });

  it('accepts the time in all common formats', () => {
    const at = Date.parse('2025-06-09T23:59:59.999Z');
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    for (const form of [at, new Date(at), '2025-06-09T23:59:59.999Z']) {
      expect(priced({ ...call, model: 'o3', usage, at: form }).exact).toBe('10');
    }
    expect(priced({ ...call, model: 'o3', usage, at: at + 1 }).exact).toBe('2');
  });

  it.each([
    ['NaN', Number.NaN],
    ['nothing', undefined],
    ['an invalid date', new Date('x')],
    ['a word', 'yesterday'],
    ['NaN', 1e300],
  ])('has no price at the time %s', (_name, at) => {
    expect(priceOf({ ...call, at: at as number })).toHaveProperty(
      'unpriced',
      expect.stringContaining('time of the call'),
    );
  });

  it('counts searches in the output if the usage does not contain them', () => {
    const output = [{ type: 'web_search_call' }, { type: 'web_search_call' }];
    expect(priced({ ...call, output }).exact).toBe('0.02000885');
    const usage = { ...call.usage, webSearchCalls: 1 };
    expect(priced({ ...call, usage, output }).exact).toBe('0.01000885');
  });

  it('neither throws nor prices invalid input', () => {
    const odd = fc.oneof(
      fc.anything(),
      fc.constantFrom(
        Number.NaN,
        -1,
        1e308,
        Infinity,
        '',
        '\uD800',
        '__proto__',
        'constructor',
        'x'.repeat(10_000),
        null,
      ),
    );
    const field = fc.constantFrom(
      'inputTokens',
      'outputTokens',
      'cachedInputTokens',
      'seconds',
      'images',
      'toString',
    );
    const request = fc.record(
      {
        provider: fc.oneof(odd, fc.constantFrom('openai', 'anthropic', 'google')),
        model: fc.oneof(odd, fc.constantFrom('gpt-4o', 'dall-e-3', 'whisper-1')),
        requestModel: odd,
        usage: fc.oneof(odd, fc.dictionary(field, odd)),
        serviceTier: odd,
        batch: odd,
        at: fc.oneof(odd, fc.constant(0)),
        baseUrl: odd,
        output: odd,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(request, (any) => {
        expect(faultOf(priceOf(any as unknown as PriceRequest))).toBe('');
      }),
      { numRuns: 2_000 },
    );
    expect(faultOf(priceOf(undefined as unknown as PriceRequest))).toBe('');
    expect(faultOf(priceOf(null as unknown as PriceRequest))).toBe('');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(faultOf(priceOf(proxy as PriceRequest))).toBe('');
    expect(faultOf(priceOf({ ...call, usage: proxy }))).toBe('');
    expect(faultOf(priceOf({ ...call, output: proxy as unknown[] }))).toBe('');
  });

  it('returns a finite price for 1e308 tokens', () => {
    const cost = priced({ ...call, usage: { inputTokens: 1e308, outputTokens: 1e308 } });
    expect(cost.usd).toBe(7.5e301);
    expect(cost.exact).toMatch(/^75\d+$/);
  });

  it.each(['inputTokens', 'cachedInputTokens', 'seconds', 'webSearchCalls'])(
    'has no price for an invalid count of %s',
    (field) => {
      for (const count of [-1, Number.NaN, Infinity, '5', null, {}]) {
        const usage = { ...call.usage, [field]: count } as PriceRequest['usage'];
        expect(priceOf({ ...call, usage })).toEqual({ unpriced: `usage.${field} is not a count` });
      }
    },
  );

  it('is exactly the sum of its parts, calculated with integers', () => {
    const count = fc.integer({ min: 0, max: 2_000_000_000 });
    fc.assert(
      fc.property(count, count, fc.double({ min: 0, max: 1, noNaN: true }), (input, output, share) => {
        const cached = Math.floor(input * share);
        const { exact, usd } = priced({
          ...call,
          model: 'o4-mini',
          usage: { inputTokens: input, cachedInputTokens: cached, outputTokens: output },
        });
        // Pico-dollars: 0.275, 1.1 and 4.4 US dollars per 1M tokens.
        const pico =
          BigInt(cached) * 275_000n + BigInt(input - cached) * 1_100_000n + BigInt(output) * 4_400_000n;
        const digits = String(pico).padStart(13, '0');
        expect(exact).toBe(`${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, ''));
        expect(usd).toBe(Number(exact));
      }),
      { numRuns: 500 },
    );
  });
});

/** Invalid fields of a cost; empty if all are valid. */
function faultOf(cost: Cost): string {
  if ('unpriced' in cost) {
    const { unpriced } = cost;
    return unpriced.length > 5 && unpriced.length < 500 && unpriced.isWellFormed()
      ? ''
      : `reason ${unpriced}`;
  }
  return cost.usd >= 0 && /^\d+(?:\.\d*[1-9])?$/.test(cost.exact) ? '' : `cost ${cost.exact}`;
}
