import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'its current attribute names',
    attributes: {
      'gen_ai.provider.name': 'openai',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.usage.total_tokens': 29,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.input_tokens': 19,
      'traceloop.workflow.name': 'answer',
      'traceloop.association.properties.user_id': 'u1',
      'traceloop.association.properties.session_id': 's1',
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      requestModel: 'gpt-4o-mini',
      responseId: 'chatcmpl-1',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u1', props: {} },
      threadId: 's1',
    },
  },
  {
    name: 'its first attribute names',
    attributes: {
      'llm.vendor': 'OpenAI',
      'llm.request.type': 'chat',
      'llm.request.model': 'gpt-4o-mini',
      'llm.response.model': 'gpt-4o-mini-2024-07-18',
      'llm.usage.prompt_tokens': 19,
      'llm.usage.completion_tokens': 10,
      'llm.usage.total_tokens': 29,
      'llm.user': 'u2',
    },
    call: {
      dialect: 'openllmetry',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      requestModel: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u2', props: {} },
    },
  },
  {
    name: 'a mixture of both',
    attributes: {
      'gen_ai.system': 'OpenAI',
      'llm.request.type': 'completion',
      'gen_ai.request.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.response.model': 'gpt-3.5-turbo-instruct',
      'llm.usage.total_tokens': 29,
      'gen_ai.usage.prompt_tokens': 19,
      'gen_ai.usage.completion_tokens': 10,
    },
    call: {
      dialect: 'openllmetry',
      operation: 'text_completion',
      provider: 'openai',
      model: 'gpt-3.5-turbo-instruct',
      requestModel: 'gpt-3.5-turbo-instruct',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.0000485 list',
    },
  },
  {
    name: 'Anthropic, whose input includes cached tokens',
    attributes: {
      'gen_ai.system': 'Anthropic',
      'llm.request.type': 'completion',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
      'gen_ai.usage.input_tokens': 3000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.cache_read_input_tokens': 1000,
      'gen_ai.usage.cache_creation_input_tokens': 1000,
    },
    call: {
      dialect: 'openllmetry',
      operation: 'text_completion',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5-20250929',
      requestModel: 'claude-sonnet-4-5',
      usage: { inputTokens: 3000, outputTokens: 100, cachedInputTokens: 1000, cacheWriteInputTokens: 1000 },
      cost: '0.00855 list',
    },
  },
];

const OTHERS: readonly { name: string; attributes: Attributes }[] = [
  {
    name: 'a workflow',
    attributes: { 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'answer' },
  },
  { name: 'a task', attributes: { 'traceloop.span.kind': 'task', 'traceloop.entity.name': 'search' } },
  { name: 'an agent', attributes: { 'traceloop.span.kind': 'agent', 'traceloop.entity.name': 'helper' } },
  { name: 'a tool', attributes: { 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'weather' } },
];

describe('OpenLLMetry', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });

  it.each(OTHERS)('does not read $name as a call', ({ attributes }) => {
    expect(figureOf(attributes)).toBeUndefined();
  });
});
