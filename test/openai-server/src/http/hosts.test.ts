import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startOpenAIServer } from '../start.ts';
import type { OpenAIServer } from '../start.ts';

let server: OpenAIServer;
beforeAll(async () => {
  server = await startOpenAIServer();
});
afterAll(() => server.close());

const messages = [{ role: 'user' as const, content: 'say one two' }];

async function streamOf(client: OpenAI, model: string): Promise<object[]> {
  const chunks: object[] = [];
  for await (const chunk of await client.chat.completions.create({ model, messages, stream: true }))
    chunks.push(chunk);
  return chunks;
}

describe('compatible hosts', () => {
  test('Azure has the deployment in the path and the model in the answer', async () => {
    const client = new AzureOpenAI({
      apiKey: 'key',
      endpoint: server.hosts.azure,
      apiVersion: '2025-04-01-preview',
    });
    const answer = await client.chat.completions.create({ model: 'prod-gpt-4o', messages });
    expect(answer).toMatchObject({
      model: 'gpt-4o-2024-08-06',
      prompt_filter_results: [{ prompt_index: 0 }],
    });
    expect(server.requests.at(-1)?.path).toBe(
      '/openai/deployments/prod-gpt-4o/chat/completions?api-version=2025-04-01-preview',
    );
    expect(server.bills.at(-1)).toMatchObject({ host: 'azure', path: '/chat/completions', usd: '0.0000275' });
    expect((await streamOf(client, 'prod-gpt-4o'))[0]).toMatchObject({ choices: [], model: '' });
  });

  test('Groq sends usage in the last chunk without a request for it', async () => {
    const client = new OpenAI({ apiKey: 'gsk', baseURL: server.hosts.groq });
    const chunks = await streamOf(client, 'openai/gpt-oss-120b');
    expect(chunks.at(-1)).toMatchObject({ x_groq: { usage: { prompt_tokens: 3, completion_tokens: 2 } } });
    expect(server.bills.at(-1)).toMatchObject({
      host: 'groq',
      model: 'openai/gpt-oss-120b',
      usd: '0.00000165',
    });
  });

  test('OpenRouter reports the cost', async () => {
    const client = new OpenAI({ apiKey: 'sk-or', baseURL: server.hosts.openrouter });
    const answer = await client.chat.completions.create({
      model: 'openai/gpt-4o-mini',
      messages: [{ role: 'user', content: 'say one two; cost 0.0042' }],
    });
    expect(answer.usage).toMatchObject({ cost: 0.0042 });
    expect(server.bills.at(-1)).toMatchObject({ host: 'openrouter', usd: '0.0042' });
    expect((await streamOf(client, 'openai/gpt-4o-mini')).at(-1)).toMatchObject({ usage: { cost: 0.00123 } });
  });
});
