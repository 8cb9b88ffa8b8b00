import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { budgetOf } from './budget-of.ts';
import { usageToken } from './usage-token.ts';

const STANDING = { allowed: false, left: '-0.5', budgets: [] };
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[] = [];
let url = '';
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});

beforeEach(async () => {
  requests = [];
  answer = (_, response) => response.end(JSON.stringify(STANDING));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('asks once, with the token, and gives the answer again', async () => {
  const options = { url, token: 'a-token-with-read', cacheMs: 60_000, timeoutMs: 10_000 };
  const [first, second] = await Promise.all([budgetOf('a/b ?', options), budgetOf('a/b ?', options)]);
  expect(first).toEqual({ ...STANDING, isKnown: true });
  expect(second).toBe(first);
  expect(await budgetOf('a/b ?', options)).toBe(first);
  expect(requests.map(({ url: path, headers }) => [path, headers.authorization])).toEqual([
    ['/api/users/~/budget?id=a%2Fb%20%3F', 'Bearer a-token-with-read'],
  ]);
  await budgetOf('acme', { ...options, isGroup: true });
  expect(requests[1]?.url).toBe('/api/groups/~/budget?id=acme');
});

test.each([
  ['hangs', () => undefined],
  ['fails', (_: IncomingMessage, response: ServerResponse) => response.writeHead(500).end()],
  ['talks nonsense', (_: IncomingMessage, response: ServerResponse) => response.end('<html>')],
  ['hangs up', (request: IncomingMessage) => request.socket.destroy()],
])('fails open when the collector %s', async (name, behave) => {
  answer = behave;
  const standing = await budgetOf(name, { url, timeoutMs: 50 });
  expect(standing).toEqual({ allowed: true, left: null, isKnown: false, budgets: [] });
});

test('the last answer holds while the collector is away', async () => {
  const options = { url, cacheMs: 0, timeoutMs: 10_000 };
  await budgetOf('u', options);
  answer = (request) => request.socket.destroy();
  expect(await budgetOf('u', options)).toMatchObject({ allowed: false, isKnown: true });
});

test('a usage token is for exactly one, and only with a key', () => {
  const key = `usk_0123456789abcdef_${'a'.repeat(43)}`;
  expect(usageToken(key, { user: 'u' })).toMatch(/^ust_[\w-]+\.[\w-]{43}$/);
  expect(() => usageToken('nope', { user: 'u' })).toThrow(/key/);
  expect(() => usageToken(key, {})).toThrow(/user or a group/);
  expect(() => usageToken(key, { user: 'u', group: 'g' })).toThrow(/user or a group/);
  expect(() => usageToken(key, { user: 'u', expiresInSeconds: 1e9 })).toThrow(/expiresInSeconds/);
});
