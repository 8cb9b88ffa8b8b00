import { describe, expect, it } from 'vitest';
import { figureOf, wrapperOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'a chat completion as its OpenAI instrumentation writes it',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini-2024-07-18',
      'llm.provider': 'openai',
      'llm.system': 'openai',
      'input.mime_type': 'application/json',
      'llm.invocation_parameters': '{"model":"gpt-4o-mini","service_tier":"auto"}',
      'output.mime_type': 'application/json',
      'output.value':
        '{"id":"chatcmpl-AbC123","object":"chat.completion","choices":[{"message":{"content":"say \\"service_tier\\":\\"flex\\""}}],"service_tier":"default"}',
      'llm.token_count.prompt': 1920,
      'llm.token_count.completion': 10,
      'llm.token_count.total': 1930,
      'llm.token_count.prompt_details.cache_read': 1024,
      'llm.token_count.prompt_details.audio': 0,
      'llm.token_count.completion_details.reasoning': 0,
      'llm.token_count.completion_details.audio': 0,
      'user.id': 'u1',
      'session.id': 's1',
      metadata: '{"plan":"pro"}',
      'tag.tags': ['a'],
    },
    call: {
      dialect: 'openinference',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      responseId: 'chatcmpl-AbC123',
      serviceTier: 'default',
      requestServiceTier: 'auto',
      usage: {
        inputTokens: 1920,
        outputTokens: 10,
        cachedInputTokens: 1024,
        audioInputTokens: 0,
        audioOutputTokens: 0,
        reasoningOutputTokens: 0,
      },
      cost: '0.0002172 list',
      user: { id: 'u1', props: {} },
      threadId: 's1',
      tags: ['a'],
    },
  },
  {
    name: 'a user in the metadata',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini-2024-07-18',
      'llm.provider': 'openai',
      'llm.system': 'openai',
      'llm.token_count.prompt': 19,
      'llm.token_count.completion': 10,
      metadata: '{"userId":"u7","thread_id":"t7"}',
    },
    call: {
      dialect: 'openinference',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u7', props: {} },
      threadId: 't7',
    },
  },
  {
    name: 'an embedding, for which it records no usage',
    attributes: {
      'openinference.span.kind': 'EMBEDDING',
      'embedding.model_name': 'text-embedding-3-small',
      'llm.provider': 'openai',
      'llm.system': 'openai',
    },
    call: {
      dialect: 'openinference',
      operation: 'embeddings',
      provider: 'openai',
      model: 'text-embedding-3-small',
      usage: {},
      cost: expect.stringMatching(/^unpriced: /),
    },
  },
  {
    name: 'its own cost, in two parts',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini-2024-07-18',
      'llm.provider': 'openai',
      'llm.system': 'openai',
      'llm.token_count.prompt': 19,
      'llm.token_count.completion': 10,
      'llm.cost.prompt': 0.1,
      'llm.cost.completion': 0.2,
    },
    call: {
      dialect: 'openinference',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.3 computed',
    },
  },
  {
    name: 'Azure with the OpenAI library',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini-2024-07-18',
      'llm.provider': 'azure',
      'llm.system': 'openai',
      'llm.token_count.prompt': 19,
      'llm.token_count.completion': 10,
    },
    call: {
      dialect: 'openinference',
      operation: 'chat',
      provider: 'azure.ai.openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
    },
  },
];

const OTHERS: readonly { name: string; attributes: Attributes }[] = [
  { name: 'a chain', attributes: { 'openinference.span.kind': 'CHAIN', 'input.value': 'x' } },
  { name: 'a tool', attributes: { 'openinference.span.kind': 'TOOL', 'tool.name': 'x' } },
  {
    name: 'a guardrail with metadata that is not JSON',
    attributes: { 'openinference.span.kind': 'GUARDRAIL', metadata: '{"userId":' },
  },
];

const WRAPPERS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'an agent with the sum of its calls',
    attributes: {
      'openinference.span.kind': 'AGENT',
      'llm.model_name': 'gpt-4o-mini',
      'llm.provider': 'openai',
      'llm.token_count.prompt': 19,
      'llm.token_count.completion': 10,
    },
    call: {
      dialect: 'openinference',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
    },
  },
];

describe('OpenInference', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });

  it.each(OTHERS)('does not read $name as a call', ({ attributes }) => {
    expect(figureOf(attributes)).toBeUndefined();
  });

  it.each(WRAPPERS)('keeps the usage of a wrapper without calls below it: $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toBeUndefined();
    expect(wrapperOf(attributes)).toEqual({ ...NOTHING_MORE, ...call, wrapper: true });
  });
});
