import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';

const call = (provider: string | undefined, model: string): [string | undefined, string | undefined] => {
  const figure = figureOf({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
    ...(provider === undefined ? {} : { 'gen_ai.system': provider }),
  });
  return [figure?.provider, figure?.cost];
};

describe('the provider', () => {
  it.each([
    ['OpenAI', 'gpt-4o-mini', 'openai', '0.00021 list'],
    ['azure', 'gpt-4o', 'azure.ai.openai', '0.0035 list'],
    ['az.ai.openai', 'gpt-4o', 'azure.ai.openai', '0.0035 list'],
    ['google', 'gemini-2.5-flash', 'gcp.gemini', '0.00055 list'],
    ['vertexai', 'gemini-2.5-flash', 'gcp.vertex_ai', '0.00055 list'],
    ['xai', 'grok-3', 'x_ai', '0.0045 list'],
    ['Anthropic', 'claude-sonnet-4-5', 'anthropic', '0.0045 list'],
    ['bedrock', 'us.anthropic.claude-sonnet-4-20250514-v1:0', 'aws.bedrock', '0.0045 list'],
    ['Langchain', 'gpt-4o-mini', 'openai', '0.00021 list'],
    ['strands-agents', 'us.anthropic.claude-sonnet-4-20250514-v1:0', 'aws.bedrock', '0.0045 list'],
    ['strands-agents', 'jp.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock', '0.00495 list'],
    [
      'Strands-Agents',
      'arn:aws:bedrock:eu-west-3::foundation-model/mistral.mistral-large-2402-v1:0',
      'aws.bedrock',
      '0.00676 list',
    ],
    [
      'crewai',
      'deepseek-chat',
      'deepseek',
      'unpriced: deepseek retired the name "deepseek-chat" on 2026-07-24 15:59 UTC and has had no price for it since then',
    ],
    ['langchain', 'grok-3', 'x_ai', '0.0045 list'],
    ['beeai', 'mistral-large-2411', 'mistral_ai', '0.0026 list'],
    ['pydantic_ai', 'llama3', undefined, 'unpriced: no provider is known for the model "llama3"'],
    // Many hosts serve open models, so without a framework the provider is unknown.
    [undefined, 'deepseek-chat', undefined, 'unpriced: no provider is known for the model "deepseek-chat"'],
    [undefined, 'us.anthropic.claude-sonnet-4-20250514-v1:0', 'aws.bedrock', '0.0045 list'],
    [undefined, 'claude-sonnet-4-5', 'anthropic', '0.0045 list'],
    [undefined, 'o3-mini', 'openai', '0.00154 list'],
    [undefined, 'llama3', undefined, 'unpriced: no provider is known for the model "llama3"'],
    ['__proto__', 'gpt-4o-mini', '__proto__', 'unpriced: no prices for the provider "__proto__"'],
  ])('%s of %s is %s', (provider, model, name, cost) => {
    expect(call(provider, model)).toEqual([name, cost]);
  });
});
