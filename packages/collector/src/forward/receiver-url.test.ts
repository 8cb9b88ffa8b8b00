import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveOptions } from '../config/options.ts';
import { memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';

let server: Server;
let url: string;
let requests: Pick<IncomingMessage, 'url' | 'headers'>[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  ['a path', (base: string) => `${base}/in/`, '/in/v1/traces', undefined],
  ['a query', (base: string) => `${base}/in?key=K&b=%20`, '/in/v1/traces?key=K&b=%20', undefined],
  ['a query without a path', (base: string) => `${base}?key=K`, '/v1/traces?key=K', undefined],
  ['a fragment', (base: string) => `${base}/in#x`, '/in/v1/traces', undefined],
  ['a user and password', (base: string) => base.replace('//', '//me:p%40ss@'), '/v1/traces', 'me:p@ss'],
  ['only a user', (base: string) => base.replace('//', '//key@'), '/v1/traces', 'key:'],
])('sends spans to a receiver URL with %s', async (_name, urlOf, path, credentials) => {
  requests = [];
  const collector = await memoryCollector({ forward: [urlOf(url)] });
  try {
    await post(collector.url, requestOf([span(1, 1)]));
    const [request] = await waitFor(
      () => requests,
      ({ length }) => length > 0,
    );
    expect(request?.url).toBe(path);
    expect(request?.headers.authorization).toBe(
      credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
    );
  } finally {
    await collector.remove();
  }
});

test.each([
  ['a closed port', 'http://127.0.0.1:49999', 'ECONNREFUSED'],
  ['a port with another protocol', 'http://127.0.0.1:6000', /^this port is reserved/],
  ['a host that does not exist', 'http://collector.invalid', /^(?:ENOTFOUND|EAI_AGAIN)$/],
  ['https to a server without TLS', () => url.replace('http:', 'https:'), /^ERR_SSL_\w+$|^EPROTO$/],
])('/healthz shows why sending fails to %s', async (_name, forward, message) => {
  const collector = await memoryCollector({ forward: [typeof forward === 'string' ? forward : forward()] });
  try {
    await post(collector.url, requestOf([span(1, 1)]));
    const health = await waitFor(
      async () =>
        (await fetch(`${collector.url}/healthz`)).json() as Promise<Record<string, { message?: string }>>,
      ({ forward1 }) => forward1?.message !== undefined,
    );
    expect(health['forward1']?.message).toMatch(message);
  } finally {
    await collector.remove();
  }
});

test.each([
  ['an invalid URL', ['collector.example.com:4318'], [], /--forward must be a base URL/],
  ['an unsupported scheme', ['grpc://collector.example.com'], [], /--forward must be a base URL/],
  ['the path of one signal', ['http://a.example/v1/traces'], [], /such as http:\/\/a\.example;/],
  [
    'the same receiver twice',
    ['http://a.example', 'http://a.example/'],
    [],
    /has http:\/\/a\.example\/ twice/,
  ],
  ['credentials twice', ['http://u:p@a.example'], ['authorization=x'], /set only one of them/],
  ['a header without a name', ['http://a.example'], ['=x'], /NAME=VALUE/],
  ['a header with a line break', ['http://a.example'], ['x=a\r\nb: c'], /is not a valid HTTP header/],
  ['a header whose name contains a space', ['http://a.example'], ['a b=c'], /is not a valid HTTP header/],
])('fails at start with %s', (_name, forward, headers, message) => {
  expect(() => resolveOptions({ forward, 'forward-header': headers })).toThrow(message);
});
