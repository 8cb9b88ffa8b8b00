import { expect, it } from 'vitest';

import { priceOf } from '../price-of.ts';
import type { UsageApi } from './normalize-usage.ts';
import { normalizeUsage } from './normalize-usage.ts';

const usage = { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 };
const svg = { model: 'gpt-5.2', input_tokens: 100, output_tokens: 2000, total_tokens: 2100 };
const svgCost = (100 * 1.75 + 2000 * 14) / 1e6;
const callCost = (1000 * 1.75 + 100 * 14) / 1e6;
const writes = (cacheWrites: object): object => ({
  usage: { ...usage, input_tokens_details: { cached_tokens: 0, ...cacheWrites } },
});

/** The cost in dollars, or the units without a price. */
function billed(api: UsageApi, model: string, answer: unknown): number | readonly string[] | undefined {
  const cost = priceOf({ provider: 'openai', model, usage: normalizeUsage(api, answer), at: '2026-11-20' });
  return 'unpriced' in cost ? cost.unpricedUnits : cost.usd;
}

it.each<[name: string, api: UsageApi, model: string, answer: object, expected: number | readonly string[]]>([
  ['only the usage', 'responses', 'gpt-5.2', { usage }, callCost],
  [
    'vector graphics in an item',
    'responses',
    'gpt-5.2',
    { usage, output: [{ type: 'image_generation_call', svg_usage: svg }] },
    callCost + svgCost,
  ],
  [
    'vector graphics in an answer with images',
    'images',
    'gpt-image-1',
    { usage: { input_tokens: 10, output_tokens: 100 }, data: [{ b64_json: 'x' }], svg_usage: svg },
    0.00405 + svgCost,
  ],
  [
    'vector graphics stated by both the answer and its image',
    'images',
    'gpt-image-1',
    { usage: { input_tokens: 10, output_tokens: 100 }, data: [{ svg_usage: svg }], svg_usage: svg },
    0.00405 + svgCost,
  ],
  [
    'vector graphics without a model',
    'images',
    'gpt-image-1',
    {
      usage: { input_tokens: 10, output_tokens: 100 },
      data: [],
      svg_usage: { input_tokens: 1, output_tokens: 2 },
    },
    ['vector graphics tokens'],
  ],
  [
    'vector graphics with only a total',
    'images',
    'gpt-image-1',
    {
      usage: { input_tokens: 10, output_tokens: 100 },
      data: [],
      svg_usage: { model: 'gpt-5.2', total_tokens: 9 },
    },
    ['the unit "svg_usage.total_tokens"'],
  ],
  [
    'vector graphics without an output count',
    'responses',
    'gpt-5.2',
    { usage, output: [{ svg_usage: { ...svg, output_tokens: null } }] },
    ['the unit "svg_usage.absent_output_tokens"'],
  ],
  [
    'vector graphics without an input count',
    'responses',
    'gpt-5.2',
    { usage, output: [{ svg_usage: { ...svg, input_tokens: undefined } }] },
    ['the unit "svg_usage.absent_input_tokens"'],
  ],
  ...[
    [{ input_tokens: 50, input_tokens_details: { text_tokens: 50 } }, 'absent_output_tokens'] as const,
    [{ output_tokens: 400 }, 'absent_input_tokens'] as const,
    [
      { input_tokens: 50, output_tokens: 400, input_tokens_details: { text_tokens: 40 } },
      'absent_image_tokens',
    ] as const,
    [
      { input_tokens: 50, output_tokens: 400, input_tokens_details: { text_tokens: 40, image_tokens: 0 } },
      'absent_image_tokens',
    ] as const,
    ...[undefined, null, {}].map(
      (details) =>
        [
          { input_tokens: 50, output_tokens: 400, input_tokens_details: details },
          'absent_image_tokens',
        ] as const,
    ),
    [
      {
        input_tokens: 50,
        output_tokens: 400,
        total_tokens: 500,
        input_tokens_details: { text_tokens: 50, image_tokens: 0 },
      },
      'uncounted_tokens',
    ] as const,
  ].map(([counts, unit]): [string, UsageApi, string, object, readonly string[]] => [
    `a generated picture with ${unit}`,
    'responses',
    'gpt-5.2',
    {
      usage,
      tools: [{ type: 'image_generation', model: 'gpt-image-1' }],
      tool_usage: { image_gen: counts },
    },
    [`the unit "tool_usage.image_gen.${unit}"`],
  ]),
  [
    'vector graphics with a total above its input and output',
    'responses',
    'gpt-5.2',
    { usage, output: [{ svg_usage: { ...svg, reasoning_tokens: 300, total_tokens: 2200 } }] },
    ['the unit "svg_usage.uncounted_tokens"'],
  ],
  [
    'vector graphics with reasoning beside the output',
    'responses',
    'gpt-5.2',
    { usage, output: [{ svg_usage: { ...svg, reasoning_tokens: 300, total_tokens: 2400 } }] },
    callCost + svgCost + (300 * 14) / 1e6,
  ],
  [
    'vector graphics with an unknown count',
    'responses',
    'gpt-5.2',
    { usage, output: [{ svg_usage: { ...svg, ink_tokens: 4 } }] },
    ['the unit "svg_usage.ink_tokens"'],
  ],
  [
    '12-hour cache writes without a list price',
    'responses',
    'gpt-5.2',
    writes({ cache_write_tokens: 500, cache_write_tokens_details: { ttl_12h_tokens: 500 } }),
    ['12-hour cache writes'],
  ],
  [
    'zero 12-hour cache writes',
    'responses',
    'gpt-5.2',
    writes({
      cache_write_tokens: 500,
      cache_write_tokens_details: { ttl_12h_tokens: 0, ttl_30m_tokens: 500 },
    }),
    callCost,
  ],
  [
    'cache writes of an unknown kind',
    'responses',
    'gpt-5.2',
    writes({ cache_write_tokens: 500, cache_write_tokens_details: { ttl_7d_tokens: 500 } }),
    ['the unit "input_tokens_details.cache_write_tokens_details.ttl_7d_token"'],
  ],
])('%s', (_name, api, model, answer, expected) => {
  const found = billed(api, model, answer);
  if (typeof expected === 'number') expect(found).toBeCloseTo(expected, 12);
  else expect(found).toEqual(expected);
});

it('counts cache writes that are reported only by kind', () => {
  const counted = normalizeUsage(
    'responses',
    writes({ cache_write_tokens_details: { ttl_12h_tokens: 20, ttl_30m_tokens: 300 } }),
  );
  expect(counted).toMatchObject({ cacheWriteInputTokens: 300, cacheWrite12hInputTokens: 20 });
});
