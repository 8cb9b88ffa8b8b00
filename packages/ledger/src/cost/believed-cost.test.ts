import { describe, expect, it } from 'vitest';
import { costLine, makeSpan } from '../../testing/make-span.ts';
import { callOf } from '../calls/read-span.ts';
import { reprice } from './reprice.ts';

const TOO_MUCH = /^unpriced: the cost comes to \$\d[\d.]*, more than is believed of one call$/;

const PRICES = { models: { 'gpt-4o-mini': { input: 100_000, output: 100_000 } } };

// A larger count than ten billion is not read at all, and a price above a billion is refused.
describe('ignores a cost of more than a billion dollars', () => {
  it.each<[string, input: number, output: number, cost: string | RegExp]>([
    ['a million dollars', 1e7, 0, '1000000 custom'],
    ['a billion dollars', 1e10, 0, '1000000000 custom'],
    ['a billion dollars in two parts', 5e9, 5e9, '1000000000 custom'],
    ['one token more', 5e9, 5e9 + 1, TOO_MUCH],
    ['two billion', 1e10, 1e10, TOO_MUCH],
    ['a count that is none', 9e15, 0, 'unpriced: the usage of the call is not known'],
  ])('%s', (_name, input, output, cost) => {
    const call = callOf(
      makeSpan({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.output_tokens': output,
      }),
      { prices: PRICES },
    );
    if (call === undefined) throw new Error('not a call');
    const expected = typeof cost === 'string' ? cost : expect.stringMatching(cost);
    expect(costLine(call.cost)).toEqual(expected);
    expect(costLine(reprice(call, PRICES).cost)).toEqual(expected);
  });
});
