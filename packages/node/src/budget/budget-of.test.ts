import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { budgetOf } from './budget-of.ts';
import { usageToken } from './usage-token.ts';

const BUDGET = {
  budget: 'each',
  name: 'Budget of each user',
  usd: '1',
  spent: '1.5',
  unpricedCalls: 0,
  left: '-0.5',
  percent: 150,
  isExceeded: true,
  to: '2026-12-01T00:00:00.000Z',
  exhaustedAt: null,
};
const STANDING = { allowed: false, left: '-0.5', budgets: [BUDGET] };
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

test('sends one request with the token and caches the answer', async () => {
  const options = { url, token: 'a-token-with-read', cacheMs: 60_000, timeoutMs: 10_000 };
  const [first, second] = await Promise.all([budgetOf('a/b ?', options), budgetOf('a/b ?', options)]);
  expect(first).toEqual({ ...STANDING, isKnown: true });
  expect(second).toBe(first);
  expect(await budgetOf('a/b ?', options)).toBe(first);
  // The cache is separate for each token, because each has its project.
  answer = (_, response) => response.end(JSON.stringify({ ...STANDING, allowed: true }));
  expect(await budgetOf('a/b ?', { ...options, token: 'of-another-project' })).toMatchObject({
    allowed: true,
  });
  expect(await budgetOf('a/b ?', options)).toBe(first);
  requests.splice(1);
  expect(requests.map(({ url: path, headers }) => [path, headers.authorization])).toEqual([
    ['/api/users/~/budget?id=a%2Fb%20%3F', 'Bearer a-token-with-read'],
  ]);
  await budgetOf('acme', { ...options, isGroup: true });
  expect(requests[1]?.url).toBe('/api/groups/~/budget?id=acme');
});

const answers = (status: number, body = '{}') => {
  return (_: IncomingMessage, response: ServerResponse) => response.writeHead(status).end(body);
};

test.each([
  ['hangs', () => undefined],
  [
    'hangs in the middle of its answer',
    (_: IncomingMessage, response: ServerResponse) => response.write('{"allowed":false'),
  ],
  ['closes the connection', (request: IncomingMessage) => request.socket.destroy()],
  ['fails', answers(500)],
  ['has not loaded its budgets yet', answers(503)],
  ['rejects the token', answers(401)],
  ["answers with another server's HTML page", answers(200, '<html>')],
  ['answers with unrelated JSON', answers(200)],
  ['answers null', answers(200, 'null')],
  ['answers without budgets', answers(200, '{"allowed":false}')],
  ['answers with a budget of null', answers(200, '{"allowed":false,"left":"0","budgets":[null]}')],
  [
    'answers with an incomplete budget',
    answers(200, '{"allowed":false,"left":"0","budgets":[{"isExceeded":true}]}'),
  ],
  [
    'answers with a budget whose end is not a time',
    answers(200, JSON.stringify({ ...STANDING, budgets: [{ ...BUDGET, to: 'soon' }] })),
  ],
  ['answers with a number as the remaining amount', answers(200, '{"allowed":false,"left":0,"budgets":[]}')],
])('fails open when the collector %s, and retries after cacheMs', async (name, behave) => {
  answer = behave;
  const options = { url, timeoutMs: 300, token: name, cacheMs: 60_000 };
  const open = { allowed: true, left: null, isKnown: false, budgets: [] };
  expect(await budgetOf('u', options)).toEqual(open);
  expect(await budgetOf('another', options)).toEqual(open);
  expect(requests.length).toBeLessThanOrEqual(1);
  answer = (_, response) => response.end(JSON.stringify(STANDING));
  expect(await budgetOf('u', { ...options, cacheMs: 0, timeoutMs: 10_000 })).toMatchObject({ isKnown: true });
});

test.each([
  ['an id with a lone surrogate', '\uD800', {}],
  ['an undefined id', undefined as unknown as string, {}],
  ['an id that is a symbol', Symbol('id') as unknown as string, {}],
  ['an invalid URL', 'u', { url: 'nonsense' }],
  ['a port where nothing listens', 'u', { url: 'http://127.0.0.1:1' }],
  ['a negative time limit', 'u', { timeoutMs: -1 }],
  ['a token that is invalid as a header', 'u', { token: 'a\nb' }],
])('never throws: %s', async (_, id, options) => {
  const { allowed, isKnown } = await budgetOf(id, { url, timeoutMs: 10_000, ...options });
  expect([allowed, isKnown]).toEqual(id === '\uD800' ? [false, true] : [true, false]);
});

test('an id that the collector rejects does not affect the next one', async () => {
  answer = answers(400);
  const options = { url, timeoutMs: 10_000, token: 'refusals' };
  expect(await budgetOf('refused', options)).toMatchObject({ isKnown: false });
  answer = (_, response) => response.end(JSON.stringify(STANDING));
  expect(await budgetOf('next', options)).toMatchObject({ isKnown: true });
});

test('uses the last answer while the collector is unreachable', async () => {
  const options = { url, cacheMs: 0, timeoutMs: 10_000 };
  await budgetOf('u', options);
  answer = (request) => request.socket.destroy();
  expect(await budgetOf('u', options)).toMatchObject({ allowed: false, isKnown: true });
});

test('usageToken() needs exactly one user or group, and a key', () => {
  const key = `usk_0123456789abcdef_${'a'.repeat(43)}`;
  expect(usageToken(key, { user: 'u' })).toMatch(/^ust_[\w-]+\.[\w-]{43}$/);
  expect(() => usageToken('nope', { user: 'u' })).toThrow(/key/);
  expect(() => usageToken(key, {})).toThrow(/user or a group/);
  expect(() => usageToken(key, { user: 'u', group: 'g' })).toThrow(/user or a group/);
  expect(() => usageToken(key, { user: 'u', expiresInSeconds: 1e9 })).toThrow(/expiresInSeconds/);
});
