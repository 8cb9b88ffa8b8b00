import { describe, expect, test } from 'vitest';

import { modelRequest } from './model-request.ts';

const chatModel = (vendor: string, kwargs: object = {}) => ({
  id: ['langchain', 'chat_models', vendor, 'Chat'],
  kwargs,
});

describe('the provider of the model', () => {
  test.each([
    ['OpenAI', chatModel('openai'), { ls_provider: 'openai' }, 'openai'],
    ['Azure', chatModel('openai'), { ls_provider: 'azure' }, 'azure.ai.openai'],
    ['Anthropic', chatModel('anthropic'), { ls_provider: 'anthropic' }, 'anthropic'],
    ['Google', chatModel('google_genai'), { ls_provider: 'google_genai' }, 'gcp.gemini'],
    ['Mistral', chatModel('mistralai'), { ls_provider: 'mistral' }, 'mistral_ai'],
    ['Bedrock', chatModel('aws'), { ls_provider: 'amazon_bedrock' }, 'aws.bedrock'],
    ['no provider in the metadata: by the class', chatModel('groq'), {}, 'groq'],
    ['a class that is unknown', { id: ['mine', 'Model'] }, {}, 'unknown'],
    [
      "the OpenAI class with another vendor's host",
      chatModel('openai', { configuration: { baseURL: 'https://api.groq.com/openai/v1' } }),
      { ls_provider: 'openai' },
      'groq',
    ],
    [
      'the OpenAI class with an unknown host',
      chatModel('openai', { configuration: { baseURL: 'https://llm.internal.example/v1' } }),
      { ls_provider: 'openai' },
      'openai',
    ],
  ])('%s', (_, model, metadata, provider) => {
    expect(modelRequest('chat', model, {}, metadata).model.provider).toBe(provider);
  });
});

test('reads request parameters under the names of every vendor', () => {
  const invocation_params = {
    model: 'gemini-3-pro',
    maxOutputTokens: 100,
    topP: 0.5,
    topK: 40,
    temperature: 0,
    n: 2,
    seed: 7,
    stream: true,
    service_tier: 'flex',
  };
  expect(modelRequest('chat', chatModel('google_genai'), { invocation_params }, {})).toEqual({
    name: 'chat gemini-3-pro',
    model: {
      operation: 'chat',
      provider: 'gcp.gemini',
      requestModel: 'gemini-3-pro',
      baseUrl: undefined,
      requestTier: 'flex',
    },
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': 'gemini-3-pro',
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.top_p': 0.5,
      'gen_ai.request.top_k': 40,
      'gen_ai.request.temperature': 0,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.seed': 7,
      'gen_ai.request.stream': true,
      'openai.request.service_tier': 'flex',
    },
  });
});

test.each([
  ['https://api.openai.com/v1', { 'server.address': 'api.openai.com', 'server.port': 443 }],
  ['http://localhost/v1', { 'server.address': 'localhost', 'server.port': 80 }],
  ['http://localhost:8080', { 'server.address': 'localhost', 'server.port': 8080 }],
  ['no URL', {}],
])("reads the server's address and port from %s", (baseURL, expected) => {
  const { attributes } = modelRequest('chat', chatModel('openai', { configuration: { baseURL } }), {}, {});
  const found = Object.entries(attributes).filter(([name]) => name.startsWith('server.'));
  expect(Object.fromEntries(found)).toEqual(expected);
});
