import { isDeepStrictEqual } from 'node:util';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenAIInstrumentation } from '@userspan/openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { OpenAIClient, OpenAIModule } from './majors.ts';
import { MAJORS } from './majors.ts';
import { GIVEN_PATH, methodsOf } from './methods-of.ts';
import { startWire } from './wire.ts';
import type { SentRequest, Wire } from './wire.ts';

const provider = new NodeTracerProvider();
const instrumentation = new OpenAIInstrumentation({ enabled: false, streamUsage: ['llm.corp.example'] });

let wire: Wire;

beforeAll(async () => {
  wire = await startWire();
  provider.register();
  instrumentation.setTracerProvider(provider);
  for (const [, module] of MAJORS) instrumentation.manuallyInstrument(module);
  instrumentation.enable();
});
afterAll(async () => {
  instrumentation.disable();
  await provider.shutdown();
  await wire.close();
});

/** The bytes that a call sends. The answer is ignored. */
async function sentBy(
  module: OpenAIModule,
  options: Record<string, unknown>,
  call: (client: OpenAIClient) => unknown,
): Promise<readonly SentRequest[]> {
  const azure = options['apiVersion'] !== undefined;
  const Client = azure ? module.AzureOpenAI : module.OpenAI;
  const client = new Client({
    apiKey: 'sk-test',
    maxRetries: 0,
    logLevel: 'off',
    fetch: wire.fetch,
    ...options,
  } as never);
  wire.take();
  await Promise.resolve()
    .then(() => call(client))
    .catch(() => {});
  return wire.take();
}

/** The request without Userspan, with the usage option added if the host is asked for usage, and the new content length. */
function askedForUsage(
  without: readonly SentRequest[],
  sent: readonly SentRequest[],
): readonly SentRequest[] {
  return without.map((request, at) => {
    const body = jsonOf(request);
    const asked = { ...body, stream_options: { ...(body['stream_options'] as object), include_usage: true } };
    const text = sent[at]?.body ?? '';
    if (body['stream'] !== true || !isDeepStrictEqual(jsonOf(sent[at]), asked)) return request;
    const length = String(Buffer.byteLength(text, 'latin1'));
    return {
      ...request,
      body: text,
      headers: request.headers.map(
        ([name, value]) => [name, name === 'content-length' ? length : value] as const,
      ),
    };
  });
}

function jsonOf(request: SentRequest | undefined): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(request?.body ?? '', 'latin1').toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const stream = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], stream: true };
const dataSources = [{ type: 'azure_search', parameters: {} }];

const AZURE = 'https://x.openai.azure.com';
/** Hosts of every kind. */
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
const chat = (body: object) => (client: OpenAIClient) => client.chat.completions.create(body as never);
const post = (path: string, body: unknown) => (client: OpenAIClient) => client.post(path, { body });
const file = (): File => new File(['Ünï'], 'naïve file.txt', { type: 'text/plain' });

/** Requests of every kind. */
const REQUESTS: Readonly<Record<string, (client: OpenAIClient) => unknown>> = {
  chat: chat({ model: 'gpt-4o-mini', messages }),
  stream: chat(stream),
  'stream, no options': chat({ ...stream, stream_options: {} }),
  'stream, no usage': chat({ ...stream, stream_options: { include_usage: false } }),
  'stream, usage': chat({ ...stream, stream_options: { include_usage: true, include_obfuscation: false } }),
  'stream, on your data': chat({ ...stream, data_sources: dataSources }),
  'stream, tools': chat({
    ...stream,
    n: 2,
    user: 'u42',
    tools: [{ type: 'function', function: { name: 'f', parameters: {} } }],
  }),
  'chat, Unicode and metadata': chat({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Ünï 😀 \u2028' }],
    metadata: { tags: 'theirs' },
  }),
  'chat, undefined and null': chat({ model: 'gpt-4o-mini', messages, stop: null, seed: undefined }),
  'stream of a helper': (client) => client.chat.completions.stream(stream as never).done(),
  completions: (client) => client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Hi' }),
  'completions, stream': (client) =>
    client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Hi', stream: true }),
  responses: (client) => client.responses.create({ model: 'gpt-4o-mini', input: 'Hi' }),
  'responses, stream': (client) =>
    client.responses.create({ model: 'gpt-4o-mini', input: 'Hi', stream: true }),
  'responses, background': (client) =>
    client.responses.create({ model: 'gpt-4o-mini', input: 'Hi', background: true, store: true }),
  'responses.retrieve': (client) => client.responses.retrieve('resp_1'),
  embeddings: (client) => client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] }),
  moderations: (client) => client.moderations.create({ input: 'x' }),
  images: (client) => client.images.generate({ model: 'gpt-image-1', prompt: 'x', stream: true } as never),
  'images.edit': (client) => client.images.edit({ model: 'gpt-image-1', image: file(), prompt: 'x' }),
  speech: (client) => client.audio.speech.create({ model: 'tts-1', input: 'x', voice: 'alloy' }),
  transcriptions: (client) => client.audio.transcriptions.create({ model: 'whisper-1', file: file() }),
  'files.create': (client) => client.files.create({ purpose: 'batch', file: file() }),
  'batches.create': (client) =>
    client.batches.create({
      input_file_id: 'file_1',
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    }),
  'models.list': (client) => client.models.list(),
  'files.delete': (client) => client.delete('/files/file_1'),
  'post, bytes': post('/chat/completions', new TextEncoder().encode(JSON.stringify(stream))),
  'post, an own path': post('/crm/contacts?a=1&b=%20', { userId: 'theirs', tags: ['theirs'] }),
  'headers, query and idempotency': (client) =>
    client.chat.completions.create({ model: 'gpt-4o-mini', messages } as never, {
      headers: { 'x-tenant': 'a', 'OpenAI-Beta': 'x' },
      query: { debug: '1' },
      idempotencyKey: 'mine',
    }),
};

