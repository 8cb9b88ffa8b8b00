import { isDeepStrictEqual } from 'node:util';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenAIInstrumentation } from '@userspan/openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { OpenAIClient, OpenAIModule } from './majors.ts';
import { MAJORS } from './majors.ts';

interface Sent {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const provider = new NodeTracerProvider();
const instrumentation = new OpenAIInstrumentation({ enabled: false, streamUsage: ['llm.corp.example'] });

beforeAll(() => {
  provider.register();
  instrumentation.setTracerProvider(provider);
  for (const [, module] of MAJORS) instrumentation.manuallyInstrument(module);
  instrumentation.enable();
});
afterAll(async () => {
  instrumentation.disable();
  await provider.shutdown();
});

/** What a call sends. The answer does not matter here. */
async function sentBy(
  module: OpenAIModule,
  options: Record<string, unknown>,
  call: (client: OpenAIClient) => PromiseLike<unknown>,
): Promise<Sent | undefined> {
  let sent: Sent | undefined;
  const fetch = (url: string, init: { body?: unknown; headers?: HeadersInit }): Promise<Response> => {
    const text = String(init.body);
    const headers = [...new Headers(init.headers)].filter(([name]) => name !== 'idempotency-key');
    sent ??= { url, headers, text, body: JSON.parse(text) as Sent['body'] };
    return Promise.resolve(Response.json({ error: { code: 'teapot' } }, { status: 418 }));
  };
  const azure = options['apiVersion'] !== undefined;
  const Client = azure ? module.AzureOpenAI : module.OpenAI;
  const client = new Client({
    apiKey: 'sk-test',
    maxRetries: 0,
    logLevel: 'off',
    fetch,
    ...options,
  } as never);
  await Promise.resolve(call(client)).catch(() => {});
  return sent;
}

/** What was sent without us, with the body of what was sent with us, and its length. */
function withBodyOf(sent: Sent | undefined, without: Sent | undefined): object {
  const length = sent?.headers.find(([name]) => name === 'content-length');
  const headers = without?.headers.map((header) => (header[0] === 'content-length' ? length : header));
  return { ...without, headers, body: sent?.body, text: sent?.text };
}

const stream = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], stream: true };
const dataSources = [{ type: 'azure_search', parameters: {} }];

const AZURE = 'https://x.openai.azure.com';
/** Hosts of every kind, and bodies of every kind: 10 × 8. */
const HOSTS: readonly Record<string, unknown>[] = [
  {},
  { baseURL: 'https://eu.api.openai.com/v1' },
  { endpoint: AZURE, apiVersion: '2024-10-21' },
  { endpoint: AZURE, apiVersion: '2024-02-01' },
  { baseURL: `${AZURE}/openai/v1` },
  { baseURL: 'https://x.cloud.databricks.com/serving-endpoints' },
  { baseURL: 'https://api.groq.com/openai/v1' },
  { baseURL: 'https://openrouter.ai/api/v1' },
  { baseURL: 'https://llm.example.com/v1' },
  { baseURL: 'http://127.0.0.1:8000/v1' },
];
const messages = stream.messages;
const BODIES: readonly Record<string, unknown>[] = [
  { model: 'gpt-4o-mini', messages },
  stream,
  { ...stream, stream_options: {} },
  { ...stream, stream_options: { include_usage: false } },
  { ...stream, stream_options: { include_usage: true, include_obfuscation: false } },
  { ...stream, data_sources: dataSources },
  { ...stream, n: 2, user: 'u42', tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] },
  {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Ünï 😀 \u2028' }],
    metadata: { tags: 'theirs' },
  },
];

