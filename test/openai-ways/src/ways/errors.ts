import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import type { Way } from '../way.ts';
import type { OpenAIClient } from '../majors.ts';
import { all, chat, streamed } from '../way.ts';

const STATUSES: readonly (readonly [status: number, type: string])[] = [
  [400, 'BadRequestError'],
  [401, 'AuthenticationError'],
  [403, 'PermissionDeniedError'],
  [404, 'NotFoundError'],
  [422, 'UnprocessableEntityError'],
];
const RETRIED: readonly (readonly [status: number, type: string])[] = [
  [409, 'ConflictError'],
  [429, 'RateLimitError'],
  [500, 'InternalServerError'],
  [503, 'InternalServerError'],
];

const USED = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
const ERROR_BODIES: readonly (readonly [
  name: string,
  body: object,
  attributes: Readonly<Record<string, unknown>>,
])[] = [
  ['an error of a code', { error: { message: 'x', code: 'overloaded' } }, { 'error.type': 'overloaded' }],
  ['an error of a type', { error: { message: 'x', type: 'server_error' } }, { 'error.type': 'server_error' }],
  ['an error that is a text', { error: 'out of quota' }, { 'error.type': 'error_body' }],
  [
    'an error that is billed',
    { error: { code: 'content_filter' }, model: 'gpt-4o-mini', usage: USED },
    { 'error.type': 'content_filter', 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.cost': 0.00021 },
  ],
];

/** Streams that a gateway answers with status 200 and an error in JSON, which the library skips. */
const STREAMS: readonly (readonly [name: string, read: (client: OpenAIClient) => Promise<unknown>])[] = [
  ['a chat', async ({ chat: { completions } }) => all(await completions.create(streamed('Hello')))],
  [
    'a response',
    async ({ responses }) => all(await responses.create({ model: 'gpt-4o-mini', input: 'x', stream: true })),
  ],
  [
    'a run',
    async ({ beta }) =>
      all(await beta.threads.runs.create('thread_1', { assistant_id: 'asst_1', stream: true })),
  ],
  [
    'a chat, read as a text',
    async ({ chat: { completions } }) => (await completions.create(streamed('Hello')).asResponse()).text(),
  ],
];

/** What goes wrong. */
export const errorWays: readonly Way[] = [
  ...STATUSES.map(([status, type]): Way => ({
    name: `error ${status}`,
    run: ({ client }) => client.chat.completions.create(chat(`fail ${status}`)),
    errors: [type],
    attributes: { 'http.response.status_code': status },
  })),
  ...RETRIED.map(([status, type]): Way => ({
    name: `error ${status}, after two retries`,
    run: ({ client }) => client.chat.completions.create(chat(`fail ${status}; retry after 1ms`)),
    errors: [type],
    attributes: { 'http.request.resend_count': 2, 'http.response.status_code': status },
  })),
  {
    name: 'error 429 once, then an answer',
    run: ({ client }) => client.chat.completions.create(chat('fail 429 once; retry after 1ms')),
    attributes: { 'http.request.resend_count': 1 },
  },
  {
    name: 'error 500 twice, then a stream',
    run: async ({ client }) => {
      const seen: unknown[] = [];
      const stream = await client.chat.completions.create(
        streamed('fail 500 twice; retry after 1ms; words 3'),
      );
      for await (const chunk of stream) seen.push(chunk);
      return seen;
    },
    attributes: { 'http.request.resend_count': 2 },
  },
  {
    name: 'error 400 of a stream',
    run: ({ client }) => client.chat.completions.create(streamed('fail 400')),
    errors: ['BadRequestError'],
  },
  {
    name: 'error 400, caught by hand',
    run: ({ client }) => client.chat.completions.create(chat('fail 400')).catch((error: unknown) => error),
    errors: ['BadRequestError'],
  },
  {
    name: 'error 400, withResponse',
    run: ({ client }) => client.chat.completions.create(chat('fail 400')).withResponse(),
    errors: ['BadRequestError'],
  },
  {
    name: 'error 400, asResponse',
    run: ({ client }) => client.chat.completions.create(chat('fail 400')).asResponse(),
    errors: ['BadRequestError'],
  },
  {
    name: 'error of a response',
    run: ({ client }) => client.responses.create({ model: 'gpt-missing', input: 'Hello' }),
    errors: ['NotFoundError'],
  },
  {
    name: 'error of an embedding',
    run: ({ client }) => client.embeddings.create({ model: 'no-such-model', input: 'Hello' }),
    errors: ['NotFoundError'],
  },
  {
    name: 'connection reset once, then an answer',
    run: ({ client }) => client.chat.completions.create(chat('reset once')),
    attributes: { 'http.request.resend_count': 1 },
  },
  {
    name: 'connection reset',
    run: ({ make }) => make({ maxRetries: 0 }).chat.completions.create(chat('reset')),
    errors: ['APIConnectionError'],
  },
  {
    name: 'connection refused',
    run: async ({ make }) => {
      const closed = await closedPort();
      return make({ maxRetries: 0, baseURL: `http://127.0.0.1:${closed}/v1` }).chat.completions.create(
        chat('Hello'),
      );
    },
    errors: ['APIConnectionError'],
  },
  {
    name: 'time-out',
    run: ({ make }) => make({ maxRetries: 0, timeout: 300 }).chat.completions.create(chat('hang')),
    errors: ['APIConnectionTimeoutError'],
  },
  {
    name: 'aborted before the request',
    run: ({ client }) => client.chat.completions.create(chat('Hello'), { signal: AbortSignal.abort() }),
    errors: ['APIUserAbortError'],
  },
  {
    name: 'aborted during the request',
    run: ({ client, server }) => {
      const controller = new AbortController();
      const before = server.requests.length;
      const timer = setInterval(() => {
        if (server.requests.length === before) return;
        clearInterval(timer);
        controller.abort();
      }, 1);
      return client.chat.completions.create(chat('hang'), { signal: controller.signal });
    },
    errors: ['APIUserAbortError'],
  },
  {
    name: 'a body that is no JSON',
    run: ({ make }) =>
      make({
        fetch: async () =>
          new Response('{"half":', { status: 200, headers: { 'content-type': 'application/json' } }),
      }).chat.completions.create(chat('Hello')),
    errors: ['SyntaxError'],
    isUsageUnknown: true,
  },
  {
    name: 'an empty body',
    run: ({ make }) =>
      make({
        fetch: async () => new Response('', { status: 200, headers: { 'content-type': 'text/plain' } }),
      }).chat.completions.create(chat('Hello')),
    isUsageUnknown: true,
  },
  ...ERROR_BODIES.map(([name, body, attributes]): Way => ({
    name: `status 200 with ${name}`,
    run: ({ make }) =>
      make({ fetch: async () => Response.json(body) }).chat.completions.create(chat('Hello')),
    errors: [String(attributes['error.type'])],
    isUsageUnknown: attributes['gen_ai.usage.cost'] === undefined,
    attributes,
  })),
  ...STREAMS.map(([name, read]): Way => ({
    name: `status 200 with an error in place of the stream of ${name}`,
    run: ({ make }) => read(make({ fetch: async () => Response.json({ error: { code: 'overloaded' } }) })),
    errors: ['empty_stream'],
    isUsageUnknown: true,
  })),
  {
    name: 'status 204',
    run: ({ make }) =>
      make({ fetch: async () => new Response(null, { status: 204 }) }).chat.completions.create(chat('Hello')),
    isUsageUnknown: true,
  },
  {
    name: 'an option that cannot be used',
    run: ({ client }) => client.chat.completions.create(chat('Hello'), { timeout: -1 }),
    errors: ['any'],
  },
  {
    name: 'a body that cannot be sent',
    run: ({ client }) => client.chat.completions.create(chat('Hello', { seed: 1n })),
    errors: ['TypeError'],
  },
];

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