/** Values of our fields, which can be found anywhere in a request. */
const OURS = { userId: 'leak-u1', userProps: { plan: 'leak-plan' }, tags: ['leak-tag'] };

/** The method at `beta.threads.runs.create` of a client, bound to its resource. */
function methodAt(client: OpenAIClient, name: string): (...args: unknown[]) => unknown {
  const path = name.split('.');
  const method = path.pop() ?? '';
  let resource: unknown = client;
  for (const key of path) resource = (resource as Record<string, unknown>)[key];
  const owner = resource as Record<string, (...args: unknown[]) => unknown>;
  return (...args) => owner[method]?.(...args);
}

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
      'Azure, API version of February 2024',
      false,
      { endpoint: 'https://x.openai.azure.com', apiVersion: '2024-02-01' },
      {},
    ],
    [
      'Azure, API version of February 2024, by its base URL',
      false,
      {
        baseURL: 'https://x.openai.azure.com/openai/deployments/d',
        defaultQuery: { 'api-version': '2024-02-01' },
      },
      {},
    ],
    [
      'Azure AI Foundry, models',
      false,
      {
        baseURL: 'https://x.services.ai.azure.com/models',
        defaultQuery: { 'api-version': '2024-05-01-preview' },
      },
      {},
    ],
    ['OpenRouter', false, { baseURL: 'https://openrouter.ai/api/v1' }, { usage: { include: true } }],
    ['Mistral', false, { baseURL: 'https://api.mistral.ai/v1' }, {}],
    ['a proxy with a path', false, { baseURL: 'https://llm.example.com/team/openai/v1/' }, {}],
    ["a host with OpenAI's host as prefix", false, { baseURL: 'https://api.openai.com.example/v1' }, {}],
    [
      'Azure on your data',
      false,
      { endpoint: 'https://x.openai.azure.com', apiVersion: '2024-10-21' },
      { data_sources: dataSources },
    ],
    ['Databricks', false, { baseURL: 'https://x.cloud.databricks.com/serving-endpoints' }, {}],
    ['an unknown host', false, { baseURL: 'https://llm.example.com/v1' }, {}],
    ['a host on loopback', false, { baseURL: 'http://127.0.0.1:8000/v1' }, {}],
    ['Groq', false, { baseURL: 'https://api.groq.com/openai/v1' }, {}],
    ['a host in the streamUsage option', true, { baseURL: 'https://llm.corp.example/v1' }, {}],
    [
      'a host in the streamUsage option, on your data',
      false,
      { baseURL: 'https://llm.corp.example/v1' },
      { data_sources: dataSources },
    ],
  ])('asks %s for usage: %s', async (_name, isAsked, options, more) => {
    const body = { ...stream, ...more };
    const [sent] = await sentBy(module, options, chat(body));
    expect(jsonOf(sent)).toEqual({
      ...body,
      ...(isAsked ? { stream_options: { include_usage: true } } : {}),
    });
  });

  test.each([
    ['https://other.example/v1/chat/completions', false],
    ['https://api.openai.com/v1/chat/completions', true],
    ['/chat/completions?api-version=2024-02-01', false],
  ])('asks for usage on the path %s: %s', async (path, isAsked) => {
    const [sent] = await sentBy(module, {}, post(path, stream));
    const asked = isAsked ? { stream_options: { include_usage: true } } : {};
    expect(jsonOf(sent)).toEqual({ ...stream, ...asked });
  });

  test('sends the same bytes as without instrumentation to every host, except for the usage option', async () => {
    let kinds = 0;
    for (const options of HOSTS) {
      for (const [name, request] of Object.entries(REQUESTS)) {
        const sent = await sentBy(module, options, request);
        instrumentation.disable();
        const without = await sentBy(module, options, request);
        instrumentation.enable();
        expect({ options, name, sent }).toEqual({ options, name, sent: askedForUsage(without, sent) });
        kinds += without.length;
      }
    }
    // Some major versions lack some of the methods.
    expect(kinds).toBeGreaterThan(HOSTS.length * (Object.keys(REQUESTS).length - 5));
  });

  test("sends none of Userspan's fields with any method, recorded or not", async () => {
    // Helpers that are given the client send through the other methods. Without valid parameters they fail outside of the test.
    const methods = methodsOf(module).filter(({ path }) => path !== GIVEN_PATH);
    const silent: string[] = [];
    const leaks: string[] = [];
    for (const { name } of methods) {
      const parameters = {
        model: 'gpt-4o-mini',
        kept: 'theirs',
        thread_id: 'thread_1',
        file: file(),
        ...OURS,
      };
      const sent: SentRequest[] = [];
      // The parameters are preceded by zero, one or two ids.
      for (const ids of [[], ['id_1'], ['id_1', 'id_2']]) {
        sent.push(...(await sentBy(module, {}, (client) => methodAt(client, name)(...ids, parameters))));
      }
      const isLeak = (request: SentRequest): boolean => JSON.stringify(request).includes('leak-');
      leaks.push(
        ...sent.filter(isLeak).map(({ method, path }) => `${name}: ${String(method)} ${String(path)}`),
      );
      if (!sent.some(({ body }) => body.includes('theirs'))) silent.push(name);
    }
    expect(leaks).toEqual([]);
    // Methods that send no parameters of the caller.
    expect(silent.length).toBeLessThan(methods.length / 4);
  });

  test('keeps the fields of a path on another host', async () => {
    const body = { userId: 'theirs', tags: ['theirs'] };
    const [sent] = await sentBy(module, {}, post('/crm/contacts', body));
    expect(jsonOf(sent)).toEqual(body);
  });
});
