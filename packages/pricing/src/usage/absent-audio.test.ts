import { expect, it } from 'vitest';

import { priceOf } from '../price-of.ts';
import type { PriceOptions } from '../price-options.ts';
import type { UsageApi } from './normalize-usage.ts';
import { normalizeUsage } from './normalize-usage.ts';

type Fields = Readonly<Record<string, unknown>>;
type Expected = number | readonly string[];

const INPUT = 'audio input, whose count is absent';
const OUTPUT = 'audio output, whose count is absent';
const BOTH = [INPUT, OUTPUT];

const chat = { prompt_tokens: 1000, completion_tokens: 200 };
const heard = (audio_tokens: number): Fields => ({ prompt_tokens_details: { audio_tokens } });
const said = (audio_tokens: number): Fields => ({ completion_tokens_details: { audio_tokens } });

function billed(
  api: UsageApi,
  provider: string,
  model: string,
  usage: Fields,
  prices?: PriceOptions,
): Expected | undefined {
  const cost = priceOf({ provider, model, usage: normalizeUsage(api, { usage }), at: '2026-11-20' }, prices);
  return 'unpriced' in cost ? cost.unpricedUnits : rounded(cost.usd);
}

function rounded(usd: number): number {
  return Number(usd.toPrecision(12));
}

// Audio of gpt-audio costs 32 dollars in and 64 out, text 2.50 and 10.
it.each<[name: string, usage: Fields, expected: Expected]>([
  ['no details', chat, BOTH],
  ['empty details', { ...chat, prompt_tokens_details: {}, completion_tokens_details: null }, BOTH],
  ['details of text only', { ...chat, prompt_tokens_details: { cached_tokens: 0 } }, BOTH],
  [
    'unreadable counts',
    { ...chat, ...heard(-1), ...said(0.5) },
    [
      'the unit "prompt_tokens_details.unreadable_audio_tokens"',
      'the unit "completion_tokens_details.unreadable_audio_tokens"',
      INPUT,
      OUTPUT,
    ],
  ],
  ['details of the input', { ...chat, ...heard(0) }, [OUTPUT]],
  ['details of the output', { ...chat, ...said(0) }, [INPUT]],
  ['no output', { prompt_tokens: 1000, completion_tokens: 0 }, [INPUT]],
  ['no audio', { ...chat, ...heard(0), ...said(0) }, 0.0045],
  ['some audio', { ...chat, ...heard(400), ...said(150) }, 0.0244],
  ['only audio', { ...chat, ...heard(1000), ...said(200) }, 0.0448],
])('a chat of gpt-audio with %s', (_name, usage, expected) => {
  expect(billed('chat', 'openai', 'gpt-audio', usage)).toEqual(expected);
});

const OWN: PriceOptions = {
  models: {
    mine: { input: 1, output: 2, audioInput: 8, audioOutput: 16 },
    even: { input: 1, output: 2, audioInput: 1 },
  },
};

it.each<[provider: string, model: string, api: UsageApi, expected: Expected]>([
  ['openai', 'gpt-4o-audio-preview', 'chat', BOTH],
  ['openai', 'gpt-audio-mini-2025-12-15', 'chat', BOTH],
  ['openai', 'gpt-realtime', 'chat', BOTH],
  ['openai', 'gpt-realtime', 'responses', BOTH],
  ['openai', 'gpt-4o-transcribe', 'chat', [INPUT]],
  ['azure', 'gpt-audio', 'chat', BOTH],
  ['azure', 'phi-4-multimodal-instruct', 'chat', [INPUT]],
  ['openai', 'gpt-4o', 'chat', 0.0045],
  ['azure', 'gpt-4o', 'chat', 0.0045],
  // The only output of this model is audio, at one price.
  ['openai', 'gpt-4o-mini-tts', 'chat', 0.003],
  // Google reports audio only if there is any.
  ['google', 'gemini-2.5-flash', 'chat', 0.0008],
  ['openai', 'mine', 'chat', BOTH],
  ['azure', 'mine', 'chat', BOTH],
  ['openai', 'even', 'chat', 0.0014],
  ['google', 'mine', 'chat', 0.0014],
])('%s, %s, %s, without details', (provider, model, api, expected) => {
  expect(billed(api, provider, model, chat, OWN)).toEqual(expected);
});

it('states the price of text as a lower bound', () => {
  const usage = normalizeUsage('chat', { usage: chat });
  expect(priceOf({ provider: 'openai', model: 'gpt-audio', usage, at: '2026-11-20' })).toMatchObject({
    unpriced: `gpt-audio: partly unpriced: ${INPUT}, ${OUTPUT}`,
    unpricedUnits: BOTH,
    pricedPart: { usd: 0.0045 },
  });
});
