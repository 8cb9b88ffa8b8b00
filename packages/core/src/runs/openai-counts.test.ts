import { expect, test } from 'vitest';

import { openAICounts } from './openai-counts.ts';

test.each<[string, object, object | undefined]>([
  [
    'chat completions',
    {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 40, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 0, rejected_prediction_tokens: 4 },
    },
    {
      inputTokens: 100,
      outputTokens: 20,
      cachedInputTokens: 40,
      audioInputTokens: 0,
      reasoningOutputTokens: 5,
      audioOutputTokens: 0,
    },
  ],
  [
    'responses',
    {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 40 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 120,
    },
    { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20, reasoningOutputTokens: 5 },
  ],
  [
    'details named prompt_token_details, as in Assistants runs and Mistral',
    {
      prompt_tokens: 100,
      completion_tokens: 20,
      prompt_token_details: { cached_tokens: 40 },
      completion_token_details: { reasoning_tokens: 5 },
    },
    { inputTokens: 100, outputTokens: 20, cachedInputTokens: 40, reasoningOutputTokens: 5 },
  ],
  ['embeddings', { prompt_tokens: 8, total_tokens: 8 }, { inputTokens: 8 }],
  [
    'an unknown unit keeps its name',
    { prompt_tokens: 8, prompt_tokens_details: { smell_tokens: 3, touch_tokens: 0 } },
    { inputTokens: 8, 'prompt_tokens_details.smell_tokens': 3 },
  ],
  [
    'realtime',
    {
      total_tokens: 120,
      input_tokens: 100,
      output_tokens: 20,
      input_token_details: {
        text_tokens: 60,
        audio_tokens: 40,
        cached_tokens: 30,
        cached_tokens_details: { text_tokens: 20, audio_tokens: 10 },
      },
      output_token_details: { text_tokens: 5, audio_tokens: 15 },
    },
    {
      inputTokens: 100,
      outputTokens: 20,
      audioInputTokens: 40,
      cachedInputTokens: 30,
      cachedTextInputTokens: 20,
      cachedAudioInputTokens: 10,
      audioOutputTokens: 15,
    },
  ],
  [
    'cache writes of both kinds',
    {
      input_tokens: 100,
      output_tokens: 1,
      total_tokens: 101,
      input_tokens_details: {
        cache_write_tokens: 50,
        cache_write_tokens_details: { ttl_30m_tokens: 20, ttl_12h_tokens: 30 },
      },
    },
    { inputTokens: 100, outputTokens: 1, cacheWriteInputTokens: 20, cacheWrite12hInputTokens: 30 },
  ],
  [
    'a known name in an unknown place is a different unit',
    { prompt_tokens: 8, audio_tokens: 2, steps: { output_tokens: 5, at: 9 } },
    { inputTokens: 8, 'unknown.audio_tokens': 2, 'steps.output_tokens': 5 },
  ],
  ["counts under Userspan's names are not OpenAI's", { inputTokens: 1, outputTokens: 2 }, undefined],
  [
    'counts of Anthropic, whose input excludes cached tokens',
    { input_tokens: 1, output_tokens: 2 },
    undefined,
  ],
  ['details that are null', { prompt_tokens: 1, prompt_tokens_details: null }, { inputTokens: 1 }],
  ['nothing', {}, undefined],
])('%s', (_, usage, counts) => {
  expect(openAICounts(usage)).toEqual(counts);
});
