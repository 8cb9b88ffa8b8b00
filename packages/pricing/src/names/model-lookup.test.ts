import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookUpModel } from './model-lookup.ts';
import { listedProvider, providerOf } from './provider-names.ts';

describe('a model that the list has', () => {
  it.each([
    ['openai', 'gpt-4o-mini', 'gpt-4o-mini'],
    ['openai', 'GPT-4o-Mini', 'gpt-4o-mini'],
    ['openai', 'gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
    ['openai', 'gpt-4o-mini-2026-12-31', 'gpt-4o-mini'],
    ['openai', 'gpt-5-nano-2025-08-07', 'gpt-5-nano'],
    ['openai', 'gpt-5.6-sol-2026-08-01', 'gpt-5.6-sol'],
    ['openai', 'gpt-4o-realtime-preview-2024-12-17', 'gpt-4o-realtime-preview'],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:acme:x:id', 'ft:gpt-4o-mini'],
    ['openai', 'gpt-4o-mini-2024-07-18.ft-0123', 'ft:gpt-4o-mini'],
    ['azure', 'gpt-35-turbo', 'gpt-3.5-turbo'],
    ['anthropic', 'claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
    ['anthropic', 'claude-sonnet-4@20250514', 'claude-sonnet-4-0'],
    ['anthropic', 'claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet'],
    ['anthropic', 'claude-3-7-sonnet-latest', 'claude-3-7-sonnet-20250219'],
    ['google', 'models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['google', 'google/gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['google', 'gemini-2.5-flash-lite-preview-08-2025', 'gemini-2.5-flash-lite-preview'],
    ['google', 'claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
    ['aws', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    [
      'aws',
      'arn:aws:bedrock:us-east-1:123:inference-profile/us.amazon.nova-lite-v1:0',
      'amazon.nova-lite-v1:0',
    ],
    ['deepseek', 'deepseek-v4-pro-0813', 'deepseek-v4-pro'],
    ['x-ai', 'grok-4.3-2026-03-01', 'grok-4.3'],
  ])('%s %s is found as %s', (provider, asked, listed) => {
    const found = lookUpModel(provider, asked);
    expect(found).toBeDefined();
    expect(found?.model).toBe(lookUpModel(provider, listed)?.model);
  });
});

describe('a model that the list does not have', () => {
  it.each([
    ['openai', 'gpt-4o-mini-foo-bar-unknown'],
    ['openai', 'gpt-4o-mini-2024-13-45'],
    ['openai', 'gpt-4'.padEnd(300, '0')],
    ['openai', 'gpt-4o-mini*'],
    ['openai', '*'],
    ['openai', 'gpt-4o-mini|gpt-4o'],
    ['openai', 'gpt-4o-mini\ti=0'],
    ['openai', 'openai/gpt-4o'],
    ['openai', 'my-moderation'],
    ['openai', 'gpt-5-nano-turbo'],
    ['openai', 'computer-use-of-others'],
    ['openai', 'gpt-oss-120b'],
    ['openai', 'ft:gpt-5:acme::id'],
    ['openai', 'ft:gpt-4-0613:acme::id'],
    ['openai', 'ft:'],
    ['openai', '__proto__'],
    ['openai', 'constructor'],
    ['anthropic', 'claude-3-5-sonnet-of-mine'],
    ['anthropic', 'not-claude-v2'],
    ['google', 'gemini-2.5-pro-ultra'],
    ['google', 'gemini-1.5-flash-8b'],
    ['aws', 'sa.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['groq', 'gpt-oss-120b'],
    ['openrouter', 'openai/gpt-4o-mini:online'],
    ['openrouter', 'gpt-oss-120b'],
    ['nobody', 'gpt-4o'],
    ['', ''],
  ])('%s %s is not found', (provider, asked) => {
    expect(lookUpModel(provider, asked)).toBeUndefined();
    // The second lookup is answered from the cache.
    expect(lookUpModel(provider, asked)).toBeUndefined();
  });

  it('is not found by similarity, whatever its suffix', () => {
    const word = fc
      .stringMatching(/^[a-z]{3,12}$/)
      .filter((text) => !/^(?:latest|preview|exp|experimental|default)$/.test(text));
    const names = [
      'gpt-4o-mini',
      'gpt-4.1',
      'gpt-5',
      'o3',
      'claude-3-5-sonnet',
      'gemini-2.5-pro',
      'gpt-5.6-sol',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        word,
        fc.constantFrom('-', '.', '_', ':', '/', ''),
        (name, tail, joint) => {
          const listed = new Set([
            'gpt-4o-mini-tts',
            'gpt-5-pro',
            'gpt-5-mini',
            'gpt-5-nano',
            'gpt-5-chat',
            'gpt-5-codex',
          ]);
          const asked = `${name}${joint}${tail}`;
          fc.pre(!listed.has(asked) && !/-(?:mini|nano|pro|codex|chat|image)$/.test(asked));
          for (const provider of ['openai', 'anthropic', 'google'])
            expect(lookUpModel(provider, asked)).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('providerOf', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai'],
    ['https://eu.api.openai.com/v1', 'openai'],
    ['https://acme.openai.azure.com/openai/deployments/x', 'azure.ai.openai'],
    ['https://acme.services.ai.azure.com/models', 'azure.ai.openai'],
    ['https://openrouter.ai/api/v1', 'openrouter'],
    ['https://api.groq.com/openai/v1', 'groq'],
    ['https://api.deepseek.com', 'deepseek'],
    ['https://api.x.ai/v1', 'x_ai'],
    ['https://api.mistral.ai/v1', 'mistral_ai'],
    ['https://api.together.xyz/v1', 'together'],
    ['https://api.fireworks.ai/inference/v1', 'fireworks'],
    ['https://api.perplexity.ai', 'perplexity'],
    ['https://api.anthropic.com/v1/', 'anthropic'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gcp.gemini'],
    ['https://us-central1-aiplatform.googleapis.com/v1/projects/p', 'gcp.vertex_ai'],
    ['https://aiplatform.googleapis.com/v1/projects/p', 'gcp.vertex_ai'],
    ['https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1', 'aws.bedrock'],
    ['https://api.cerebras.ai/v1', 'cerebras'],
    ['https://api.cohere.ai/compatibility/v1', 'cohere'],
    ['https://api.moonshot.ai/v1', 'moonshot_ai'],
    ['https://router.huggingface.co/together/v1', 'huggingface_together'],
    ['https://models.github.ai/inference', 'github'],
    ['https://api.deepinfra.com/v1/openai', 'deepinfra'],
    ['https://ai-gateway.vercel.sh/v1', 'vercel'],
    ['https://oai.helicone.ai/v1', 'openai'],
    ['api.groq.com', 'groq'],
    ['api.groq.com:443', 'groq'],
    ['//api.groq.com/openai', 'groq'],
    ['https://user:secret@API.OPENAI.COM:443/v1?x=1#y', 'openai'],
  ])('%s is %s', (url, provider) => {
    expect(providerOf(url)).toBe(provider);
  });

  it.each([
    undefined,
    '',
    'http://localhost:11434/v1',
    'http://127.0.0.1:8080/v1',
    'https://api.openai.com.evil.example/v1',
    'https://notapi.openai.com.example',
    'https://evil.example/api.openai.com',
    'https://evil.example?api.openai.com',
    'https://fakeapi.groq.com',
    'https://router.huggingface.co/v1',
    'not a url at all',
    'x'.repeat(10_000),
    '\uD800://\u0000',
  ])('%s is not the host of a known provider', (url) => {
    expect(providerOf(url)).toBeUndefined();
  });
});

describe('listedProvider', () => {
  it.each([
    ['OpenAI', 'openai'],
    ['azure.ai.openai', 'azure'],
    ['az.ai.openai', 'azure'],
    ['azure', 'azure'],
    ['aws.bedrock', 'aws'],
    ['gcp.vertex_ai', 'google'],
    ['gcp.gemini', 'google'],
    ['gcp.gen_ai', 'google'],
    ['vertex_ai', 'google'],
    ['x_ai', 'x-ai'],
    ['xai', 'x-ai'],
    ['mistral_ai', 'mistral'],
    ['mistralai', 'mistral'],
    ['together_ai', 'together'],
    ['moonshot_ai', 'moonshotai'],
    ['__proto__', '__proto__'],
    ['acme', 'acme'],
  ])('%s is %s', (name, id) => {
    expect(listedProvider(name)).toBe(id);
  });
});
