import type { Way } from '../way.ts';
import { all, chat, streamed } from '../way.ts';

/** Hosts that are not api.openai.com. */
export const hostWays: readonly Way[] = [
  {
    name: 'api.openai.com',
    run: ({ make, fetchFor, server }) => {
      const baseURL = 'https://api.openai.com/v1';
      return make({ baseURL, fetch: fetchFor(baseURL, server.url) }).chat.completions.create(chat('Hello'));
    },
    attributes: {
      'gen_ai.provider.name': 'openai',
      'server.address': 'api.openai.com',
      'server.port': 443,
    },
  },
  {
    name: 'AzureOpenAI',
    run: ({ module, server, fetchFor }) => {
      const endpoint = 'https://mine.openai.azure.com';
      const client = new module.AzureOpenAI({
        apiKey: 'k',
        endpoint,
        apiVersion: '2024-10-21',
        fetch: fetchFor(endpoint, server.hosts.azure),
      });
      return client.chat.completions.create(chat('Hello', { model: 'prod-gpt-4o-mini' }));
    },
    attributes: { 'gen_ai.provider.name': 'azure.ai.openai', 'gen_ai.request.model': 'prod-gpt-4o-mini' },
  },
  {
    name: 'AzureOpenAI, streamed',
    run: async ({ module, server, fetchFor }) => {
      const endpoint = 'https://mine.openai.azure.com';
      const client = new module.AzureOpenAI({
        apiKey: 'k',
        endpoint,
        apiVersion: '2024-10-21',
        fetch: fetchFor(endpoint, server.hosts.azure),
      });
      return all(await client.chat.completions.create(streamed('words 3', { model: 'prod-gpt-4o-mini' })));
    },
    attributes: { 'gen_ai.provider.name': 'azure.ai.openai' },
  },
  {
    name: 'AzureOpenAI with a deployment, retried',
    run: ({ module, server, fetchFor }) => {
      const endpoint = 'https://mine.openai.azure.com';
      const client = new module.AzureOpenAI({
        apiKey: 'k',
        endpoint,
        deployment: 'my-gpt-4o',
        apiVersion: '2024-10-21',
        fetch: fetchFor(endpoint, server.hosts.azure),
      });
      return client.chat.completions.create(chat('fail 500 once; retry after 1ms', { model: 'my-gpt-4o' }));
    },
    attributes: { 'http.request.resend_count': 1 },
  },
  {
    name: 'Groq, streamed',
    run: async ({ make, server, fetchFor }) => {
      const baseURL = 'https://api.groq.com/openai/v1';
      const client = make({ baseURL, fetch: fetchFor(baseURL, server.hosts.groq) });
      return all(
        await client.chat.completions.create(streamed('words 3', { model: 'llama-3.3-70b-versatile' })),
      );
    },
    attributes: { 'gen_ai.provider.name': 'groq' },
  },
  {
    name: 'Groq',
    run: ({ make, server, fetchFor }) => {
      const baseURL = 'https://api.groq.com/openai/v1';
      return make({ baseURL, fetch: fetchFor(baseURL, server.hosts.groq) }).chat.completions.create(
        chat('Hello', { model: 'openai/gpt-oss-120b' }),
      );
    },
  },
  {
    name: 'OpenRouter says what it cost',
    run: ({ make, server, fetchFor }) => {
      const baseURL = 'https://openrouter.ai/api/v1';
      return make({ baseURL, fetch: fetchFor(baseURL, server.hosts.openrouter) }).chat.completions.create(
        chat('cost 0.00123', { model: 'openai/gpt-4o-mini' }),
      );
    },
    attributes: { 'gen_ai.provider.name': 'openrouter', 'gen_ai.usage.cost': 0.00123 },
  },
  {
    name: 'OpenRouter, streamed',
    run: async ({ make, server, fetchFor }) => {
      const baseURL = 'https://openrouter.ai/api/v1';
      const client = make({ baseURL, fetch: fetchFor(baseURL, server.hosts.openrouter) });
      return all(await client.chat.completions.create(streamed('words 3', { model: 'openai/gpt-4o-mini' })));
    },
    attributes: { 'gen_ai.provider.name': 'openrouter' },
  },
  {
    name: 'DeepSeek by its host',
    run: ({ make, server, fetchFor }) => {
      const baseURL = 'https://api.deepseek.com/v1';
      return make({ baseURL, fetch: fetchFor(baseURL, server.url) }).chat.completions.create(
        chat('Hello', { model: 'gpt-4o-mini' }),
      );
    },
    isUsageUnknown: true,
    attributes: { 'gen_ai.provider.name': 'deepseek', 'server.address': 'api.deepseek.com' },
  },
  {
    name: 'xAI by its host',
    run: ({ make, server, fetchFor }) => {
      const baseURL = 'https://api.x.ai/v1';
      return make({ baseURL, fetch: fetchFor(baseURL, server.url) }).chat.completions.create(chat('Hello'));
    },
    isUsageUnknown: true,
    attributes: { 'gen_ai.provider.name': 'x_ai' },
  },
  {
    name: 'Mistral by its host',
    run: ({ make, server, fetchFor }) => {
      const baseURL = 'https://api.mistral.ai/v1';
      return make({ baseURL, fetch: fetchFor(baseURL, server.url) }).chat.completions.create(chat('Hello'));
    },
    isUsageUnknown: true,
    attributes: { 'gen_ai.provider.name': 'mistral_ai' },
  },
];
