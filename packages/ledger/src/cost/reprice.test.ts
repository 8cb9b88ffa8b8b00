import { priceOf } from '@userspan/pricing';
import type { PriceOptions } from '@userspan/pricing';
import { describe, expect, it } from 'vitest';
import { costLine, makeSpan } from '../../testing/make-span.ts';
import { callOf } from '../calls/read-span.ts';
import type { Call } from '../calls/call.ts';
import { priceRequestOf } from './decide-cost.ts';
import { reprice } from './reprice.ts';
import type { Attributes } from '../span.ts';

const OWN: PriceOptions = {
  models: { 'gpt-4o-mini': { input: 1, output: 2 }, 'gpt-x': { input: 1, output: 2 } },
};

function call(model: string, more: Attributes = {}): Call {
  const read = callOf(
    makeSpan({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
      ...more,
    }),
  );
  if (read === undefined) throw new Error('this is no call');
  return read;
}

describe('reprice', () => {
  it.each<{ name: string; was: Call; prices?: PriceOptions; cost: string; costAtCall: string }>([
    {
      name: 'an unpriced call gets an added price',
      was: call('gpt-x'),
      prices: OWN,
      cost: '0.000039 custom',
      costAtCall: 'unpriced: openai has no price for the model "gpt-x"',
    },
    {
      name: 'an own price replaces a list price',
      was: call('gpt-4o-mini'),
      prices: OWN,
      cost: '0.000039 custom',
      costAtCall: '0.00000885 list',
    },
    {
      name: 'an own price replaces a cost that the sender computed',
      was: call('gpt-4o-mini', { 'gen_ai.usage.cost': 7 }),
      prices: OWN,
      cost: '0.000039 custom',
      costAtCall: '7 computed',
    },
    {
      name: 'an unbilled call stays at $0',
      was: call('gpt-4o-mini', {
        'error.type': '429',
        'gen_ai.usage.input_tokens': 'none',
        'gen_ai.usage.output_tokens': 'none',
      }),
      prices: OWN,
      cost: '0 unbilled',
      costAtCall: '0 unbilled',
    },
    {
      name: 'a cost that the sender computed is kept',
      was: call('gpt-4o-mini', { 'gen_ai.usage.cost': 7 }),
      cost: '7 computed',
      costAtCall: '7 computed',
    },
    {
      name: 'a corrected list price replaces the old cost',
      was: { ...call('gpt-4o-mini'), cost: { usd: '7', source: 'list' } },
      cost: '0.00000885 list',
      costAtCall: '7 list',
    },
    {
      name: 'a cost is kept if its price is no longer known',
      was: call('gpt-x', { 'gen_ai.usage.cost': 7, 'userspan.cost.source': 'list' }),
      cost: '7 list',
      costAtCall: '7 list',
    },
    {
      name: 'an unpriced call stays unpriced',
      was: call('gpt-z'),
      prices: OWN,
      cost: 'unpriced: openai has no price for the model "gpt-z"',
      costAtCall: 'unpriced: openai has no price for the model "gpt-z"',
    },
  ])('$name', ({ was, prices, cost, costAtCall }) => {
    const repriced = reprice(was, prices);
    expect([costLine(repriced.cost), costLine(repriced.costAtCall)]).toEqual([cost, costAtCall]);
  });

  it('its price request also explains the cost', () => {
    const { lines } = priceOf(priceRequestOf(call('gpt-4o-mini'))) as {
      lines: readonly { item: string; quantity: number }[];
    };
    expect(lines.map(({ item, quantity }) => [item, quantity])).toEqual([
      ['input', 19],
      ['output', 10],
    ]);
  });
});
