import { describe, expect, it } from 'vitest';
import { parseFeed } from '../feed.ts';
import { GENAI, LITELLM, OURS, day, text } from '../../testing/feeds.ts';

/** `json` is a feed in LiteLLM's format with one mistake; the message names the line and the mistake. */
const REFUSED: readonly (readonly [name: string, json: string, message: RegExp])[] = [
  ['cut off', text(LITELLM).slice(0, 200), /^price feed refused: line 9: the file is cut off/],
  ['cut off in a name', text(LITELLM).slice(0, 215), /line 10: the file is cut off/],
  ['cut off in a string of 15 MB', `{"a": "${'x'.repeat(15e6)}`, /line 1: the file is cut off/],
  ['a string of 15 MB', `"${'\\n'.repeat(7e6)}"`, /line 1: expected a feed/],
  ['an empty file', '', /line 1: the file is cut off/],
  ['no JSON', '<!doctype html>', /line 1: not JSON/],
  ['no feed', '{"hello": 1}', /line 1: expected a feed/],
  ['an array of numbers', '[1, 2]', /line 1: expected a feed/],
  ['a model twice', text(LITELLM).replace('"gpt-4o": {', '"gpt-9": {'), /line 12: "gpt-9" appears twice/],
  [
    'a price below zero',
    text(LITELLM).replace('0.0000025', '-1'),
    /line 14, \["gpt-4o"\]\.input_cost_per_token: a price cannot be below zero, got -1/,
  ],
  [
    'a price that is a string',
    text(LITELLM).replace('0.0000025', '"cheap"'),
    /line 14, .*: expected a number of US dollars, got "cheap"/,
  ],
  [
    'a price per million tokens in place of one per token',
    text(LITELLM).replace('0.0000025', '2.5'),
    /line 14, .*: the unit is wrong/,
  ],
  [
    'a price a hundred times the known one',
    text(LITELLM).replace('0.0000025', '0.00025'),
    /line 12: input of openai gpt-4o cost \$2\.5 before and \$250 now/,
  ],
  [
    'a price of 0 for a model with a known price',
    text(LITELLM).replace('0.0000025', '0'),
    /line 14, .*: input of openai gpt-4o cost \$2\.5 before and nothing now/,
  ],
  [
    'another currency',
    text({ ...LITELLM, 'gpt-4o': { ...LITELLM['gpt-4o'], currency: 'EUR' } }),
    /line 16, \["gpt-4o"\]\.currency: the currency is "EUR"/,
  ],
  [
    'another currency for the whole feed',
    text({ currency: 'CNY', ...LITELLM }),
    /line 2, currency: the currency is "CNY"/,
  ],
  ['50 MB', ' '.repeat(50 * 1_024 * 1_024), /it has 52428800 characters; at most 16777216 are read/],
  ['deep nesting', '['.repeat(100_000), /nested more than 64 deep/],
  ['no price', text({ a: { litellm_provider: 'openai' } }), /no model has a price/],
];

describe('rejected feeds', () => {
  it.each(REFUSED)('%s', (_name, json, message) => {
    expect(() => parseFeed(json, { day })).toThrow(message);
  });

  it.each([
    [
      'a wrong price',
      { 'openai:gpt-9': { input: 'x' } },
      /line 6, models\["openai:gpt-9"\]\.input: expected/,
    ],
    ['an unknown field', { 'openai:gpt-9': { prompt: 1 } }, /line 6, .*prompt: not known/],
    ['no provider', { 'gpt-9': { input: 1 } }, /line 5, models\["gpt-9"\]: expected the provider/],
    [
      'no provider before a name with a colon',
      { 'anthropic.claude-3-haiku-20240307-v1:0': { input: 1 } },
      /line 5, .*such as "aws:anthropic\.claude-3-haiku-20240307-v1:0"/,
    ],
    [
      'a price of 0 for a model with a known price',
      { 'openai:gpt-4o': { input: 0 } },
      /line 6, .*cost \$2\.5 before and nothing now/,
    ],
    ['a price that is too high', { 'openai:gpt-9': { input: 200_000 } }, /line 6, .*the unit is wrong/],
    [
      'a price that is a string, which only own prices may be',
      { 'openai:gpt-9': { input: '2' } },
      /line 6, models\["openai:gpt-9"\]\.input: expected a number of US dollars, got "2"/,
    ],
    [
      'a string in a dated price',
      { 'openai:gpt-9': [{ input: 1 }, { from: '2026-11-01', input: '2' }] },
      /line 11, models\["openai:gpt-9"\]\[1\]\.input: expected a number/,
    ],
    [
      'a string in a tier',
      { 'openai:gpt-9': { input: 1, flex: { input: '0.5' } } },
      /line 8, models\["openai:gpt-9"\]\.flex\.input: expected a number/,
    ],
    [
      'a price of a tier that is too high',
      { 'openai:gpt-9': { input: 1, priority: { output: 2e6 } } },
      /line 8, .*priority\.output: .*the unit is wrong/,
    ],
    [
      'a long-context price that is too high',
      { 'openai:gpt-9': { input: 1, longContext: { above: 200_000, input: 2e6 } } },
      /line 9, .*longContext\.input: .*the unit is wrong/,
    ],
    [
      'a model twice, once in capitals',
      { 'openai:gpt-9': { input: 1 }, 'OpenAI:GPT-9': { input: 3 } },
      /line 8, models\["OpenAI:GPT-9"\]: openai has the model "gpt-9" twice, in another spelling in line 5/,
    ],
    [
      'a model twice, under two names of its provider',
      { 'azure:gpt-9': { input: 1 }, 'azure.ai.openai:gpt-9': { input: 3 } },
      /line 8, .*azure has the model "gpt-9" twice/,
    ],
  ])("Userspan's format: %s", (_name, models, message) => {
    expect(() => parseFeed(text({ currency: 'USD', published: day, models }), { day })).toThrow(message);
  });

  it.each([
    ['currency', { ...OURS, currency: 'EUR' }, /line 2, currency: the currency is "EUR"/],
    ['day', { ...OURS, published: '2026-13-01' }, /line 3, published: expected a day/],
  ])("Userspan's format: %s", (_name, value, message) => {
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
      ['a constraint that is a string', 'tomorrow', /expected a date or a time of day/],
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
    ['an empty string', '', /expected a price in ""/],
    ['an unknown unit', 'i=2 zz=3', /the unit zz is not known/],
    ['a price below zero', 'i=-2', /expected a price such as i=2, got "i=-2"/],
    ['a price that is too high', 'i=2 o=9999999', /the unit is wrong/],
    ['a long-context price that is too high', 'i=2>200000:9999999', /the unit is wrong/],
    ['a day that does not exist', 'i=2\t@2026-13-41 i=3', /2026-13-41 is not a date/],
    ['a time that does not exist', '@25:00-26:00 i=3', /25:00 is not a time of day/],
    ['a factor of zero', 'i=2\t!flex*0', /expected a factor above 0 and up to 100, got 0/],
    ['a tier without a price', 'i=2\t!flex', /expected a price in "!flex"/],
    ['a section that is not closed', '@soon i=2', /expected a tier, a date or a factor/],
  ])('an accepted feed whose rows were edited: %s', (_name, prices, message) => {
    const json = JSON.stringify({ feed: 'userspan price feed 1', rows: [['openai', 'gpt-9', prices]] });
    expect(() => parseFeed(json, { day })).toThrow(message);
  });

  it('rejects a feed with less than half of the models of the current feed', () => {
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

  it('returns every mistake as data', () => {
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
