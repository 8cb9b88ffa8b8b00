import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  describeChange,
  diffFeeds,
  hashFeed,
  modelPrice,
  parseFeed,
  readPrices,
  serializeFeed,
} from '../feed.ts';
import type { PriceFeed } from '../feed.ts';
import { priceOf } from '../index.ts';
import { pricesProblem } from './row-prices.ts';

const day = '2026-11-28';

/** A feed of each format that says the same: gpt-9 is new, gpt-4o is known to the list at the same price. */
const OURS = {
  currency: 'USD',
  published: day,
  models: {
    'openai:gpt-9': { input: 2, cachedInput: 0.2, output: 8 },
    'openai:gpt-4o': { input: 2.5, output: 10 },
  },
};
const LITELLM = {
  sample_spec: { input_cost_per_token: 0 },
  'gpt-9': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 2e-6,
    cache_read_input_token_cost: 2e-7,
    output_cost_per_token: 8e-6,
  },
  'gpt-4o': { litellm_provider: 'openai', input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 },
};
const GENAI = [
  {
    id: 'openai',
    models: [
      {
        id: 'gpt-9',
        match: { equals: 'gpt-9' },
        prices: { input_mtok: 2, cache_read_mtok: 0.2, output_mtok: 8 },
      },
      { id: 'gpt-4o', match: { starts_with: 'gpt-4o' }, prices: { input_mtok: 2.5, output_mtok: 10 } },
    ],
  },
];
const FORMATS = [
  ['userspan', OURS],
  ['litellm', LITELLM],
  ['genai-prices', GENAI],
] as const;

