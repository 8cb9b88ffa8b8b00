import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
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
    name: 'a cost with its source',
    attributes: {
      ...CHAT,
      ...USED,
      'gen_ai.usage.cost': 8.85e-6,
      'userspan.cost.source': 'list',
      'userspan.cost.as_of': '2026-09-23',
    },
    call: {
      ...MINI,
      ...SMALL,
    },
  },
  {
    name: 'a cost without a source, which counts as computed by the sender',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openrouter',
      'gen_ai.request.model': 'openai/gpt-4o-mini',
      ...USED,
      'gen_ai.usage.cost': 0.1,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openrouter',
      model: 'openai/gpt-4o-mini',
      requestModel: 'openai/gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: '0.1 provider',
    },
  },
  {
    name: 'the reason for an absent cost',
    attributes: {
      ...CHAT,
      ...USED,
      'userspan.cost.unpriced': 'the tier is unknown',
    },
    call: {
      ...MINI,
      usage: { inputTokens: 19, outputTokens: 10 },
      cost: 'unpriced: the tier is unknown',
    },
  },
  {
    name: 'a refused call',
    attributes: {
      ...CHAT,
      'error.type': '429',
    },
    call: {
      ...MINI,
      usage: {},
      error: '429',
      cost: '0 unbilled',
    },
  },
  {
    name: 'units other than tokens',
    attributes: {
      'gen_ai.operation.name': 'speech',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'tts-1',
      'userspan.usage.characters': 1000,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'speech',
      provider: 'openai',
      model: 'tts-1',
      requestModel: 'tts-1',
      usage: { characters: 1000 },
      cost: '0.015 list',
    },
  },
  {
    name: "Anthropic's one-hour cache",
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.usage.input_tokens': 3000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 1000,
      'gen_ai.usage.cache_creation.input_tokens': 500,
      'userspan.usage.cache_write_1h_input_tokens': 500,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      requestModel: 'claude-sonnet-4-5',
      usage: {
        inputTokens: 3000,
        outputTokens: 100,
        cachedInputTokens: 1000,
        cacheWriteInputTokens: 500,
        cacheWrite1hInputTokens: 500,
      },
      cost: '0.009675 list',
    },
  },
  {
    name: 'cache counts that exceed the input and so are added to it',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.cache_read_input_tokens': 1000,
    },
    call: {
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      requestModel: 'claude-sonnet-4-5',
      usage: { inputTokens: 1010, outputTokens: 100, cachedInputTokens: 1000 },
      cost: '0.00183 list',
    },
  },
];

describe('cost and units in the GenAI conventions', () => {
  it.each(CALLS)('reads $name', ({ attributes, call }) => {
    expect(figureOf(attributes)).toEqual({ ...NOTHING_MORE, ...call });
  });
});

it.each([
  ['a host', { 'server.address': 'bedrock-runtime.eu-west-3.amazonaws.com' }, '0.0002548 list'],
  ['the region in the attributes of the AWS SDK', { 'cloud.region': 'eu-west-3' }, '0.0002548 list'],
  ["the region's former attribute", { 'aws.region': 'eu-west-3' }, '0.0002548 list'],
  ['no region', {}, '0.000196 list'],
  ['an invalid region', { 'cloud.region': '<b>' }, '0.000196 list'],
])('prices a call of Bedrock by its region: %s', (_name, region, cost) => {
  const attributes = {
    ...CHAT,
    ...USED,
    ...region,
    'gen_ai.provider.name': 'aws.bedrock',
    'gen_ai.request.model': 'mistral.mistral-large-2402-v1:0',
  };
  expect(figureOf(attributes)?.cost).toBe(cost);
});
