import { describe, expect, it } from 'vitest';
import { figureOf, wrapperOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'the usage map of observeOpenAI, whose parts do not overlap',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details':
        '{"input":896,"output":236,"total":2220,"input_cached_tokens":1024,"input_audio_tokens":0,"output_reasoning_tokens":64,"output_audio_tokens":0,"output_accepted_prediction_tokens":0,"output_rejected_prediction_tokens":0}',
      'user.id': 'u1',
      'session.id': 's1',
      'langfuse.trace.tags': ['t'],
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: {
        inputTokens: 1920,
        outputTokens: 300,
        cachedInputTokens: 1024,
        audioInputTokens: 0,
        audioOutputTokens: 0,
        reasoningOutputTokens: 64,
      },
      cost: '0.0003912 list',
      user: { id: 'u1', props: {} },
      threadId: 's1',
      tags: ['t'],
    },
  },
  {
    name: 'its own map of input and output',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details': '{"input":19,"output":10}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
    },
  },
  {
    name: 'overlapping parts, as the total shows',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details':
        '{"input":0,"output":10,"total":29,"input_text_tokens":19,"input_cached_tokens":5}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10, cachedInputTokens: 5 },
      cost: '0.000008475 list',
    },
  },
  {
    name: "the provider's own map",
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details':
        '{"prompt_tokens":1920,"completion_tokens":300,"total_tokens":2220,"prompt_tokens_details":{"cached_tokens":1024}}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 1920, outputTokens: 300, cachedInputTokens: 1024 },
      cost: '0.0003912 list',
    },
  },
  {
    name: 'a map of the AI SDK',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details': '{"promptTokens":19,"completionTokens":10}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
    },
  },
  {
    name: "Anthropic's own map",
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'claude-sonnet-4-5',
      'langfuse.observation.usage_details':
        '{"input_tokens":2000,"output_tokens":100,"cache_read_input_tokens":1000}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      usage: { inputTokens: 3000, outputTokens: 100, cachedInputTokens: 1000 },
      cost: '0.0078 list',
    },
  },
  {
    name: 'its own cost',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details': '{"input":19,"output":10}',
      'langfuse.observation.cost_details': '{"input":0.1,"output":0.2}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.3 computed',
    },
  },
  {
    name: 'its own total cost',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details': '{"input":19,"output":10}',
      'langfuse.observation.cost_details': '{"input":0.1,"output":0.2,"total":0.25}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.25 computed',
    },
  },
  {
    name: 'a failed call, for which it writes a cost of 0',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.level': 'ERROR',
      'langfuse.observation.cost_details': '{"input":0,"output":0,"total":0}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: {},
      error: '_OTHER',
      cost: expect.stringMatching(/^unpriced: /),
    },
  },
  {
    name: 'attribute names of version 3',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details': '{"input":19,"output":10}',
      'langfuse.user.id': 'u3',
      'langfuse.session.id': 's3',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u3', props: {} },
      threadId: 's3',
    },
  },
  {
    name: 'a model of an unknown vendor',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'my-model',
      'langfuse.observation.usage_details': '{"input":19,"output":10}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      model: 'my-model',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: expect.stringMatching(/^unpriced: /),
    },
  },
];

const OTHERS: readonly { name: string; attributes: Attributes }[] = [
  { name: 'a span', attributes: { 'langfuse.observation.type': 'span', 'langfuse.observation.input': 'x' } },
  { name: 'an agent', attributes: { 'langfuse.observation.type': 'agent' } },
  { name: 'a tool', attributes: { 'langfuse.observation.type': 'tool' } },
  { name: 'a retriever', attributes: { 'langfuse.observation.type': 'retriever' } },
];

const WRAPPERS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'a chain with usage',
    attributes: {
      'langfuse.observation.type': 'chain',
      'langfuse.observation.model.name': 'gpt-4o-mini-2024-07-18',
      'langfuse.observation.usage_details': '{"input":19,"output":10}',
    },
    call: {
      dialect: 'langfuse',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
    },
  },
];

describe('Langfuse', () => {
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
