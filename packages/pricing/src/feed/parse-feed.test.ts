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
import { GENAI, LITELLM, OURS, day, text } from '../../testing/feeds.ts';

const FORMATS = [
  ['userspan', OURS],
  ['litellm', LITELLM],
  ['genai-prices', GENAI],
] as const;

function input(model: string, at: string, feed: PriceFeed): unknown {
  const usage = { inputTokens: 1_000_000 };
  const cost = priceOf({ provider: 'openai', model, usage, at }, { feed });
  return 'unpriced' in cost ? cost.unpriced : cost.exact;
}

describe.each(FORMATS)('a feed of the format %s', (format, value) => {
  const feed = parseFeed(text(value), { day });

  it('prices models that the list lacks, from the date in the feed on', () => {
    expect(feed).toMatchObject({ format, day });
    const always = format === 'litellm' ? 'openai has no price for the model "gpt-9"' : '2';
    expect(input('gpt-9', '2020-01-01', feed)).toBe(always);
    expect(input('gpt-9', '2026-11-01', feed)).toBe('2');
    expect(input('gpt-9-2026-11-01', '2026-11-29', feed)).toBe('2');
    expect(input('gpt-99', '2026-11-29', feed)).toBe('openai has no price for the model "gpt-99"');
  });

  it('can be parsed from the output of serializeFeed', () => {
    const again = parseFeed(serializeFeed(feed), { day: '2026-12-01' });
    expect(again).toMatchObject({ format, day });
    expect(diffFeeds(feed, again)).toEqual([]);
    expect(input('gpt-9', '2026-11-29', again)).toBe('2');
  });

  it('an equal list price takes precedence', () => {
    const cost = priceOf(
      { provider: 'openai', model: 'gpt-4o', usage: { inputTokens: 1_000_000 }, at: day },
      { feed },
    );
    expect(cost).toMatchObject({ exact: '2.5', source: 'list', asOf: '2026-11-20' });
  });
});

describe('a price that changes', () => {
  const changed = { ...LITELLM, 'gpt-4o': { ...LITELLM['gpt-4o'], input_cost_per_token: 2e-6 } };

  it('applies from the day of the first feed that contains it, and not earlier', () => {
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

  it('does not override the list in the first feed, whose dates are unknown', () => {
    expect(input('gpt-4o', day, parseFeed(text(changed), { day }))).toBe('2.5');
  });

  it('applies from its own date if the feed has one', () => {
    const prices = [
      { input: 2.5, output: 10 },
      { from: '2026-11-26', input: 2, output: 8 },
    ];
    const feed = parseFeed(text({ ...OURS, models: { 'openai:gpt-4o': prices } }), { day });
    expect(input('gpt-4o', '2026-11-25T23:59:59Z', feed)).toBe('2.5');
    expect(input('gpt-4o', '2026-11-26T00:00:00Z', feed)).toBe('2');
  });

  it('keeps the last price of a removed model', () => {
    const first = parseFeed(text(LITELLM), { day: '2026-11-24' });
    const { 'gpt-9': _gone, ...others } = LITELLM;
    const second = parseFeed(text(others), { day, previous: first });
    expect(input('gpt-9', day, second)).toBe('2');
  });
});

it('prices a model for which the list has no price at that time, and the list does not replace a newer feed', () => {
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

it('every row of the current list is valid in a feed', () => {
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
      "the user's own prices",
      { provider: 'openai', model: 'gpt-9' },
      { feed, models: { 'gpt-9': { input: 3 } } },
      'custom',
      day,
      3,
    ],
  ] as const)('finds the price of %s', (_name, request, prices, source, asOf, usd) => {
    const price = modelPrice({ ...request, at: day }, prices);
    expect(price).toMatchObject({ source, asOf, tier: 'standard' });
    expect(price?.units[0]).toEqual({ unit: 'input', words: 'input', usd, per: 1_000_000 });
  });

  it('contains the history, the tiers and the long-context price', () => {
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

it('hashFeed returns the SHA-256 of the text', async () => {
  expect(await hashFeed('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
