import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';
import { hashOf } from './access-token.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Node's HTTP client can set headers that `fetch` does not allow. */
function ask(
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: Uint8Array | string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, url), { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

describe('on loopback, without tokens', () => {
  let collector: MemoryCollector;
  beforeAll(async () => {
    collector = await memoryCollector({ 'cors-origin': ['https://app.example'], 'allow-host': ['Dev.Box'] });
  });
  afterAll(() => collector.remove());

  test.each([
    ['127.0.0.1:4318', 200],
    ['localhost', 200],
    ['LOCALHOST:1', 200],
    ['[::1]:4318', 200],
    ['127.8.9.1', 200],
    ['dev.box:4318', 200],
    ['evil.example', 421],
    ['evil.example:4318', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
    ['evil.example@127.0.0.1', 421],
    ['127.0.0.1@evil.example', 421],
    ['10.0.0.1', 421],
    ['0.0.0.0', 421],
  ])('answers a Host of %j with %i', async (host, status) => {
    expect((await ask(collector.url, 'GET', '/healthz', { host })).status).toBe(status);
  });

  test.each([
    ['no origin, which is not a browser', {}, 200],
    ['the dashboard itself', { origin: 'OWN', 'sec-fetch-site': 'same-origin' }, 200],
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }, 403],
    ['a sandboxed page', { origin: 'null', 'sec-fetch-site': 'cross-site' }, 403],
    ['a browser that hides the origin', { 'sec-fetch-site': 'cross-site' }, 403],
    ['an allowed origin', { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }, 200],
    [
      'an origin with an allowed one as prefix',
      { origin: 'https://app.example.evil', 'sec-fetch-site': 'cross-site' },
      403,
    ],
  ])('accepts or rejects spans from %s', async (_name, headers: Record<string, string>, status) => {
    const origin = headers['origin'] === 'OWN' ? { origin: collector.url } : {};
    const all = { ...PROTOBUF, ...headers, ...origin };
    const answer = await ask(collector.url, 'POST', '/v1/traces', all, requestOf([span(1, 1)]));
    expect(answer.status).toBe(status);
  });

  test('allows a listed origin only to send spans', async () => {
    const headers = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask(collector.url, 'POST', '/api/prices', headers)).status).toBe(403);
    expect((await ask(collector.url, 'DELETE', '/api/session', headers)).status).toBe(403);
  });

  test('allows only listed origins in preflight requests', async () => {
    const preflight = (origin: string): Promise<Answer> =>
      ask(collector.url, 'OPTIONS', '/v1/traces', { origin, 'access-control-request-method': 'POST' });
    const named = await preflight('https://app.example');
    expect(named.status).toBe(204);
    expect(named.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringContaining('authorization'),
      vary: 'origin',
    });
    expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });

  test('marks spans of a page as claimed, and lets the page read the answer', async () => {
    const headers = { ...PROTOBUF, origin: 'https://app.example' };
    const answer = await ask(collector.url, 'POST', '/v1/traces', headers, requestOf([span(77, 1)]));
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
    const received = await waitFor(
      () => collector.received().find(({ span: { traceId } }) => traceId.endsWith('4d')),
      (found) => found !== undefined,
    );
    expect(received?.claimed).toBe(true);
  });

  test.each([
    ['host', ['Host', 'localhost', 'Host', 'evil.example']],
    ['host', ['host', 'localhost', 'HOST', 'localhost']],
    ['authorization', ['Host', 'localhost', 'Authorization', 'Bearer a', 'authorization', 'Bearer b']],
    ['origin', ['Host', 'localhost', 'Origin', 'http://a', 'Origin', 'http://b']],
    ['content-type', ['Host', 'localhost', 'Content-Type', 'text/plain', 'Content-Type', 'application/json']],
  ])('rejects two %s headers', async (name, headers) => {
    const { hostname, port } = new URL(collector.url);
    const lines = headers.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    const socket = connect(Number(port), hostname);
    socket.end(`GET /healthz HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
    const answer = await textOf(socket);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain(`more than one ${name} header`);
  });

  test('sets the security headers on every answer', async () => {
    for (const path of ['/healthz', '/nothing', '/api/users', '/v1/traces']) {
      expect((await ask(collector.url, 'GET', path)).headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });
});

describe('with tokens', () => {
  const TOKENS = [
    'admin-secret-of-a-test',
    'ingest@acme=ingest-secret-of-a-test',
    'read@acme=read-secret-of-a-test',
    `read@other=sha256:${hashOf('hashed-secret-of-a-test').toString('hex')}`,
    'browser@acme=browser-secret-of-a-test',
  ];
  let collector: MemoryCollector;
  beforeAll(async () => {
    collector = await memoryCollector({
      host: '0.0.0.0',
      token: TOKENS,
      'cors-origin': ['https://app.example'],
    });
  });
  afterAll(() => collector.remove());
  const url = (): string => collector.url.replace('0.0.0.0', '127.0.0.1');

  test.each([
    ['no token', '', 401, 401, 401],
    ['a wrong secret', 'wrong-secret', 401, 401, 401],
    [
      'a hash in place of its secret',
      `sha256:${hashOf('hashed-secret-of-a-test').toString('hex')}`,
      401,
      401,
      401,
    ],
    ['admin', 'admin-secret-of-a-test', 200, 200, 200],
    ['ingest', 'ingest-secret-of-a-test', 200, 403, 403],
    ['read', 'read-secret-of-a-test', 403, 200, 403],
    ['read, configured by its hash', 'hashed-secret-of-a-test', 403, 200, 403],
    ['a browser key', 'browser-secret-of-a-test', 200, 403, 403],
  ])('%s', async (_name, secret, sends, reads, writes) => {
    const headers: Record<string, string> = secret === '' ? {} : bearer(secret);
    const statuses = [
      await ask(url(), 'POST', '/v1/traces', { ...PROTOBUF, ...headers }, requestOf([span(1, 1)])),
      await ask(url(), 'GET', '/api/users', headers),
      await ask(url(), 'POST', '/api/prices', headers),
    ].map(({ status }) => status);
    expect(statuses).toEqual([sends, reads, writes]);
  });

  test('requires admin for an API route without a declared permission', async () => {
    expect((await ask(url(), 'GET', '/api/unsaid', bearer('read-secret-of-a-test'))).status).toBe(403);
    expect((await ask(url(), 'GET', '/api/unsaid', bearer('admin-secret-of-a-test'))).status).toBe(200);
  });

  test('shows a token only its own project', async () => {
    const project = async (secret: string): Promise<unknown> =>
      JSON.parse((await ask(url(), 'GET', '/api/users', bearer(secret))).body);
    expect(await project('read-secret-of-a-test')).toEqual({ project: 'acme' });
    expect(await project('hashed-secret-of-a-test')).toEqual({ project: 'other' });
    expect(await project('admin-secret-of-a-test')).toEqual({ project: 'default' });
  });

  test('stores spans in the project of their token, and marks spans of a browser key as claimed', async () => {
    await post(url(), requestOf([span(501, 1)]), bearer('ingest-secret-of-a-test'));
    await post(url(), requestOf([span(502, 1)]), bearer('browser-secret-of-a-test'));
    const found = await waitFor(
      () => collector.received().filter(({ span: { traceId } }) => /1f[56]$/.test(traceId)),
      ({ length }) => length === 2,
    );
    expect(found.map(({ project, claimed }) => ({ project, claimed }))).toEqual([
      { project: 'acme', claimed: false },
      { project: 'acme', claimed: true },
    ]);
  });

  test('requires a token for metrics, and none for health', async () => {
    expect((await ask(url(), 'GET', '/healthz')).status).toBe(200);
    expect((await ask(url(), 'GET', '/metrics')).status).toBe(401);
    expect((await ask(url(), 'GET', '/metrics', bearer('read-secret-of-a-test'))).body).toContain(
      'userspan_received_items_total',
    );
  });

  test('describes the authorization in the format of the route with 401', async () => {
    const api = await ask(url(), 'GET', '/api/users');
    expect({
      type: api.headers['content-type'],
      how: api.headers['www-authenticate'],
      body: JSON.parse(api.body) as unknown,
    }).toEqual({
      type: 'application/problem+json; charset=utf-8',
      how: 'Bearer realm="userspan"',
      body: {
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: 'a token is needed: Authorization: Bearer TOKEN',
      },
    });
    const otlp = await ask(url(), 'POST', '/v1/traces', { 'content-type': 'application/json' }, '{}');
    expect(JSON.parse(otlp.body)).toEqual({
      code: 16,
      message: 'a token is needed: Authorization: Bearer TOKEN',
    });
  });

  describe('a session', () => {
    const signIn = (token: unknown): Promise<Answer> =>
      ask(url(), 'POST', '/api/session', { 'content-type': 'application/json' }, JSON.stringify({ token }));

    test('is a cookie that scripts cannot read and other sites cannot use', async () => {
      const answer = await signIn('read-secret-of-a-test');
      expect(answer.status).toBe(204);
      const [cookie = ''] = answer.headers['set-cookie'] ?? [];
      expect(cookie).toMatch(/^userspan_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
      expect(cookie).not.toContain('read-secret-of-a-test');
      const headers = { cookie: cookie.split(';', 1)[0] ?? '' };
      expect((await ask(url(), 'GET', '/api/users', headers)).status).toBe(200);
      expect(JSON.parse((await ask(url(), 'GET', '/api/session', headers)).body)).toEqual({
        required: true,
        signedIn: true,
        project: 'acme',
        permission: 'read',
        projects: [{ project: 'acme', permission: 'read' }],
      });
      expect((await ask(url(), 'POST', '/api/prices', headers)).status).toBe(403);
    });

    test('is invalid after it ended, even if the cookie was kept', async () => {
      const [cookie = ''] = (await signIn('read-secret-of-a-test')).headers['set-cookie'] ?? [];
      const headers = { cookie: cookie.split(';', 1)[0] ?? '' };
      const ended = await ask(url(), 'DELETE', '/api/session', headers);
      expect(ended.headers['set-cookie']?.[0]).toMatch(/^userspan_session=; .*Expires=Thu, 01 Jan 1970/);
      expect((await ask(url(), 'GET', '/api/users', headers)).status).toBe(401);
    });

    test.each([
      ['a wrong token', 'nonsense', 401],
      ['a token with only the permission ingest', 'ingest-secret-of-a-test', 401],
      ['a browser key', 'browser-secret-of-a-test', 401],
      ['a number', 7, 401],
      ['nothing', undefined, 400],
      ['a string that is too long', 'x'.repeat(600), 400],
    ])('is not created with %s', async (_name, token, status) => {
      const answer = await signIn(token);
      expect({ status: answer.status, cookie: answer.headers['set-cookie'] }).toEqual({
        status,
        cookie: undefined,
      });
    });

    test.each([
      ['another token', (value: string) => value.replace(/^[0-9a-f]{4}/, '0000')],
      ['a later time of sign-in', (value: string) => value.replace(/\.\d+\./, '.9999999999999.')],
      ['another signature', (value: string) => value.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
      ['no content', () => ''],
      ['other content', () => '__proto__.1.x'],
    ])('is rejected if its cookie has %s', async (_name, change) => {
      const [cookie = ''] = (await signIn('read-secret-of-a-test')).headers['set-cookie'] ?? [];
      const value = cookie.slice('userspan_session='.length).split(';', 1)[0] ?? '';
      const answer = await ask(url(), 'GET', '/api/users', { cookie: `userspan_session=${change(value)}` });
      expect(answer.status).toBe(401);
    });
  });
});
