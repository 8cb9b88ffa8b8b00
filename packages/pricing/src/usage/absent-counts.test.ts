import { describe, expect, it } from 'vitest';

import { priceOf } from '../price-of.ts';
import type { UsageApi } from './normalize-usage.ts';
import { normalizeUsage } from './normalize-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The cost of an answer in dollars, or the parts without a price. */
function billed(api: UsageApi, model: string, answer: unknown): number | readonly string[] | undefined {
  const provider = api === 'anthropic' ? 'anthropic' : api === 'gemini' ? 'google' : 'openai';
  const usage = normalizeUsage(api, answer);
  const cost = priceOf({ provider, model, usage, at: '2026-11-20' });
  return 'unpriced' in cost ? cost.unpricedUnits : cost.usd;
}

const OUTPUT = ['output, whose count is absent'];
const INPUT = ['input, whose count is absent'];
const chat = { prompt_tokens: 1000, completion_tokens: 200 };
const tokens = { input_tokens: 1000, output_tokens: 200 };

const AUDIO_INPUT = 'audio input, whose count is absent';
const AUDIO_OUTPUT = 'audio output, whose count is absent';
const heard = { input_token_details: { text_tokens: 1000, audio_tokens: 0 } };
const said = { output_token_details: { text_tokens: 200, audio_tokens: 0 } };

/** APIs that report input and output in every usage, the cost of 1000 and 200 of them, and the details of each usage. */
const BOTH: readonly [api: UsageApi, model: string, usage: Fields, dollars: number, details?: Fields][] = [
  ['chat', 'gpt-4o', chat, 0.0045],
  ['chat', 'gpt-4o', tokens, 0.0045],
  ['completions', 'gpt-3.5-turbo-instruct', chat, 0.0019],
  ['responses', 'gpt-4o', tokens, 0.0045],
  ['audio', 'gpt-4o-transcribe', tokens, 0.0045, heard],
  ['realtime', 'gpt-realtime', tokens, 0.0072, { ...heard, ...said }],
  ['images', 'gpt-image-1', tokens, 0.013],
  ['anthropic', 'claude-sonnet-4-5', tokens, 0.006],
];

describe.each(BOTH)('%s of %s', (api, model, usage, dollars, details) => {
  const [[input, inputCount] = ['', 0], [output, outputCount] = ['', 0]] = Object.entries(usage);
  const inputOnly = { [input]: inputCount };

  it.each<[name: string, usage: Fields, expected: number | readonly string[]]>([
    ['is priced with both counts', usage, dollars],
    ['misses the output if its count is absent', { ...usage, [output]: undefined }, OUTPUT],
    ['misses the output if its count is null', { ...usage, [output]: null }, OUTPUT],
    [
      'misses the output if only its details are present',
      { ...inputOnly, output_tokens_details: {} },
      OUTPUT,
    ],
    ['misses the output if the total is less than the input', { ...inputOnly, total_tokens: 900 }, OUTPUT],
  ])('%s', (_name, given, expected) => {
    const found = billed(api, model, { usage: { ...details, ...given } });
    if (typeof expected === 'number') expect(found).toBeCloseTo(expected, 12);
    else expect(found).toEqual(expected);
  });

  it('misses the input if only the output is present', () => {
    const found = billed(api, model, { usage: { ...details, [output]: outputCount } });
    // The last event of Anthropic's streams only has the output; the first one has both.
    if (api === 'anthropic') expect(found).toBeTypeOf('number');
    else expect(found).toEqual(INPUT);
  });

  it('is priced with an output of zero', () => {
    expect(billed(api, model, { usage: { ...details, ...usage, [output]: 0 } })).toBeTypeOf('number');
  });
});

it('reads an absent output from the total', () => {
  expect(billed('chat', 'gpt-4o', { prompt_tokens: 1000, total_tokens: 1000 })).toBeCloseTo(0.0025, 12);
  expect(billed('chat', 'gpt-4o', { prompt_tokens: 1000, total_tokens: 1200 })).toEqual([
    'the unit "uncounted_tokens"',
  ]);
});

it.each<[name: string, api: UsageApi, model: string, usage: Fields, dollars: number]>([
  ['embeddings', 'embeddings', 'text-embedding-3-small', { prompt_tokens: 1000 }, 0.00002],
  ['transcriptions billed by seconds', 'audio', 'whisper-1', { type: 'duration', seconds: 60 }, 0.006],
  [
    'blocked prompts of Gemini',
    'gemini',
    'gemini-2.5-flash',
    { promptTokenCount: 1000, totalTokenCount: 1000 },
    0.0003,
  ],
])('%s are priced without an output', (_name, api, model, usage, dollars) => {
  expect(billed(api, model, api === 'gemini' ? usage : { usage })).toBeCloseTo(dollars, 12);
});

