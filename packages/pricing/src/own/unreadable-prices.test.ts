import { describe, expect, it } from 'vitest';
import { parsePrices } from './parse-prices.ts';
import { priceOf } from '../price-of.ts';
import type { PriceOptions } from '../price-options.ts';

describe('prices from objects of an application', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a getter that throws',
      () => ({
        get models(): never {
          throw new Error('boom');
        },
      }),
      'cannot be read: boom',
    ],
    [
      'a price whose conversion to a string throws',
      () => ({ models: { m: Object.defineProperty({}, 'input', { enumerable: true, get: throwing }) } }),
      'cannot be read: boom',
    ],
    ['a proxy that throws', () => new Proxy({}, { ownKeys: throwing }), 'cannot be read: boom'],
    ['a feed that throws', () => ({ feed: new Proxy({}, { get: throwing }) }), 'cannot be read: boom'],
    [
      'an error whose message throws',
      () =>
        new Proxy(
          {},
          {
            ownKeys() {
              throw new Proxy({}, { get: throwing, getPrototypeOf: throwing }) as Error;
            },
          },
        ),
      'cannot be read: an error that cannot be read either',
    ],
    [
      'a circular object',
      () => {
        const models: Record<string, unknown> = {};
        models['m'] = models;
        return { models };
      },
      'models["m"].m: not known; expected',
    ],
    [
      'an array that never ends',
      () => ({ models: { m: Object.assign([], { length: 4e9 }) } }),
      'models["m"]: expected at most 4000 sets of prices, got 4000000000',
    ],
    [
      'too many models',
      () => ({ models: Object.fromEntries(Array.from({ length: 20_001 }, (_, at) => [`m${at}`, {}])) }),
      'models: expected at most 20000 models, got 20001',
    ],
    [
      'a price with a million digits',
      () => ({ models: { m: { input: '9'.repeat(1_000_000) } } }),
      'models["m"].input: expected a number of US dollars per 1M tokens, got "9999',
    ],
  ])('rejects %s quickly, with its name in the message', (_, make, problem) => {
    const prices = make();
    expect(() => parsePrices(prices)).toThrow(new RegExp(`^prices: ${escaped(problem)}`));
    const cost = priceOf(
      { provider: 'openai', model: 'm', usage: { inputTokens: 1 }, at: 0 },
      prices as PriceOptions,
    );
    expect(cost).toEqual({ unpriced: expect.stringContaining(problem) as unknown });
  });
});

function throwing(): never {
  throw new Error('boom');
}

function escaped(text: string): string {
  return text.replaceAll(/[[\]"().]/g, String.raw`\$&`);
}
