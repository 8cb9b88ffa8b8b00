import { channel } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';

import { MissedRequests, watchFetch } from './missed-requests.ts';

interface Row {
  readonly name: string;
  readonly userAgent: string;
  readonly origin?: string;
  readonly method?: string;
  readonly path?: string;
  readonly generator?: boolean;
  readonly isMissed: boolean;
}

const rows: readonly Row[] = [
  { name: 'openai', userAgent: 'OpenAI/JS 6.1.0', isMissed: true },
  {
    name: 'openai for Azure, with any host',
    userAgent: 'AzureOpenAI/JS 6.1.0',
    origin: 'http://gateway',
    isMissed: true,
  },
  {
    name: 'a class that a bundler renamed',
    userAgent: '_OpenAI2/JS 6.1.0',
    origin: 'http://gateway',
    isMissed: true,
  },
  { name: "a minified class, with OpenAI's host", userAgent: 'e/JS 6.1.0', isMissed: true },
  {
    name: "a minified class, with Azure's host",
    userAgent: 'e/JS 6.1.0',
    origin: 'https://x.openai.azure.com',
    isMissed: true,
  },
  {
    name: 'a minified class with another host, which may be another SDK',
    userAgent: 'e/JS 6.1.0',
    origin: 'https://api.groq.com',
    isMissed: false,
  },
  {
    name: 'groq-sdk',
    userAgent: 'Groq/JS 0.37.0',
    origin: 'https://api.groq.com',
    path: '/openai/v1/chat/completions',
    isMissed: false,
  },
  {
    name: 'another SDK of the same code generator',
    userAgent: 'Cerebras/JS 1.0',
    origin: 'https://api.cerebras.ai',
    isMissed: false,
  },
  {
    name: "a host whose name contains OpenAI's host",
    userAgent: 'X/JS 1',
    origin: 'https://api.openai.com.example',
    isMissed: false,
  },
  { name: 'fetch without a library', userAgent: 'node', generator: false, isMissed: false },
  {
    name: 'a request that is never recorded',
    userAgent: 'OpenAI/JS 6.1.0',
    path: '/v1/files',
    isMissed: false,
  },
  ...[
    '/v1/responses?beta=true',
    '/v1/videos',
    '/v1/threads/thread_1/runs',
    '/v1/realtime/client_secrets',
    '/openai/deployments/mine/chat/completions?api-version=2024-10-21',
    '/v1/vector_stores/vs_1/search',
  ].map((path): Row => ({ name: path, userAgent: 'OpenAI/JS 6.1.0', path, isMissed: true })),
  ...['/v1/threads', '/v1/vector_stores/vs_1', '/chat/completions.html', '/v1/models'].map((path): Row => ({
    name: path,
    userAgent: 'OpenAI/JS 6.1.0',
    path,
    isMissed: false,
  })),
  {
    name: 'polling a job',
    userAgent: 'OpenAI/JS 6.1.0',
    method: 'GET',
    path: '/v1/videos',
    isMissed: false,
  },
];

const table = rows.flatMap((row) => (['undici', 'http'] as const).map((client) => ({ ...row, client })));

test.each(table)('reports a missed request ($isMissed) for: $name, sent with $client', (row) => {
  const {
    userAgent,
    origin = 'https://api.openai.com',
    method = 'POST',
    path = '/v1/chat/completions',
    generator = true,
  } = row;
  const headers = {
    ...(generator ? { 'X-Stainless-Lang': 'js' } : {}),
    'User-Agent': userAgent,
    host: new URL(origin).host,
  };
  let count = 0;
  const missed = new MissedRequests(() => {
    count += 1;
  });
  missed.start();
  const request =
    row.client === 'undici'
      ? { origin, method, path, headers: Object.entries(headers).flat() }
      : {
          method,
          path,
          getHeader: (name: string) =>
            Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1],
        };
  const requests = channel(row.client === 'undici' ? 'undici:request:create' : 'http.client.request.start');
  requests.publish({ request });
  requests.publish({ request });
  missed.stop();
  expect(count).toBe(row.isMissed ? 1 : 0);
});

test('wraps fetch without changing its behaviour, and restores it', async () => {
  const platform = globalThis.fetch;
  const asked: unknown[][] = [];
  const answer = new Response('{}');
  const own = Object.assign(
    (...args: unknown[]) => {
      asked.push(args);
      return Promise.resolve(answer);
    },
    { preconnect: 'kept' },
  );
  globalThis.fetch = own;
  const seen: unknown[] = [];
  try {
    const stop = watchFetch((message) => {
      const { request } = message as { request: { getHeader: (name: string) => unknown } };
      const { getHeader, ...rest } = request;
      seen.push({ ...rest, agent: getHeader('user-agent') });
    });
    const init = { method: 'post', headers: { 'User-Agent': 'OpenAI/JS 7.1.0' } };
    const watched = globalThis.fetch;
    expect(Reflect.get(watched, 'preconnect')).toBe('kept');
    expect(await watched('https://api.openai.com/v1/responses?a=1', init)).toBe(answer);
    await watched('not a URL');
    stop();
    expect(globalThis.fetch).toBe(own);
    // A client keeps the fetch function that it was created with.
    await watched('https://api.openai.com/v1/responses', init);
    expect(asked).toEqual([
      ['https://api.openai.com/v1/responses?a=1', init],
      ['not a URL'],
      ['https://api.openai.com/v1/responses', init],
    ]);
    expect(seen).toEqual([
      {
        method: 'POST',
        path: '/v1/responses?a=1',
        origin: 'https://api.openai.com',
        agent: 'OpenAI/JS 7.1.0',
      },
    ]);
  } finally {
    globalThis.fetch = platform;
  }
});
