import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: "the user under PostHog's own name",
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
      'posthog.distinct_id': 'u9',
      $ai_session_id: 's9',
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u9', props: {} },
      threadId: 's9',
    },
  },
  {
    name: "the provider's usage, which is more detailed than PostHog's counts",
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-audio-preview',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 10,
      $ai_usage: JSON.stringify({
        prompt_tokens: 100,
        completion_tokens: 10,
        prompt_tokens_details: { audio_tokens: 60 },
        completion_tokens_details: { audio_tokens: 0 },
      }),
    },
    call: {
      dialect: 'posthog',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-audio-preview',
      requestModel: 'gpt-4o-audio-preview',
      usage: { inputTokens: 100, outputTokens: 10, audioInputTokens: 60, audioOutputTokens: 0 },
      cost: '0.0026 list',
    },
  },
];

describe('PostHog', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });
});
