import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'a chat completion with its own cost',
    attributes: {
      'telemetry.sdk.name': 'openlit',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cost': 8.85e-6,
      'gen_ai.request.user': 'u1',
    },
    call: {
      dialect: 'openlit',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      requestModel: 'gpt-4o-mini',
      responseId: 'chatcmpl-1',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 computed',
      user: { id: 'u1', props: {} },
    },
  },
  {
    name: 'a cost of 0, because its table lacks the model',
    attributes: {
      'telemetry.sdk.name': 'openlit',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cost': 0,
      'gen_ai.user.id': 'u2',
    },
    call: {
      dialect: 'openlit',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u2', props: {} },
    },
  },
];

const OTHERS: readonly { name: string; attributes: Attributes }[] = [
  {
    name: 'a vector database',
    attributes: {
      'telemetry.sdk.name': 'openlit',
      'db.system': 'chroma',
      'gen_ai.operation.name': 'vectordb',
    },
  },
];

describe('OpenLIT', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });

  it.each(OTHERS)('does not read $name as a call', ({ attributes }) => {
    expect(figureOf(attributes)).toBeUndefined();
  });
});