function text(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function input(model: string, at: string, feed: PriceFeed): unknown {
  const usage = { inputTokens: 1_000_000 };
  const cost = priceOf({ provider: 'openai', model, usage, at }, { feed });
  return 'unpriced' in cost ? cost.unpriced : cost.exact;
}

describe.each(FORMATS)('a feed of the format %s', (format, value) => {
  const feed = parseFeed(text(value), { day });

  it('prices what the list does not have, as far back as its dates allow', () => {
    expect(feed).toMatchObject({ format, day });
    const always = format === 'litellm' ? 'openai has no price for the model "gpt-9"' : '2';
    expect(input('gpt-9', '2020-01-01', feed)).toBe(always);
    expect(input('gpt-9', '2026-11-01', feed)).toBe('2');
    expect(input('gpt-9-2026-11-01', '2026-11-29', feed)).toBe('2');
    expect(input('gpt-99', '2026-11-29', feed)).toBe('openai has no price for the model "gpt-99"');
  });

  it('is read back from what serializeFeed writes', () => {
    const again = parseFeed(serializeFeed(feed), { day: '2026-12-01' });
    expect(again).toMatchObject({ format, day });
    expect(diffFeeds(feed, again)).toEqual([]);
    expect(input('gpt-9', '2026-11-29', again)).toBe('2');
  });

  it('gives way to the price of the list, which is the same', () => {
    const cost = priceOf(
      { provider: 'openai', model: 'gpt-4o', usage: { inputTokens: 1_000_000 }, at: day },
      { feed },
    );
    expect(cost).toMatchObject({ exact: '2.5', source: 'list', asOf: '2026-11-20' });
  });
});

describe('a price that changes', () => {
  const changed = { ...LITELLM, 'gpt-4o': { ...LITELLM['gpt-4o'], input_cost_per_token: 2e-6 } };

  it('counts from the day of the feed that has it first, and never before', () => {
    const first = parseFeed(text(LITELLM), { day: '2026-11-24' });
    const second = parseFeed(text(changed), { day, previous: first });
    const third = parseFeed(text(changed), { day: '2026-11-30', previous: second });
    for (const feed of [second, third]) {
      expect(input('gpt-4o', '2026-11-27T23:59:59Z', feed)).toBe('2.5');
      expect(input('gpt-4o', '2026-11-28T00:00:00Z', feed)).toBe('2');
    }
    expect(diffFeeds(first, second).map(describeChange)).toEqual([
      '~ openai gpt-4o: i=2.5 o=10 -> i=2.5 o=10 | @2026-11-28 i=2 o=10',
    ]);
    expect(diffFeeds(second, third)).toEqual([]);
  });

  it('does not beat the list in the first feed, whose dates are not known', () => {
    expect(input('gpt-4o', day, parseFeed(text(changed), { day }))).toBe('2.5');
  });

  it('counts from its own date where the feed has one', () => {
    const prices = [
      { input: 2.5, output: 10 },
      { from: '2026-11-26', input: 2, output: 8 },
    ];
    const feed = parseFeed(text({ ...OURS, models: { 'openai:gpt-4o': prices } }), { day });
    expect(input('gpt-4o', '2026-11-25T23:59:59Z', feed)).toBe('2.5');
    expect(input('gpt-4o', '2026-11-26T00:00:00Z', feed)).toBe('2');
  });

  it('leaves a model that is gone at its last price', () => {
    const first = parseFeed(text(LITELLM), { day: '2026-11-24' });
    const { 'gpt-9': _gone, ...others } = LITELLM;
    const second = parseFeed(text(others), { day, previous: first });
    expect(input('gpt-9', day, second)).toBe('2');
  });
});

it('prices a model that the list has without a price at that time, and never replaces a newer feed by the list', () => {
  const models = {
    'deepseek:deepseek-chat': { input: 0.3, output: 1 },
    'openai:gpt-4o': { from: '2026-11-25', output: 9 },
  };
  const feed = parseFeed(text({ published: day, models }), { day });
  const usage = { inputTokens: 1_000_000 };
  const cost = (provider: string, model: string, at: string) => {
    const answer = priceOf({ provider, model, usage, at }, { feed });
    return 'unpriced' in answer ? answer.unpriced : `${answer.exact} ${answer.asOf}`;
  };
  expect(cost('deepseek', 'deepseek-chat', '2026-05-01')).toBe('0.14 2026-11-20');
  expect(cost('deepseek', 'deepseek-chat', day)).toBe(`0.3 ${day}`);
  expect(cost('openai', 'gpt-4o', '2026-11-24')).toBe('2.5 2026-11-20');
  expect(cost('openai', 'gpt-4o', day)).toContain('no price for input');
  expect(modelPrice({ provider: 'deepseek', model: 'deepseek-chat', at: day })).toBeUndefined();
  expect(modelPrice({ provider: 'deepseek', model: 'deepseek-chat', at: day }, { feed })?.source).toBe(
    'feed',
  );
});

/** `json` is a feed of LiteLLM's with one mistake; the message names its line and what is wrong. */
const REFUSED: readonly (readonly [name: string, json: string, message: RegExp])[] = [
  ['cut off', text(LITELLM).slice(0, 200), /^price feed refused: line 9: the file is cut off/],
  ['cut off in a name', text(LITELLM).slice(0, 215), /line 10: the file is cut off/],
  ['cut off in a text of 15 MB', `{"a": "${'x'.repeat(15e6)}`, /line 1: the file is cut off/],
  ['a text of 15 MB', `"${'\\n'.repeat(7e6)}"`, /line 1: expected a feed/],
  ['nothing at all', '', /line 1: the file is cut off/],
  ['no JSON', '<!doctype html>', /line 1: not JSON/],
  ['no feed', '{"hello": 1}', /line 1: expected a feed/],
  ['a list of anything', '[1, 2]', /line 1: expected a feed/],
  ['a model twice', text(LITELLM).replace('"gpt-4o": {', '"gpt-9": {'), /line 12: "gpt-9" stands twice/],
  [
    'a price below zero',
    text(LITELLM).replace('0.0000025', '-1'),
    /line 14, \["gpt-4o"\]\.input_cost_per_token: a price cannot be below zero, got -1/,
  ],
  [
    'a price that is a text',
    text(LITELLM).replace('0.0000025', '"cheap"'),
    /line 14, .*: expected a number of US dollars, got "cheap"/,
  ],
  ['a price by the million', text(LITELLM).replace('0.0000025', '2.5'), /line 14, .*: the unit is wrong/],
  [
    'a price a hundred times what it was',
    text(LITELLM).replace('0.0000025', '0.00025'),
    /line 12: input of openai gpt-4o cost \$2\.5 before and \$250 now/,
  ],
  [
    'a price of 0 where there was one',
    text(LITELLM).replace('0.0000025', '0'),
    /line 14, .*: input of openai gpt-4o cost \$2\.5 before and nothing now/,
  ],
  [
    'another currency',
    text({ ...LITELLM, 'gpt-4o': { ...LITELLM['gpt-4o'], currency: 'EUR' } }),
    /line 16, \["gpt-4o"\]\.currency: the currency is "EUR"/,
  ],
  [
    'another currency for all',
    text({ currency: 'CNY', ...LITELLM }),
    /line 2, currency: the currency is "CNY"/,
  ],
  ['50 MB', ' '.repeat(50 * 1_024 * 1_024), /it has 52428800 characters; at most 16777216 are read/],
  ['deep nesting', '['.repeat(100_000), /nested more than 64 deep/],
  ['no price', text({ a: { litellm_provider: 'openai' } }), /no model has a price/],
];

describe('a feed is refused', () => {
  it.each(REFUSED)('%s', (_name, json, message) => {
    expect(() => parseFeed(json, { day })).toThrow(message);
  });

  it.each([
    [
      'a wrong price',
      { 'openai:gpt-9': { input: 'x' } },
      /line 6, models\["openai:gpt-9"\]\.input: expected/,
    ],
    ['a field that is not known', { 'openai:gpt-9': { prompt: 1 } }, /line 6, .*prompt: not known/],
    ['no provider', { 'gpt-9': { input: 1 } }, /line 5, models\["gpt-9"\]: expected the provider/],
    [
      'no provider before a name with a colon',
      { 'anthropic.claude-3-haiku-20240307-v1:0': { input: 1 } },
      /line 5, .*such as "aws:anthropic\.claude-3-haiku-20240307-v1:0"/,
    ],
    [
      '0 for a known price',
      { 'openai:gpt-4o': { input: 0 } },
      /line 6, .*cost \$2\.5 before and nothing now/,
    ],
    ['too high', { 'openai:gpt-9': { input: 200_000 } }, /line 6, .*the unit is wrong/],
    [
      'a price that is a text, which our own prices may be',
      { 'openai:gpt-9': { input: '2' } },
      /line 6, models\["openai:gpt-9"\]\.input: expected a number of US dollars, got "2"/,
    ],
    [
      'a text in a dated price',
      { 'openai:gpt-9': [{ input: 1 }, { from: '2026-11-01', input: '2' }] },
      /line 11, models\["openai:gpt-9"\]\[1\]\.input: expected a number/,
    ],
    [
      'a text in a tier',
      { 'openai:gpt-9': { input: 1, flex: { input: '0.5' } } },
      /line 8, models\["openai:gpt-9"\]\.flex\.input: expected a number/,
    ],
    [
      'a tier that is too high',
      { 'openai:gpt-9': { input: 1, priority: { output: 2e6 } } },
      /line 8, .*priority\.output: .*the unit is wrong/,
    ],
    [
      'a price of a long context that is too high',
      { 'openai:gpt-9': { input: 1, longContext: { above: 200_000, input: 2e6 } } },
      /line 9, .*longContext\.input: .*the unit is wrong/,
    ],
    [
      'a model twice, in capitals',
      { 'openai:gpt-9': { input: 1 }, 'OpenAI:GPT-9': { input: 3 } },
      /line 8, models\["OpenAI:GPT-9"\]: openai has the model "gpt-9" twice, in another spelling in line 5/,
    ],
    [
      'a model twice, by two names of its provider',
      { 'azure:gpt-9': { input: 1 }, 'azure.ai.openai:gpt-9': { input: 3 } },
      /line 8, .*azure has the model "gpt-9" twice/,
    ],
  ])('ours: %s', (_name, models, message) => {
    expect(() => parseFeed(text({ currency: 'USD', published: day, models }), { day })).toThrow(message);
  });

  it.each([
    ['currency', { ...OURS, currency: 'EUR' }, /line 2, currency: the currency is "EUR"/],
    ['day', { ...OURS, published: '2026-13-01' }, /line 3, published: expected a day/],
  ])('ours: %s', (_name, value, message) => {
    expect(() => parseFeed(text(value), { day })).toThrow(message);
  });

  it.each([
    [
      'a model twice',
      [{ ...GENAI[0], models: [GENAI[0]?.models[0], GENAI[0]?.models[0]] }],
      /line 16, .*twice/,
    ],
    [
      'a wrong price',
      [{ id: 'openai', models: [{ id: 'm', prices: { input_mtok: -2 } }] }],
      /line 8, .*below zero/,
    ],
    ['no provider', [{ models: [] }], /line 2, \[0\]: expected a provider/],
    ...[
      ['a day that does not exist', { start_date: '2026-13-41' }, /expected a day such as .*2026-13-41/],
      ['a time of day without seconds', { start_time: '08:30', end_time: '16:30:00Z' }, /a full minute/],
      ['an hour that does not exist', { start_time: '25:00:00Z', end_time: '16:30:00Z' }, /"25:00:00Z"/],
      ['a constraint of another kind', { weekday: 'monday' }, /expected a full minute/],
      ['a constraint that is a text', 'tomorrow', /expected a date or a time of day/],
    ].map(
      ([name, constraint, message]) =>
        [
          name,
          [{ id: 'openai', models: [{ id: 'm', prices: [{ constraint, prices: { input_mtok: 2 } }] }] }],
          message,
        ] as [string, unknown, RegExp],
    ),
    ...[undefined, 'many', 0.5, -1].map(
      (start) =>
        [
          `a long context from ${String(start)} tokens`,
          [
            {
              id: 'openai',
              models: [{ id: 'm', prices: { input_mtok: { base: 1, tiers: [{ start, price: 2 }] } } }],
            },
          ],
          /line 8, .*expected a number of tokens/,
        ] as [string, unknown, RegExp],
    ),
  ])('genai-prices: %s', (_name, value, message) => {
    expect(() => parseFeed(text(value), { day })).toThrow(message);
  });

  it.each([
    ['no price', 'free', /rows\[0\]: expected a price such as i=2, got "free"/],
    ['an empty text', '', /expected a price in ""/],
    ['an unknown unit', 'i=2 zz=3', /the unit zz is not known/],
    ['a price below zero', 'i=-2', /expected a price such as i=2, got "i=-2"/],
    ['a price that is too high', 'i=2 o=9999999', /the unit is wrong/],
    ['a long price that is too high', 'i=2>200000:9999999', /the unit is wrong/],
    ['a day that does not exist', 'i=2\t@2026-13-41 i=3', /2026-13-41 is no day/],
    ['a time that does not exist', '@25:00-26:00 i=3', /25:00 is no time of day/],
    ['a factor of zero', 'i=2\t!flex*0', /a factor of 0 is not meant/],
    ['a tier without a price', 'i=2\t!flex', /expected a price in "!flex"/],
    ['a mark that is not closed', '@soon i=2', /expected a tier, a date or a factor/],
  ])('an accepted feed whose rows were edited: %s', (_name, prices, message) => {
    const json = JSON.stringify({ feed: 'userspan price feed 1', rows: [['openai', 'gpt-9', prices]] });
    expect(() => parseFeed(json, { day })).toThrow(message);
  });

  it('that has less than half of the models of the one in use', () => {
    const names = Array.from(
      { length: 10 },
      (_, index) => [`openai:m${String(index)}`, { input: 1 }] as const,
    );
    const previous = parseFeed(text({ models: Object.fromEntries(names) }), { day });
    const fewer = text({ models: Object.fromEntries(names.slice(0, 4)) });
    expect(() => parseFeed(fewer, { day, previous })).toThrow(
      /has 4 models, and the one in use 10: it is cut off/,
    );
  });

  it('names every mistake as data', () => {
    const json = text(LITELLM).replace('0.0000025', '-1').replace('0.000008', 'null');
    const problems: unknown = (() => {
      try {
        return parseFeed(json, { day });
      } catch (error) {
        return (error as { problems: unknown }).problems;
      }
    })();
    expect(problems).toMatchObject([
      { line: 10, path: '["gpt-9"].output_cost_per_token' },
      { line: 14, path: '["gpt-4o"].input_cost_per_token' },
    ]);
  });
});

it('a model of genai-prices without a price is left out: no price is not zero', () => {
  const models = [
    { id: 'm', prices: {} },
    { id: 'dated', prices: [{ prices: {} }] },
    { id: 'free', prices: { input_mtok: 0, output_mtok: 0 } },
    { id: 'gpt-9', prices: { input_mtok: 2 } },
  ];
  const feed = parseFeed(text([{ id: 'openai', models }]), { day });
  expect(feed.rows.map(({ name }) => name)).toEqual(['free', 'gpt-9']);
  expect(input('m', day, feed)).toBe('openai has no price for the model "m"');
  expect(input('free', day, feed)).toBe('0');
  expect(parseFeed(serializeFeed(feed), { day }).rows).toEqual(feed.rows);
});

it('every row of the list in use is one that a feed may have', () => {
  const list = readFileSync(new URL('../../price-list.txt', import.meta.url), 'utf8');
  const rows = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const priced = rows.map((line) => line.slice(line.indexOf('\t') + 1)).filter((prices) => prices !== '');
  expect(priced.length).toBeGreaterThan(1_500);
  expect(priced.flatMap((prices) => pricesProblem(prices) ?? [])).toEqual([]);
});

describe('modelPrice', () => {
  const feed = parseFeed(text(OURS), { day });

  it.each([
    ['the list', { provider: 'openai', model: 'gpt-4o' }, undefined, 'list', '2026-11-20', 2.5],
    ['a feed', { provider: 'openai', model: 'gpt-9' }, { feed }, 'feed', day, 2],
    [
      "the user's own",
      { provider: 'openai', model: 'gpt-9' },
      { feed, models: { 'gpt-9': { input: 3 } } },
      'custom',
      day,
      3,
    ],
  ] as const)('of %s', (_name, request, prices, source, asOf, usd) => {
    const price = modelPrice({ ...request, at: day }, prices);
    expect(price).toMatchObject({ source, asOf, tier: 'standard' });
    expect(price?.units[0]).toEqual({ unit: 'input', words: 'input', usd, per: 1_000_000 });
  });

  it('has the history, the tiers and the long context', () => {
    expect(modelPrice({ provider: 'openai', model: 'o3', at: '2025-06-01' })?.units[0]?.usd).toBe(10);
    expect(modelPrice({ provider: 'openai', model: 'o3', at: '2025-07-01' })).toMatchObject({
      since: '2025-06-10T00:00:00.000Z',
      units: [{ usd: 2 }, { usd: 0.5 }, { usd: 8 }],
    });
    const long = modelPrice({ provider: 'openai', model: 'gpt-6.1-sol', serviceTier: 'priority', at: day });
    expect(long?.units[0]?.usd).toBe(4);
    expect(long?.longContext).toMatchObject([
      { above: 272_000, units: [{ unit: 'input', usd: 8 }, {}, {}, {}, {}, {}] },
    ]);
    expect(modelPrice({ provider: 'openai', model: 'gpt-99', at: day })).toBeUndefined();
  });
});

describe('readPrices', () => {
  it('reads own prices and feeds', () => {
    expect(readPrices('{"models":{"m":{"input":1}}}', { day })).toEqual({ models: { m: { input: 1 } } });
    expect(readPrices('{"aliases":{"a":"gpt-4o"}}', { day })).toEqual({ aliases: { a: 'gpt-4o' } });
    expect(readPrices(text(OURS), { day }).feed?.format).toBe('userspan');
    expect(readPrices(text(LITELLM), { day }).feed?.format).toBe('litellm');
    expect(readPrices(text(GENAI), { day }).feed?.format).toBe('genai-prices');
    expect(() => readPrices('{"models":{"m":{"input":"x"}}}', { day })).toThrow(
      /^prices: models\["m"\]\.input/,
    );
  });
});

it('hashFeed is the SHA-256 of the text', async () => {
  expect(await hashFeed('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
