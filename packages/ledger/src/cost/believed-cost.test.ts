import { describe, expect, it } from 'vitest';
import { costLine, makeSpan } from '../../testing/make-span.ts';
import { callOf } from '../calls/read-span.ts';
import type { Attributes } from '../span.ts';
import { reprice } from './reprice.ts';

const TOO_MUCH = /^unpriced: the cost comes to \$\d[\d.]*, more than is believed of one call$/;

const PRICES = { models: { 'gpt-4o-mini': { input: 100_000, output: 100_000 } } };

// Counts above ten billion are not read, and prices above a billion dollars are refused.
describe('ignores a cost of more than a billion dollars', () => {
  it.each<[string, input: number, output: number, cost: string | RegExp]>([
    ['a million dollars', 1e7, 0, '1000000 custom'],
    ['a billion dollars', 1e10, 0, '1000000000 custom'],
    ['a billion dollars in two parts', 5e9, 5e9, '1000000000 custom'],
    ['a billion dollars and the price of one token', 5e9, 5e9 + 1, TOO_MUCH],
    ['two billion dollars', 1e10, 1e10, TOO_MUCH],
    ['an invalid count', 9e15, 0, 'unpriced: the usage of the call is not known'],
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

// With the list price, the cost would look as if the sender had reported none.
describe("reports a sender's cost above a billion dollars as the reason", () => {
  const STATED: Record<string, (usd: number) => Attributes> = {
    'gen_ai.usage.cost': (usd) => ({ 'gen_ai.usage.cost': usd }),
    'gen_ai.usage.cost of a gateway': (usd) => ({
      'gen_ai.usage.cost': usd,
      'gen_ai.provider.name': 'openrouter',
    }),
    'gen_ai.usage.cost.amount': (usd) => ({ 'gen_ai.usage.cost.amount': usd }),
    'llm.cost.total': (usd) => ({ 'llm.cost.total': usd }),
    text: (usd) => ({ 'gen_ai.usage.cost': String(usd) }),
  };
  const cases = Object.keys(STATED).flatMap((name) => [
    [name, 1e9, /^1000000000 (?:computed|provider)$/] as const,
    [name, 2_963_037_036.7, TOO_MUCH] as const,
    [name, 1e300, TOO_MUCH] as const,
  ]);

  it.each(cases)('%s %d', (name, usd, cost) => {
    const call = callOf(
      makeSpan({
        'openinference.span.kind': 'LLM',
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
        ...STATED[name]?.(usd),
      }),
    );
    if (call === undefined) throw new Error('not a call');
    expect(costLine(call.cost)).toMatch(cost);
    expect(costLine(reprice(call).cost)).toMatch(cost);
  });
});
