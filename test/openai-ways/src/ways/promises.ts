import type { Way } from '../way.ts';
import { chat, MODEL } from '../way.ts';

/** What can be done with the promise, and with the response behind it. */
export const promiseWays: readonly Way[] = [
  {
    name: 'awaited twice',
    run: async ({ client }) => {
      const promise = client.chat.completions.create(chat('Hello'));
      const [first, second] = [await promise, await promise];
      return [first, first === second];
    },
  },
  {
    name: 'then, catch and finally',
    run: async ({ client, note }) => {
      const promise = client.chat.completions.create(chat('Hello'));
      note(promise.constructor.name);
      return promise
        .then((answer) => answer)
        .catch(() => 'never')
        .finally(() => note('finally'));
    },
  },
  {
    name: 'several at once',
    run: ({ client }) =>
      Promise.all([1, 2, 3].map((n) => client.chat.completions.create(chat(`Hello ${n}`)))),
    spans: 3,
  },
  {
    name: 'withResponse',
    run: async ({ client }) => {
      const { data, response, request_id } = await client.chat.completions
        .create(chat('Hello'))
        .withResponse();
      return { data, response, request_id, body: response.body };
    },
  },
  {
    name: 'awaited and withResponse',
    run: async ({ client }) => {
      const promise = client.chat.completions.create(chat('Hello'));
      const { data } = await promise.withResponse();
      return [data, (await promise) === data];
    },
  },
  {
    name: 'asResponse, json',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(chat('Hello')).asResponse();
      const before = { response, body: response.body, text: typeof response.text };
      return [before, await response.json(), response.bodyUsed];
    },
  },
  {
    name: 'asResponse, text',
    run: async ({ client }) => (await client.chat.completions.create(chat('Hello')).asResponse()).text(),
  },
  {
    name: 'asResponse, arrayBuffer',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(chat('Hello')).asResponse();
      return Buffer.from(await response.arrayBuffer());
    },
  },
  {
    name: 'asResponse, blob',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(chat('Hello')).asResponse();
      return (await response.blob()).text();
    },
  },
  {
    name: 'asResponse, body in pieces',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(chat('Hello')).asResponse();
      const pieces: Buffer[] = [];
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        pieces.push(Buffer.from(piece));
      }
      return [Buffer.concat(pieces), response.bodyUsed, response.body === response.body];
    },
  },
  {
    name: 'asResponse, cloned',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(chat('Hello')).asResponse();
      const copy = response.clone();
      return [await copy.json(), await response.json()];
    },
  },
  {
    name: 'asResponse, read twice',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(chat('Hello')).asResponse();
      return [await response.text(), await response.text().catch((error: unknown) => error)];
    },
  },
  {
    name: 'asResponse, looked at and then read',
    run: async ({ client }) => {
      const response = await client.chat.completions.create(chat('Hello')).asResponse();
      if (!response.body) return 'none';
      return response.json();
    },
  },
  {
    name: 'asResponse, never read',
    run: async ({ client }) => {
      const { status } = await client.chat.completions.create(chat('Hello')).asResponse();
      return status;
    },
    isUsageUnknown: true,
    isDropped: true,
  },
  {
    name: 'client.post',
    run: ({ client }) => client.post('/chat/completions', { body: chat('Hello') }),
  },
  {
    name: 'client.request, options used twice',
    run: async ({ client }) => {
      const options = { method: 'post', path: '/chat/completions', body: chat('Hello') } as const;
      return [await client.request(options), await client.request({ ...options })];
    },
    spans: 2,
  },
  {
    name: 'a request option',
    run: ({ client }) =>
      client.chat.completions.create(chat('Hello'), {
        headers: { 'x-app': '1' },
        timeout: 5000,
        maxRetries: 0,
      }),
  },
  {
    name: 'method taken from its resource',
    run: ({ client }) => {
      // oxlint-disable-next-line typescript/unbound-method -- that it is unbound is the case
      const { create } = client.chat.completions;
      return create.call(client.chat.completions, chat('Hello'));
    },
  },
  {
    name: 'resource taken from its client',
    run: ({ client }) => {
      const { completions } = client.chat;
      return completions.create(chat('Hello'));
    },
  },
  {
    name: 'method torn off',
    run: async ({ client }) => {
      // oxlint-disable-next-line typescript/unbound-method -- that it is unbound is the case
      const { create } = client.chat.completions;
      return (async () => create(chat('Hello')))();
    },
    spans: 0,
  },
  {
    name: 'withOptions',
    since: 5,
    run: ({ client }) => client.withOptions({ maxRetries: 1 }).chat.completions.create(chat('Hello')),
  },
  {
    name: 'subclassed client',
    run: ({ module, server }) => {
      class Mine extends module.OpenAI {
        readonly mine = true;
      }
      return new Mine({ apiKey: 'sk-test', baseURL: server.url }).chat.completions.create(chat('Hello'));
    },
  },
  {
    name: 'subclass with its own hook',
    run: async ({ module, server, note }) => {
      class Mine extends module.OpenAI {
        protected override async prepareOptions(options: never): Promise<void> {
          note((options as { path: string }).path);
        }
      }
      return new Mine({ apiKey: 'sk-test', baseURL: server.url }).chat.completions.create(chat('Hello'));
    },
  },
  {
    name: 'body with a toJSON',
    run: ({ client }) => {
      class Body {
        readonly stream = false;
        toJSON(): unknown {
          return chat('Hello');
        }
      }
      return client.chat.completions.create(new Body() as never);
    },
  },
  {
    name: 'no inference at all',
    run: async ({ client }) => (await client.models.list()).data.length > 0,
    spans: 0,
  },
  {
    name: 'model in a variable path',
    run: ({ client }) =>
      client.post('/chat/completions?x=1', {
        body: { model: MODEL, messages: [{ role: 'user', content: 'Hi' }] },
      }),
  },
];
