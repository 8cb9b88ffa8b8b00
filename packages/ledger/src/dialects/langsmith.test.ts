import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'a model run',
    attributes: {
      'langsmith.span.kind': 'llm',
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.service_tier': 'default',
      'gen_ai.usage.input_tokens': 1920,
      'gen_ai.usage.output_tokens': 300,
      'gen_ai.usage.input_token_details': '{"cache_read":1024,"audio":0}',
      'gen_ai.usage.output_token_details': '{"reasoning":64}',
      'langsmith.metadata.user_id': 'u1',
      'langsmith.metadata.thread_id': 't1',
    },
    call: {
      dialect: 'langsmith',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      requestModel: 'gpt-4o-mini',
      responseId: 'chatcmpl-1',
      serviceTier: 'default',
      usage: {
        inputTokens: 1920,
        outputTokens: 300,
        cachedInputTokens: 1024,
        audioInputTokens: 0,
        reasoningOutputTokens: 64,
      },
      cost: '0.0003912 list',
      user: { id: 'u1', props: {} },
      threadId: 't1',
    },
  },
];

const OTHERS: readonly { name: string; attributes: Attributes }[] = [
  {
    name: 'a prompt template, which it also calls chat',
    attributes: {
      'langsmith.span.kind': 'prompt',
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'langchain',
    },
  },
  { name: 'a chain', attributes: { 'langsmith.span.kind': 'chain', 'gen_ai.operation.name': 'chain' } },
];

describe('LangSmith', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });

  it.each(OTHERS)('does not read $name as a call', ({ attributes }) => {
    expect(figureOf(attributes)).toBeUndefined();
  });
});