const WRITES = ['12-hour cache writes, whose count is absent'];
const written = (details: Fields | undefined): Fields => ({ ...tokens, input_tokens_details: details });

it.each<[name: string, ttl: string | undefined, details: Fields | undefined, missing: readonly string[] | 0]>(
  [
    ['12 hours, without a count', '12h', undefined, WRITES],
    ['12 hours, with only cache reads', '12h', { cached_tokens: 100 }, WRITES],
    ['12 hours, with cache writes of an unknown lifetime', '12h', { cache_write_tokens: 100 }, WRITES],
    [
      '12 hours, with cache writes of 30 minutes only',
      '12h',
      { cache_write_tokens: 100, cache_write_tokens_details: { ttl_30m_tokens: 100 } },
      WRITES,
    ],
    ['12 hours, with no cache writes', '12h', { cache_write_tokens: 0 }, 0],
    [
      '12 hours, with cache writes of 30 minutes and none of 12 hours',
      '12h',
      { cache_write_tokens: 100, cache_write_tokens_details: { ttl_12h_tokens: 0, ttl_30m_tokens: 100 } },
      0,
    ],
    ['30 minutes', '30m', { cache_write_tokens: 100 }, 0],
    ['an unstated lifetime', undefined, { cache_write_tokens: 100 }, 0],
  ],
)('a prompt that is cached for %s', (_name, ttl, details, missing) => {
  const found = billed('responses', 'gpt-5.2', {
    usage: written(details),
    ...(ttl === undefined ? {} : { prompt_cache_options: { mode: 'implicit', ttl } }),
  });
  if (missing === 0) expect(found).toBeTypeOf('number');
  else expect(found).toEqual(missing);
});

it.each<[name: string, api: UsageApi, answer: Fields, missing: readonly string[] | 0]>([
  ['a transcription without details', 'audio', { usage: tokens }, [AUDIO_INPUT]],
  [
    'a transcription that has only text input',
    'audio',
    { usage: { ...tokens, input_token_details: { text_tokens: 900 } } },
    [AUDIO_INPUT],
  ],
  ['a transcription with complete details', 'audio', { usage: { ...tokens, ...heard } }, 0],
  [
    'a transcription whose parts are less than its input',
    'audio',
    { usage: { ...tokens, input_token_details: { text_tokens: 100, audio_tokens: 700 } } },
    [AUDIO_INPUT],
  ],
  [
    'a transcription that counts audio only',
    'audio',
    { usage: { ...tokens, input_token_details: { audio_tokens: 700 } } },
    0,
  ],
  ['a realtime response without details', 'realtime', { usage: tokens }, [AUDIO_INPUT, AUDIO_OUTPUT]],
  [
    'a realtime response without output details',
    'realtime',
    { usage: { ...tokens, ...heard } },
    [AUDIO_OUTPUT],
  ],
  ['a realtime response without input details', 'realtime', { usage: { ...tokens, ...said } }, [AUDIO_INPUT]],
  [
    'a realtime response of text',
    'realtime',
    { output_modalities: ['text'], usage: { ...tokens, ...heard } },
    0,
  ],
  [
    'a realtime response of audio',
    'realtime',
    { output_modalities: ['audio'], usage: { ...tokens, ...heard } },
    [AUDIO_OUTPUT],
  ],
  ['a realtime response with complete details', 'realtime', { usage: { ...tokens, ...heard, ...said } }, 0],
])('%s', (_name, api, answer, missing) => {
  const found = billed(api, api === 'audio' ? 'gpt-4o-transcribe' : 'gpt-realtime', answer);
  if (missing === 0) expect(found).toBeTypeOf('number');
  else expect(found).toEqual(missing);
});

const withVideo = (input: Fields, output: Fields = {}): Fields => ({
  ...tokens,
  input_token_details: { ...heard.input_token_details, ...input },
  output_token_details: { ...said.output_token_details, ...output },
});