describe.each(MAJORS)('openai %i', (_major, module) => {
  test.each<[string, boolean, Record<string, unknown>, Record<string, unknown>]>([
    ['OpenAI', true, {}, {}],
    ['OpenAI in Europe', true, { baseURL: 'https://eu.api.openai.com/v1' }, {}],
    ['Azure', true, { endpoint: 'https://x.openai.azure.com', apiVersion: '2024-10-21' }, {}],
    [
      'Azure, preview',
      true,
      { endpoint: 'https://x.openai.azure.com', apiVersion: '2025-04-01-preview' },
      {},
    ],
    ['Azure v1', true, { baseURL: 'https://x.openai.azure.com/openai/v1' }, {}],
    [
      'Azure of February 2024',
      false,
      { endpoint: 'https://x.openai.azure.com', apiVersion: '2024-02-01' },
      {},
    ],
    [
      'Azure of February 2024 by its base URL',
      false,
      {
        baseURL: 'https://x.openai.azure.com/openai/deployments/d',
        defaultQuery: { 'api-version': '2024-02-01' },
      },
      {},
    ],
    [
      'Azure on your data',
      false,
      { endpoint: 'https://x.openai.azure.com', apiVersion: '2024-10-21' },
      { data_sources: dataSources },
    ],
    ['Databricks', false, { baseURL: 'https://x.cloud.databricks.com/serving-endpoints' }, {}],
    ['a host that is unknown', false, { baseURL: 'https://llm.example.com/v1' }, {}],
    ['a host on loopback', false, { baseURL: 'http://127.0.0.1:8000/v1' }, {}],
    ['Groq', false, { baseURL: 'https://api.groq.com/openai/v1' }, {}],
    ['a host that the app names', true, { baseURL: 'https://llm.corp.example/v1' }, {}],
    [
      'a host that the app names, on your data',
      false,
      { baseURL: 'https://llm.corp.example/v1' },
      { data_sources: dataSources },
    ],
  ])('%s is asked for usage: %s', async (_name, isAsked, options, more) => {
    const body = { ...stream, ...more };
    const sent = await sentBy(module, options, (client) => client.chat.completions.create(body as never));
    expect(sent?.body).toEqual({ ...body, ...(isAsked ? { stream_options: { include_usage: true } } : {}) });
  });

  test('for every host and body, what is sent is what is sent without us, but for usage that a host is asked for', async () => {
    for (const options of HOSTS) {
      for (const body of BODIES) {
        const call = (client: OpenAIClient): PromiseLike<unknown> =>
          client.chat.completions.create(body as never);
        const sent = await sentBy(module, options, call);
        instrumentation.disable();
        const without = await sentBy(module, options, call);
        instrumentation.enable();
        const streamOptions = body['stream_options'] as object | undefined;
        const asked = { ...body, stream_options: { ...streamOptions, include_usage: true } };
        const isAsked = body['stream'] === true && isDeepStrictEqual(sent?.body, asked);
        const expected = isAsked ? withBodyOf(sent, without) : without;
        expect({ options, ...sent }).toEqual({ options, ...expected });
      }
    }
  });

  const own = { userId: 'u1', userProps: { plan: 'pro' }, tags: ['a'] };
  test.each<[string, (client: OpenAIClient, body: never) => PromiseLike<unknown>]>([
    ['chat.completions', (client, body) => client.chat.completions.create(body)],
    ['responses', (client, body) => client.responses.create(body)],
    ['decisions', (client, body) => client.post('/decisions', { body })],
    ['threads.createAndRun', (client, body) => client.beta.threads.createAndRun(body)],
    ['threads.create', (client, body) => client.beta.threads.create(body)],
    ['runs.create', (client, body) => client.beta.threads.runs.create('thread_1', body)],
    ['conversations', (client, body) => client.post('/conversations', { body })],
    ['a path of a beta', (client, body) => client.post('/responses/compact?beta=true', { body })],
  ])('%s sends none of our fields', async (_name, call) => {
    const body = { model: 'gpt-4o-mini', input: 'x' };
    const sent = await sentBy(module, {}, (client) => call(client, { ...body, ...own } as never));
    expect(sent?.body).toEqual(expect.not.objectContaining({ userId: expect.anything() as unknown }));
    expect(Object.keys(sent?.body ?? {}).toSorted()).not.toContain('tags');
    expect(sent?.body).not.toHaveProperty('userProps');
    expect(sent?.body).toMatchObject(body);
  });

  test('a path of another host keeps its own fields', async () => {
    const body = { userId: 'theirs', tags: ['theirs'] };
    const sent = await sentBy(module, {}, (client) => client.post('/crm/contacts', { body }));
    expect(sent?.body).toEqual(body);
  });
});
