import { expect, test } from 'vitest';

import type { Generation, LLMResult } from './langchain-events.ts';
import { modelUsage } from './model-usage.ts';

const message = (usage_metadata: unknown): Generation => ({ message: { usage_metadata } });
const reported = (llmOutput: Record<string, unknown>): LLMResult => ({ llmOutput });

test.each<[string, LLMResult, Generation | undefined, unknown]>([
  [
    'cache writes by lifetime',
    {},
    message({
      input_tokens: 1200,
      output_tokens: 80,
      input_token_details: {
        cache_creation: 0,
        ephemeral_5m_input_tokens: 300,
        ephemeral_1h_input_tokens: 200,
        video: 9,
      },
    }),
    {
      usage: {
        inputTokens: 1200,
        outputTokens: 80,
        cacheWriteInputTokens: 300,
        cacheWrite1hInputTokens: 200,
        videoInputTokens: 9,
      },
      isEstimated: false,
    },
  ],
  [
    'every count that a message can have',
    {},
    message({
      input_tokens: 1200,
      output_tokens: 80,
      total_tokens: 1280,
      input_token_details: { cache_read: 1000, cache_creation: 100, audio: 5 },
      output_token_details: { reasoning: 64, audio: 7 },
    }),
    {
      usage: {
        inputTokens: 1200,
        outputTokens: 80,
        cachedInputTokens: 1000,
        cacheWriteInputTokens: 100,
        audioInputTokens: 5,
        reasoningOutputTokens: 64,
        audioOutputTokens: 7,
      },
      isEstimated: false,
    },
  ],
  [
    'reasoning tokens that only the total contains',
    {},
    message({ input_tokens: 100, output_tokens: 20, total_tokens: 620 }),
    { usage: { inputTokens: 100, outputTokens: 520, reasoningOutputTokens: 500 }, isEstimated: false },
  ],
  [
    'counts of the message take precedence over llmOutput',
    reported({ tokenUsage: { promptTokens: 1, completionTokens: 1 } }),
    message({ input_tokens: 3, output_tokens: 2 }),
    { usage: { inputTokens: 3, outputTokens: 2 }, isEstimated: false },
  ],
  [
    'llmOutput with LangChain’s names',
    reported({ tokenUsage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } }),
    undefined,
    { usage: { inputTokens: 3, outputTokens: 2 }, isEstimated: false },
  ],
  [
    'llmOutput with the vendors’ names',
    reported({ usage: { input_tokens: 3, output_tokens: 2 } }),
    undefined,
    { usage: { inputTokens: 3, outputTokens: 2 }, isEstimated: false },
  ],
  [
    'an estimated usage, marked as estimated',
    reported({ estimatedTokenUsage: { promptTokens: 3, completionTokens: 2 } }),
    undefined,
    { usage: { inputTokens: 3, outputTokens: 2 }, isEstimated: true },
  ],
  [
    'a stream with zeros in place of counts',
    {},
    message({ input_tokens: 0, output_tokens: 0, total_tokens: 0 }),
    undefined,
  ],
  ['nothing', {}, undefined, undefined],
  [
    'invalid counts',
    reported({ tokenUsage: 'many' }),
    message({ input_tokens: Number.NaN, output_tokens: -1, input_token_details: null }),
    undefined,
  ],
])('%s', (_, result, generation, expected) => {
  expect(modelUsage(result, generation)).toEqual(expected);
});