it.each<[name: string, api: UsageApi, model: string, usage: Fields, missing: readonly string[] | 0]>([
  [
    'realtime input',
    'realtime',
    'gpt-realtime',
    withVideo({ text_tokens: 400, video_tokens: 600 }),
    ['video input'],
  ],
  [
    'realtime input, partly cached',
    'realtime',
    'gpt-realtime',
    withVideo({ text_tokens: 400, video_tokens: 600, cached_tokens: 500 }),
    ['video input'],
  ],
  [
    'realtime output',
    'realtime',
    'gpt-realtime',
    withVideo({}, { text_tokens: 50, video_tokens: 150 }),
    ['video output'],
  ],
  [
    'realtime input and output',
    'realtime',
    'gpt-realtime',
    withVideo({ text_tokens: 400, video_tokens: 600 }, { text_tokens: 50, video_tokens: 150 }),
    ['video input', 'video output'],
  ],
  ['no video', 'realtime', 'gpt-realtime', withVideo({ video_tokens: 0 }, { video_tokens: 0 }), 0],
  [
    'a transcription',
    'audio',
    'gpt-4o-transcribe',
    withVideo({ text_tokens: 400, video_tokens: 600 }),
    ['video input'],
  ],
  [
    'a response',
    'responses',
    'gpt-4o',
    { ...tokens, input_tokens_details: { video_tokens: 600 } },
    ['video input'],
  ],
  ['a chat', 'chat', 'gpt-4o', { ...chat, prompt_tokens_details: { video_tokens: 600 } }, ['video input']],
  [
    'a chat, output',
    'chat',
    'gpt-4o',
    { ...chat, completion_tokens_details: { video_tokens: 100 } },
    ['video output'],
  ],
])('video without a price at OpenAI: %s', (_name, api, model, usage, missing) => {
  const found = billed(api, model, { usage });
  if (missing === 0) expect(found).toBeTypeOf('number');
  else expect(found).toEqual(missing);
});

it('prices video of Gemini like text', () => {
  const usage = {
    promptTokenCount: 1000,
    promptTokensDetails: [{ modality: 'VIDEO', tokenCount: 1000 }],
    candidatesTokenCount: 0,
    totalTokenCount: 1000,
  };
  expect(billed('gemini', 'gemini-2.5-flash', usage)).toBeCloseTo(0.0003, 12);
});

it.each<[name: string, api: UsageApi, model: string, answer: Fields, missing: readonly string[]]>([
  ...['1000', -5, 1.5, {}, true].map((value): [string, UsageApi, string, Fields, readonly string[]] => [
    `an input of Anthropic that is ${JSON.stringify(value)}`,
    'anthropic',
    'claude-sonnet-4-5',
    { usage: { ...tokens, input_tokens: value } },
    [...INPUT],
  ]),
  [
    'an input of Anthropic without fresh tokens beside cached ones',
    'anthropic',
    'claude-sonnet-4-5',
    { usage: { input_tokens: null, cache_read_input_tokens: 100, output_tokens: 200 } },
    INPUT,
  ],
  [
    'pictures in the input of an image, not counted beside its text',
    'images',
    'gpt-image-1',
    { usage: { ...tokens, input_tokens_details: { text_tokens: 400 } } },
    ['the unit "uncounted_input_tokens"'],
  ],
  [
    'text and pictures in the input of an image that are less than the input',
    'images',
    'gpt-image-1',
    { usage: { ...tokens, input_tokens_details: { text_tokens: 400, image_tokens: 100 } } },
    ['the unit "uncounted_input_tokens"'],
  ],
  ...['x', 5, -1, true].map((value): [string, UsageApi, string, Fields, readonly string[]] => [
    `details of the input that are ${JSON.stringify(value)}`,
    'responses',
    'gpt-5.6',
    { usage: { ...tokens, input_tokens_details: value } },
    ['the unit "unreadable_input_tokens_details"'],
  ]),
  [
    'tokens of Gemini beyond input, answer and thoughts',
    'gemini',
    'gemini-2.5-flash',
    { promptTokenCount: 1000, candidatesTokenCount: 200, thoughtsTokenCount: 50, totalTokenCount: 1300 },
    ['the unit "uncounted_tokens"'],
  ],
])('%s: the cost is partial', (_name, api, model, answer, missing) => {
  expect(billed(api, model, answer)).toEqual(missing);
});

it('reads an absent answer of Gemini from the total', () => {
  const usage = { promptTokenCount: 1000, thoughtsTokenCount: 50, totalTokenCount: 1200 };
  expect(billed('gemini', 'gemini-2.5-flash', usage)).toBeCloseTo((1000 * 0.3 + 200 * 2.5) / 1e6, 12);
});
