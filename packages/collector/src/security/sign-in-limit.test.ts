import { request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { SignInLimit } from './sign-in-limit.ts';

let collector: MemoryCollector | undefined;
afterEach(() => collector?.remove());

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** Signs in from another address of this machine. */
function signIn(url: string, token: string, localAddress: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, localAddress, agent: false } as const;
    const request = httpRequest(new URL('/api/session', url), options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'], body }),
      );
    });
    request.once('error', reject);
    request.end(JSON.stringify({ token }));
  });
}

test('the eleventh wrong token has to wait, the right one too; another address has not', async () => {
  collector = await memoryCollector({ token: ['the-right-token'] });
  const { url } = collector;
  expect((await signIn(url, 'the-right-token', '127.0.0.1')).status).toBe(204);
  for (let time = 0; time < 10; time++) {
    expect((await signIn(url, `guess-${time}`, '127.0.0.1')).status).toBe(401);
  }
  const wrong = await signIn(url, 'guess-10', '127.0.0.1');
  const right = await signIn(url, 'the-right-token', '127.0.0.1');
  expect([wrong.status, right.status]).toEqual([429, 429]);
  expect(Number(right.retryAfter)).toBeGreaterThanOrEqual(1);
  expect(Number(right.retryAfter)).toBeLessThanOrEqual(6);
  expect(JSON.parse(right.body)).toMatchObject({ title: 'Too Many Requests', status: 429 });
  expect((await signIn(url, 'the-right-token', '127.0.0.2')).status).toBe(204);
  const other = await fetch(`${url}/api/users`, { headers: { authorization: 'Bearer the-right-token' } });
  expect(other.status).toBe(200);
});

test('a failure is forgotten after its share of a minute', () => {
  const limit = new SignInLimit();
  for (let time = 0; time < 10; time++) limit.failed('192.0.2.1', 1_000);
  expect(limit.waitMs('192.0.2.1', 1_000)).toBe(6_000);
  expect(limit.waitMs('192.0.2.1', 6_999)).toBe(1);
  expect(limit.waitMs('192.0.2.1', 7_000)).toBe(0);
  limit.failed('192.0.2.1', 7_000);
  expect(limit.waitMs('192.0.2.1', 7_000)).toBe(6_000);
  expect(limit.waitMs('192.0.2.1', 61_000)).toBe(0);
});

test('a hundred addresses with one wrong token each make everybody wait, a moment', () => {
  const limit = new SignInLimit();
  for (let address = 0; address < 100; address++) limit.failed(`192.0.2.${address}`, 0);
  expect(limit.waitMs('198.51.100.1', 0)).toBe(600);
  expect(limit.waitMs('198.51.100.1', 600)).toBe(0);
});

test.each([
  ['2001:db8::1', '2001:db8::ffff:1', true],
  ['2001:db8:0:0:1:2:3:4', '2001:db8::9', true],
  ['2001:db8:1::1', '2001:db8:2::1', false],
  ['::1', 'fe80::1', false],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
  ['192.0.2.1', '192.0.2.2', false],
  ['', '192.0.2.2', false],
])('%s and %s are one network: %s', (one, other, isOne) => {
  // Slots are shared by chance, so the same pair is tried under several seeds.
  const shared = Array.from({ length: 5 }, () => {
    const limit = new SignInLimit();
    for (let time = 0; time < 10; time++) limit.failed(one, 0);
    return limit.waitMs(other, 0) > 0;
  });
  expect(shared.every(Boolean)).toBe(isOne);
});
