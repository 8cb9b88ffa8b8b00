import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeUsage } from './normalize-usage.ts';
import { readTextUsage } from './text-usage.ts';

/** A field that is no count. With it, a usage is not read as one of text, and otherwise has the same meaning. */
const OTHER = { note: 'not a count' };

const count = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 300_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, -1, 1.5, '7', Number.NaN, -0, 2 ** 53, 2 ** 52) },
);

/** An object with some of these counts and, rarely, with one that is unknown. */
function counts(names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const known = Object.fromEntries(names.map((name) => [name, count]));
  const unknown = fc.constantFrom(
    {},
    {},
    {},
    {},
    { smell_tokens: 3 },
    { text_tokens: 5 },
    { image_tokens: 0 },
  );
  return fc.tuple(fc.record(known, { requiredKeys: [] }), unknown).map(([a, b]) => ({ ...a, ...b }));
}

const inputDetails = counts(['cached_tokens', 'cache_write_tokens', 'audio_tokens']);
const outputDetails = counts([
  'reasoning_tokens',
  'audio_tokens',
  'accepted_prediction_tokens',
  'rejected_prediction_tokens',
]);

function usageOf(input: string, output: string): fc.Arbitrary<Record<string, unknown>> {
  const more = fc.constantFrom({}, {}, {}, { cost: 0.5 }, { input_tokens: 3 }, { num_search_queries: 2 });
  return fc
    .record({
      input: count,
      output: count,
      inputDetails: fc.option(inputDetails),
      outputDetails: fc.option(outputDetails, { nil: undefined }),
      beyond: fc.constantFrom(0, 0, 0, 0, 5, -2, Number.NaN),
      more,
    })
    .map((parts) => ({
      [input]: parts.input,
      [output]: parts.output,
      total_tokens: Number(parts.input) + Number(parts.output) + parts.beyond,
      [`${input}_details`]: parts.inputDetails,
      [`${output}_details`]: parts.outputDetails,
      ...parts.more,
    }));
}

const usages = fc.oneof(
  usageOf('prompt_tokens', 'completion_tokens'),
  usageOf('input_tokens', 'output_tokens'),
);
const answers = fc.constantFrom<object | undefined>(
  undefined,
  {},
  { prompt_cache_options: { ttl: '12h' } },
  { output: [{ type: 'web_search_call', status: 'completed' }, { type: 'code_interpreter_call' }] },
  { output: [{ type: 'image_generation_call', svg_usage: { input_tokens: 3, output_tokens: 4 } }] },
  { tool_usage: { web_search: { num_requests: 2 }, image_gen: { input_tokens: 3, output_tokens: 0 } } },
);

describe('readTextUsage', () => {
  it('reads the same as the reader of all usages, in the same order', () => {
    fc.assert(
      fc.property(usages, answers, (usage, answer) => {
        const whole = (raw: object): object => (answer === undefined ? raw : { ...answer, usage: raw });
        const read = normalizeUsage('responses', whole(usage));
        const general = normalizeUsage('responses', whole({ ...usage, ...OTHER }));
        expect(Object.entries(read)).toStrictEqual(Object.entries(general));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['chat', { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 }],
    [
      'chat with details',
      {
        prompt_tokens: 12,
        completion_tokens: 34,
        total_tokens: 46,
        prompt_tokens_details: { cached_tokens: 8, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 3,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
    ],
    [
      'responses',
      {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 8, cache_write_tokens: 0 },
        output_tokens: 34,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 46,
      },
    ],
  ])('takes the usage of %s', (_name, usage) => {
    expect(readTextUsage(usage)).toEqual(normalizeUsage('chat', { ...usage, ...OTHER }));
  });

  it.each([
    ['an unknown unit', { smell_tokens: 1 }],
    ['another total', { total_tokens: 50 }],
    ['an inherited unit', Object.create({ smell_tokens: 1 }) as object],
    ['a cost', { cost: 0.5 }],
    ['both spellings', { input_tokens: 12 }],
    ['pictures', { prompt_tokens_details: { image_tokens: 4 } }],
  ])('leaves %s to the reader of all usages', (_name, fields) => {
    const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 };
    expect(readTextUsage(Object.assign(fields, { ...usage, ...fields }))).toBeUndefined();
  });
});
