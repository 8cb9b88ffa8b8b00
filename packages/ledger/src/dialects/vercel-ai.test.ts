import { describe, expect, it } from 'vitest';
import { figureOf, wrapperOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'one request of generateText, version 6',
    attributes: {
      'ai.model.provider': 'openai.responses',
      'ai.model.id': 'gpt-4o-mini',
      'operation.name': 'ai.generateText.doGenerate chat',
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.telemetry.metadata.userId': 'u1',
      'ai.telemetry.metadata.sessionId': 's1',
      'ai.telemetry.metadata.tags': ['x', 'y'],
      'gen_ai.system': 'openai.responses',
      'gen_ai.request.model': 'gpt-4o-mini',
      'ai.response.id': 'resp_1',
      'ai.response.model': 'gpt-4o-mini-2024-07-18',
      'ai.response.providerMetadata': '{"openai":{"responseId":"resp_1","serviceTier":"default"}}',
      'ai.usage.inputTokens': 1920,
      'ai.usage.inputTokenDetails.noCacheTokens': 896,
      'ai.usage.inputTokenDetails.cacheReadTokens': 1024,
      'ai.usage.outputTokens': 300,
      'ai.usage.outputTokenDetails.reasoningTokens': 64,
      'ai.usage.totalTokens': 2220,
      'ai.usage.reasoningTokens': 64,
      'ai.usage.cachedInputTokens': 1024,
      'gen_ai.response.id': 'resp_1',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.input_tokens': 1920,
      'gen_ai.usage.output_tokens': 300,
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      requestModel: 'gpt-4o-mini',
      responseId: 'resp_1',
      serviceTier: 'default',
      usage: { inputTokens: 1920, outputTokens: 300, cachedInputTokens: 1024, reasoningOutputTokens: 64 },
      cost: '0.0003912 list',
      user: { id: 'u1', props: {} },
      threadId: 's1',
      tags: ['x', 'y'],
    },
  },
  {
    name: 'an id that the SDK generated, which is not a response id',
    attributes: {
      'ai.model.provider': 'openai.responses',
      'ai.model.id': 'gpt-4o-mini',
      'ai.operationId': 'ai.streamText.doStream',
      'ai.response.id': 'aitxt-abc',
      'gen_ai.response.id': 'aitxt-abc',
      'ai.response.model': 'gpt-4o-mini',
      'ai.usage.promptTokens': 19,
      'ai.usage.completionTokens': 10,
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
    },
  },
  {
    name: 'an embedding',
    attributes: {
      'ai.operationId': 'ai.embed.doEmbed',
      'ai.model.provider': 'openai.embedding',
      'ai.model.id': 'text-embedding-3-small',
      'ai.usage.tokens': 1000,
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'embeddings',
      provider: 'openai',
      model: 'text-embedding-3-small',
      requestModel: 'text-embedding-3-small',
      usage: { inputTokens: 1000 },
      cost: '0.00002 list',
    },
  },
  {
    name: 'Anthropic in version 5, whose input excludes cached tokens',
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'anthropic.messages',
      'ai.model.id': 'claude-sonnet-4-5',
      'ai.usage.inputTokens': 2000,
      'ai.usage.outputTokens': 100,
      'ai.usage.cachedInputTokens': 1000,
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      requestModel: 'claude-sonnet-4-5',
      usage: { inputTokens: 3000, outputTokens: 100, cachedInputTokens: 1000 },
      cost: '0.0078 list',
    },
  },
  {
    name: 'Anthropic in version 6, with a total',
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'anthropic.messages',
      'ai.model.id': 'claude-sonnet-4-5',
      'ai.usage.inputTokens': 3000,
      'ai.usage.inputTokenDetails.noCacheTokens': 2000,
      'ai.usage.inputTokenDetails.cacheReadTokens': 1000,
      'ai.usage.outputTokens': 100,
      'ai.usage.cachedInputTokens': 1000,
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      requestModel: 'claude-sonnet-4-5',
      usage: { inputTokens: 3000, outputTokens: 100, cachedInputTokens: 1000 },
      cost: '0.0078 list',
    },
  },
  {
    name: 'the cost that OpenRouter charged',
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'openrouter',
      'ai.model.id': 'openai/gpt-4o-mini',
      'ai.usage.inputTokens': 19,
      'ai.usage.outputTokens': 10,
      'ai.response.providerMetadata': '{"openrouter":{"usage":{"promptTokens":19,"cost":0.0000091}}}',
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'chat',
      provider: 'openrouter',
      model: 'openai/gpt-4o-mini',
      requestModel: 'openai/gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.0000091 provider',
    },
  },
  {
    name: "the cost that Vercel's gateway charged",
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'gateway',
      'ai.model.id': 'openai/gpt-4o-mini',
      'ai.usage.inputTokens': 19,
      'ai.usage.outputTokens': 10,
      'ai.response.providerMetadata': '{"gateway":{"cost":"0.00000885"}}',
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'chat',
      provider: 'gateway',
      model: 'openai/gpt-4o-mini',
      requestModel: 'openai/gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 provider',
    },
  },
];

const OTHERS: readonly { name: string; attributes: Attributes }[] = [
  { name: 'a tool call', attributes: { 'ai.operationId': 'ai.toolCall', 'ai.toolCall.name': 'weather' } },
  {
    name: 'the span around a stream without output',
    attributes: {
      'ai.model.provider': 'openai.responses',
      'ai.model.id': 'gpt-4o-mini',
      'ai.operationId': 'ai.streamText',
    },
  },
];

const WRAPPERS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'generateText, with the sum of its steps',
    attributes: {
      'ai.model.provider': 'openai.responses',
      'ai.model.id': 'gpt-4o-mini',
      'ai.operationId': 'ai.generateText',
      'ai.usage.inputTokens': 19,
      'ai.usage.outputTokens': 10,
      'ai.telemetry.metadata.userId': 'u1',
    },
    call: {
      dialect: 'vercel_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u1', props: {} },
    },
  },
];

describe('the AI SDK of Vercel', () => {
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
