import { expect, test } from 'vitest';

import { costAttributes } from './cost-attributes.ts';
import { usageAttributes, usageFromAttributes } from './usage-attributes.ts';

const usage = {
  inputTokens: 1,
  outputTokens: 2,
  cachedInputTokens: 3,
  cacheWriteInputTokens: 4,
  cacheWrite1hInputTokens: 5,
  audioInputTokens: 6,
  cachedAudioInputTokens: 7,
  imageInputTokens: 8,
  cachedImageInputTokens: 9,
  reasoningOutputTokens: 10,
  audioOutputTokens: 11,
  imageOutputTokens: 12,
  characters: 13,
  seconds: 14.5,
  images: 15,
  imageSize: '1024x1024',
  imageQuality: 'hd',
  webSearchCalls: 16,
  fileSearchCalls: 17,
  codeInterpreterSessions: 18,
  providerCostUsd: 0.019,
};
const attributes = {
  'gen_ai.usage.input_tokens': 1,
  'gen_ai.usage.output_tokens': 2,
  'gen_ai.usage.cache_read.input_tokens': 3,
  'gen_ai.usage.cache_creation.input_tokens': 4,
  'userspan.usage.cache_write_1h_input_tokens': 5,
  'userspan.usage.audio_input_tokens': 6,
  'userspan.usage.cached_audio_input_tokens': 7,
  'userspan.usage.image_input_tokens': 8,
  'userspan.usage.cached_image_input_tokens': 9,
  'gen_ai.usage.reasoning.output_tokens': 10,
  'userspan.usage.audio_output_tokens': 11,
  'userspan.usage.image_output_tokens': 12,
  'userspan.usage.characters': 13,
  'userspan.usage.seconds': 14.5,
  'userspan.usage.images': 15,
  'userspan.usage.image_size': '1024x1024',
  'userspan.usage.image_quality': 'hd',
  'userspan.usage.web_search_calls': 16,
  'userspan.usage.file_search_calls': 17,
  'userspan.usage.code_interpreter_sessions': 18,
  'userspan.usage.provider_cost_usd': 0.019,
};

test('converts every field of a usage to an attribute and back', () => {
  expect(usageAttributes(usage)).toEqual(attributes);
  expect(usageFromAttributes(attributes)).toEqual(usage);
});

test('leaves out an invalid count instead of writing 0', () => {
  expect(
    usageAttributes({
      inputTokens: undefined,
      outputTokens: Number.NaN,
      seconds: '3',
      images: null,
      imageSize: 7,
    }),
  ).toEqual({});
  expect(
    usageFromAttributes({
      'gen_ai.usage.input_tokens': '12',
      'gen_ai.usage.output_tokens': 12n,
      'gen_ai.usage.cost': 1,
      'userspan.usage.estimated': true,
      'userspan.usage.image_size': 7,
      'user.id': 'u',
    }),
  ).toEqual({ outputTokens: 12 });
});

test('writes a cost with its source, and for an unpriced call the reason and no amount', () => {
  expect(costAttributes({ usd: 0.00000885, source: 'list', asOf: '2026-11-01' })).toEqual({
    'gen_ai.usage.cost': 0.00000885,
    'userspan.cost.source': 'list',
    'userspan.cost.as_of': '2026-11-01',
  });
  expect(costAttributes({ usd: 0, source: 'provider' })).toEqual({
    'gen_ai.usage.cost': 0,
    'userspan.cost.source': 'provider',
  });
  expect(costAttributes({ unpriced: 'unknown model' })).toEqual({
    'userspan.cost.unpriced': 'unknown model',
  });
});
