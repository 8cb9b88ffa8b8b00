import { describe, expect, it } from 'vitest';
import type { Cost, PricedCost } from './billing/cost.ts';
import { priceOf } from './price-of.ts';
import type { PriceOptions } from './price-options.ts';
import type { PriceRequest } from './price-request.ts';
import { type PricedCall, reprice } from './reprice.ts';

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

describe('reprice', () => {
  const unknown = { ...call, model: 'acme-1' };
  const prices: PriceOptions = { models: { 'acme-1': { input: 1, output: 2 } } };
  const old = priced(call);
  const own = priced(unknown, prices);

  type AtCall = { readonly usd: string; readonly source: string } | { readonly unpriced: string } | Cost;

  it.each<readonly [string, PricedCall<AtCall>, PriceOptions | undefined, AtCall, AtCall]>([
    [
      'a price was added',
      { ...unknown, cost: { unpriced: 'no price' } },
      prices,
      own,
      { unpriced: 'no price' },
    ],
    ['nothing changed', { ...call, cost: old }, undefined, old, old],
    [
      'a price was corrected',
      { ...call, cost: { usd: '1', source: 'list' } },
      undefined,
      old,
      { usd: '1', source: 'list' },
    ],
    [
      'there is no price any more',
      { ...unknown, cost: { usd: '1', source: 'custom' } },
      undefined,
      { usd: '1', source: 'custom' },
      { usd: '1', source: 'custom' },
    ],
    [
      'the provider reported it, and only the list has a price',
      { ...call, cost: { usd: '1', source: 'provider' } },
      undefined,
      { usd: '1', source: 'provider' },
      { usd: '1', source: 'provider' },
    ],
    [
      'the provider reported it, and the user has a price',
      { ...unknown, cost: { usd: '1', source: 'provider' } },
      prices,
      own,
      { usd: '1', source: 'provider' },
    ],
    [
      'a second time: the first cost is kept',
      { ...call, cost: { usd: '2', source: 'list' }, costAtCall: { usd: '1', source: 'list' } },
      undefined,
      old,
      { usd: '1', source: 'list' },
    ],
  ])('%s', (_name, pricedCall, withPrices, cost, costAtCall) => {
    expect(reprice(pricedCall, withPrices)).toEqual({ cost, costAtCall });
  });
});
