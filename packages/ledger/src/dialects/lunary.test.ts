import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'the span of its documentation',
    attributes: {
      'gen_ai.request.model': 'gpt-4.1',
      'gen_ai.prompt.0.content': 'Hello',
      'gen_ai.usage.prompt_tokens': 25,
      'lunary.user.id': 'user-123',
      'lunary.tags': ['my-experiment', 'beta'],
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4.1',
      requestModel: 'gpt-4.1',
      usage: { inputTokens: 25 },
      cost: '0.00005 list',
      user: { id: 'user-123', props: {} },
      tags: ['my-experiment', 'beta'],
    },
  },
];

describe('Lunary', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });
});
