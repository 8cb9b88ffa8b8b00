import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrices } from './parse-prices.ts';
import { priceOf } from '../price-of.ts';
import type { PriceOptions } from '../price-options.ts';

const FULL = {
  models: {
    'gpt-x': {
      input: 1.5,
      cachedInput: '0.15',
      output: 6,
      longContext: { above: 200_000, input: 3, output: 12 },
      batch: { input: 0.75, output: 3 },
      flex: { input: 0.75, output: 3 },
      priority: { input: 3, output: 12 },
    },
    'azure:gpt-4o': [
      { input: 2.5, output: 10 },
      { from: '2026-07-01', input: 2, output: 8 },
    ],
    whisper: { minute: 0.006 },
    voice: { characters: 15 },
    painter: { picture: 0.04 },
    searcher: { input: 1, output: 1, request: 0.005, webSearch: 10, fileSearch: 2.5 },
  },
  aliases: { 'my-deployment': 'gpt-4o-mini' },
  providers: { 'llm.corp.example': 'openai' },
  multiplier: 1.1,
  currencyRates: { EUR: '1.08', JPY: 0.0064 },
  onUnpriced: 'warn',
};

describe('parsePrices', () => {
  it('accepts a string or an object', () => {
    expect(parsePrices(JSON.stringify(FULL))).toEqual(FULL);
    expect(parsePrices(FULL)).toBe(FULL);
    expect(parsePrices('{}')).toEqual({});
    const onUnpriced = (): void => undefined;
    expect(parsePrices({ onUnpriced, multiplier: { azure: '1.1' } }).onUnpriced).toBe(onUnpriced);
  });

  it.each<[string, unknown, string]>([
    [
      'a price that is a word',
      { models: { 'gpt-x': { input: 'abc' } } },
      'models["gpt-x"].input: expected a number of US dollars per 1M tokens, got "abc"',
    ],
    [
      'a negative price',
      { models: { 'gpt-x': { input: -1 } } },
      'models["gpt-x"].input: expected a number of US dollars per 1M tokens, got -1',
    ],
    [
      'null',
      { models: { m: { minute: null } } },
      'models["m"].minute: expected a number of US dollars per minute of audio, got null',
    ],
    [
      'NaN',
      { models: { m: { picture: Number.NaN } } },
      'models["m"].picture: expected a number of US dollars per picture, got NaN',
    ],
    [
      'an empty string',
      { models: { m: { output: '' } } },
      'models["m"].output: expected a number of US dollars per 1M tokens, got ""',
    ],
    [
      'a price in a tier',
      { models: { m: { input: 1, flex: { output: [] } } } },
      'models["m"].flex.output: expected a number of US dollars per 1M tokens, got a list',
    ],
    [
      'a tier that is not an object',
      { models: { m: { input: 1, flex: 2 } } },
      'models["m"].flex: expected an object of prices, got 2',
    ],
    [
      'a missing bound',
      { models: { m: { input: 1, longContext: { input: 2 } } } },
      'models["m"].longContext.above: expected a number of tokens, got nothing',
    ],
    [
      'a day that does not exist',
      { models: { m: [{ input: 1, from: '2026-02-30' }] } },
      'models["m"][0].from: expected a day such as "2026-09-23", got "2026-02-30"',
    ],
    [
      'no price at all',
      { models: { m: {} } },
      'models["m"]: expected a price, such as "input"; a model that is free says so with 0',
    ],
    [
      'an empty history',
      { models: { m: [] } },
      'models["m"]: expected at least one set of prices, got an empty list',
    ],
    [
      'a model that is not an object',
      { models: { m: 3 } },
      'models["m"]: expected an object of prices, got 3',
    ],
    ['models as an array', { models: [] }, 'models: expected an object of prices by model name, got a list'],
    ['an alias that is not a string', { aliases: { a: 3 } }, 'aliases["a"]: expected a model name, got 3'],
    [
      'an invalid provider',
      { providers: { 'a.example': ' ' } },
      'providers["a.example"]: expected a provider name, got " "',
    ],
    [
      'a price above the maximum of every unit',
      { models: { m: { input: 1_000_000_001 } } },
      'models["m"].input: expected a number of US dollars per 1M tokens, at most a billion, got 1000000001',
    ],
    [
      'a price above the maximum, as a string with an exponent',
      { models: { m: { flex: { output: '1e99' } } } },
      'models["m"].flex.output: expected a number of US dollars per 1M tokens, at most a billion, got "1e99"',
    ],
    [
      'a multiplier that is too high',
      { multiplier: { azure: 1_001 } },
      'multiplier.azure: expected a number such as 1.1, got 1001',
    ],
    [
      'a multiplier that is a word',
      { multiplier: 'ten percent' },
      'multiplier: expected a number such as 1.1, or an object of numbers by provider, got "ten percent"',
    ],
    [
      'a multiplier for a provider',
      { multiplier: { 'azure.ai.openai': {} } },
      'multiplier["azure.ai.openai"]: expected a number such as 1.1, got an object',
    ],
    [
      'a rate for US dollars',
      { currencyRates: { USD: 1 } },
      'currencyRates.USD: expected the three capital letters of a currency other than USD, such as EUR',
    ],
    [
      'a rate under an invalid currency code',
      { currencyRates: { euro: 1 } },
      'currencyRates.euro: expected the three capital letters of a currency other than USD, such as EUR',
    ],
    [
      'a rate of 0',
      { currencyRates: { EUR: 0 } },
      'currencyRates.EUR: expected the US dollars for 1 EUR, a number above 0 such as 1.08, got 0',
    ],
    [
      'a rate that is a word',
      { currencyRates: { EUR: '1,08' } },
      'currencyRates.EUR: expected the US dollars for 1 EUR, a number above 0 such as 1.08, got "1,08"',
    ],
    [
      'rates as an array',
      { currencyRates: [] },
      'currencyRates: expected an object of US dollars by currency, such as {"EUR":1.08}, got a list',
    ],
    ['onUnpriced', { onUnpriced: 'throw' }, 'onUnpriced: expected "warn" or "ignore", got "throw"'],
    [
      'a misspelled field',
      { model: {} },
      'model: not known; expected models, aliases, providers, multiplier, currencyRates, feed or onUnpriced',
    ],
    [
      'an array in place of an object',
      [],
      'expected an object with models, aliases, providers, multiplier, currencyRates, feed or onUnpriced, got a list',
    ],
    [
      'nothing',
      null,
      'expected an object with models, aliases, providers, multiplier, currencyRates, feed or onUnpriced, got null',
    ],
  ])('%s', (_name, value, message) => {
    expect(() => parsePrices(value)).toThrow(new TypeError(`prices: ${message}`));
  });

  it('names an unknown field of a model', () => {
    expect(() => parsePrices({ models: { m: { prompt: 1, input: 1 } } })).toThrow(
      /^prices: models\["m"\]\.prompt: not known; expected input, cachedInput, .* or from$/,
    );
  });

  it('reports all mistakes at once', () => {
    const value = { models: { a: { input: 'x' }, b: { output: 'y' } }, multiplier: {}, colour: 1 };
    expect(() => parsePrices(value)).toThrow(/"a".*\nprices: models\["b"\].*\nprices: colour: /);
  });

  it('reports the position of invalid JSON', () => {
    expect(() => parsePrices('{ "models": ')).toThrow(/^prices: not JSON: /);
  });

  it('throws a TypeError or returns usable prices for any input', () => {
    const key = fc.constantFrom(
      'models',
      'aliases',
      'providers',
      'multiplier',
      'onUnpriced',
      '__proto__',
      'input',
      'from',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.anything(),
        fc.dictionary(key, tie('any')),
        fc.constantFrom(1, '1.5', -1, 1e308),
      ),
    })).any;
    fc.assert(
      fc.property(value, (any) => {
        let prices: PriceOptions;
        try {
          prices = parsePrices(any);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        const cost = priceOf(
          { provider: 'openai', model: 'input', usage: { inputTokens: 1 }, at: 0 },
          prices,
        );
        expect(cost).not.toEqual({ unpriced: 'the call cannot be read' });
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not read prototype members as prices', () => {
    const prices = parsePrices(
      '{"models":{"__proto__":{"input":1,"output":1},"constructor":{"input":2,"output":2}}}',
    );
    const cost = (model: string): unknown =>
      priceOf({ provider: 'openai', model, usage: { inputTokens: 1_000_000 }, at: 0 }, prices);
    expect(cost('__proto__')).toHaveProperty('exact', '1');
    expect(cost('constructor')).toHaveProperty('exact', '2');
    expect(cost('toString')).toHaveProperty('unpriced');
  });

  it('returns a reason instead of throwing for unvalidated prices', () => {
    const prices = { models: { m: { input: 'abc' } } };
    expect(priceOf({ provider: 'openai', model: 'm', usage: { inputTokens: 1 }, at: 0 }, prices)).toEqual({
      unpriced: 'prices: models["m"].input: expected a number of US dollars per 1M tokens, got "abc"',
    });
  });
});
