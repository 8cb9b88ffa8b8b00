import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { CallFigure } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

const NOTHING_MORE = { usageEstimated: false, userClaimed: false, tags: [], wrapper: false };

/** Spans with the attribute names that the documentation of each gateway lists. */
const CALLS: readonly { name: string; attributes: Attributes; call: Partial<CallFigure> }[] = [
  {
    name: 'OpenRouter’s broadcast, with the user in its own field',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'anthropic',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'anthropic/claude-sonnet-4.5',
      'gen_ai.response.model': 'anthropic/claude-sonnet-4.5',
      'gen_ai.response.id': 'gen-1',
      'gen_ai.usage.input_tokens': 3000,
      'gen_ai.usage.input_tokens.cached': 1000,
      'gen_ai.usage.input_tokens.cache_creation': 1000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.output_tokens.reasoning': 40,
      'gen_ai.usage.total_tokens': 3100,
      'gen_ai.usage.total_cost': 0.00855,
      'user.id': 'u1',
      'session.id': 's1',
      'trace.metadata.openrouter.source': 'openrouter',
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4.5',
      requestModel: 'anthropic/claude-sonnet-4.5',
      responseId: 'gen-1',
      usage: {
        inputTokens: 3000,
        outputTokens: 100,
        cachedInputTokens: 1000,
        cacheWriteInputTokens: 1000,
        reasoningOutputTokens: 40,
      },
      cost: '0.00855 provider',
      user: { id: 'u1', props: {} },
      threadId: 's1',
    },
  },
  {
    name: 'OpenRouter’s broadcast, with the user in the application’s metadata',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'openai/gpt-4o-mini',
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
      'trace.metadata.openrouter.source': 'openrouter',
      'trace.metadata.userId': 'u2',
      'trace.metadata.userName': 'Ada',
      'trace.metadata.sessionId': 's2',
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'openai/gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 list',
      user: { id: 'u2', props: { name: 'Ada' } },
      threadId: 's2',
    },
  },
  {
    name: 'Cloudflare AI Gateway',
    attributes: {
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.model.provider': 'openai',
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cost': 0.00000885,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.00000885 computed',
    },
  },
  {
    name: 'Cloudflare AI Gateway, with its own name of a provider',
    attributes: {
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.model.provider': 'google-ai-studio',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash',
      requestModel: 'gemini-2.5-flash',
      usage: { inputTokens: 1000, outputTokens: 100 },
      cost: '0.00055 list',
    },
  },
  {
    name: 'Kong AI Gateway',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.conversation.id': 'c1',
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
      threadId: 'c1',
    },
  },
  {
    name: 'counts of 0 for an answer with unknown usage',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 0,
      'gen_ai.usage.output_tokens': 0,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      usage: {},
      cost: 'unpriced: the usage of the call is not known',
    },
  },
];

describe('gateways', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });
});

describe('the chat of GitHub Copilot in VS Code, whose provider is "github"', () => {
  const CHAT = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'github',
    'gen_ai.request.model': 'claude-sonnet-4.6',
    'gen_ai.response.model': 'claude-sonnet-4.6',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
  };
  // 1,000 × $3 and 100 × $15 a million.
  const COPILOT = '0.0045 list';

  it.each<[string, Attributes, string]>([
    ['by its own attribute', { 'copilot_chat.request.max_prompt_tokens': 128_000 }, COPILOT],
    ['by the host in its documentation', { 'server.address': 'api.github.com' }, COPILOT],
    ['by the host of a plan', { 'server.address': 'api.business.githubcopilot.com' }, COPILOT],
    [
      'but not for GitHub Models',
      { 'server.address': 'models.github.ai' },
      'unpriced: no prices for the provider "github"',
    ],
    ['but not for other hosts', {}, 'unpriced: no prices for the provider "github"'],
  ])('is recognized %s', (_, more, cost) => {
    expect(figureOf({ ...CHAT, ...more })?.cost).toBe(cost);
  });
});
