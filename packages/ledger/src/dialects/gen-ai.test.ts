import { describe, expect, it } from 'vitest';
import { figureOf, wrapperOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
};
const USED = { 'gen_ai.usage.input_tokens': 19, 'gen_ai.usage.output_tokens': 10 };
const MINI = {
  dialect: 'gen_ai',
  operation: 'chat',
  provider: 'openai',
  model: 'gpt-4o-mini',
  requestModel: 'gpt-4o-mini',
};
const SMALL = { usage: { inputTokens: 19, outputTokens: 10 }, cost: '0.00000885 list' };

const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'the conventions 1.41 as Userspan writes them',
    attributes: {
      ...CHAT,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.id': 'chatcmpl-1',
      'server.address': 'api.openai.com',
      'server.port': 443,
      'openai.request.service_tier': 'auto',
      'openai.response.service_tier': 'default',
      'gen_ai.usage.input_tokens': 1920,
      'gen_ai.usage.output_tokens': 300,
      'gen_ai.usage.cache_read.input_tokens': 1024,
      'gen_ai.usage.reasoning.output_tokens': 64,
      'user.id': 'u1',
      'user.name': 'Ada',
      'user.email': 'ada@example.com',
      'userspan.user.group': 'acme',
      'userspan.user.seats': 3,
      'session.id': 's1',
      'gen_ai.conversation.id': 's1',
      'userspan.tags': ['beta', 'beta', 'web'],
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      requestModel: 'gpt-4o-mini',
      responseId: 'chatcmpl-1',
      baseUrl: 'api.openai.com',
      serviceTier: 'default',
      requestServiceTier: 'auto',
      usage: { inputTokens: 1920, outputTokens: 300, cachedInputTokens: 1024, reasoningOutputTokens: 64 },
      cost: '0.0003912 list',
      user: { id: 'u1', props: { name: 'Ada', email: 'ada@example.com', group: 'acme', seats: 3 } },
      threadId: 's1',
      tags: ['beta', 'web'],
    },
  },
  {
    name: 'the conventions 1.36 of the official instrumentation',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.finish_reasons': ['stop'],
      ...USED,
      'server.address': '127.0.0.1',
      'server.port': 41000,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      requestModel: 'gpt-4o-mini',
      responseId: 'chatcmpl-1',
      baseUrl: '127.0.0.1',
      ...SMALL,
    },
  },
  {
    name: 'the first attribute names of the counts, without an operation',
    attributes: {
      'gen_ai.system': 'OpenAI',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.prompt_tokens': 19,
      'gen_ai.usage.completion_tokens': 10,
    },
    call: {
      ...MINI,
      ...SMALL,
    },
  },
  {
    name: 'counts as 64-bit integers in OTLP',
    attributes: {
      ...CHAT,
      'gen_ai.usage.input_tokens': 19n,
      'gen_ai.usage.output_tokens': 10n,
      'user.id': 9007199254740993n,
    },
    call: {
      ...MINI,
      ...SMALL,
      user: { id: '9007199254740993', props: {} },
    },
  },
  {
    name: 'a compatible host with the provider name of another vendor',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'llama-3.3-70b-versatile',
      'server.address': 'api.groq.com',
      'gen_ai.usage.input_tokens': 1000000,
      'gen_ai.usage.output_tokens': 0,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'groq',
      model: 'llama-3.3-70b-versatile',
      requestModel: 'llama-3.3-70b-versatile',
      baseUrl: 'api.groq.com',
      usage: { inputTokens: 1000000, outputTokens: 0 },
      cost: '0.59 list',
    },
  },
  {
    name: 'hashed user, estimated usage, claimed',
    attributes: {
      ...CHAT,
      ...USED,
      'userspan.usage.estimated': true,
      'user.hash': '5f4dcc3b',
      'userspan.user_trust': 'claimed',
    },
    call: {
      ...MINI,
      usage: { inputTokens: 19, outputTokens: 10 },
      usageEstimated: true,
      cost: '0.00000885 list',
      user: { id: '5f4dcc3b', props: {} },
      userClaimed: true,
    },
  },
];

const OTHERS: readonly { name: string; attributes: Attributes }[] = [
  {
    name: 'an agent without usage',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'openai',
      'gen_ai.agent.name': 'helper',
    },
  },
  { name: 'a tool', attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather' } },
  { name: 'an HTTP span with a user', attributes: { 'http.request.method': 'GET', 'user.id': 'u1' } },
  { name: 'a database span', attributes: { 'db.system': 'postgresql', 'server.address': 'db' } },
  { name: 'a span that only names a system', attributes: { 'gen_ai.system': 'openai' } },
  {
    name: 'an unknown operation',
    attributes: { 'gen_ai.operation.name': 'agent_step', 'gen_ai.provider.name': 'openai' },
  },
];

const WRAPPERS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'an agent',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      ...USED,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'invoke_agent',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      ...SMALL,
    },
  },
];

describe('the GenAI conventions', () => {
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
