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
      completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 0, rejected_prediction_tokens: 0 },
    },
    {
      inputTokens: 100,
      outputTokens: 20,
      cachedInputTokens: 40,
      audioInputTokens: 0,
      reasoningOutputTokens: 5,
      audioOutputTokens: 0,
      rejectedPredictionTokens: 0,
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
    'details in the singular, as runs of assistants and Mistral have them',
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
    'a unit of tomorrow keeps its name',
    { prompt_tokens: 8, prompt_tokens_details: { smell_tokens: 3, touch_tokens: 0 } },
    { inputTokens: 8, smellTokens: 3 },
  ],
  ['counts by their own names', { inputTokens: 1, outputTokens: 2 }, undefined],
  ['Anthropic, whose input leaves out the cached', { input_tokens: 1, output_tokens: 2 }, undefined],
  ['details that are none', { prompt_tokens: 1, prompt_tokens_details: null }, { inputTokens: 1 }],
  ['nothing', {}, undefined],
])('%s', (_, usage, counts) => {
  expect(openAICounts(usage)).toEqual(counts);
});
