import { request as httpRequest, type RequestOptions } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { FailedTokenLimit } from './failed-token-limit.ts';

let collector: MemoryCollector | undefined;
afterEach(() => collector?.remove());

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

/** Sends a request from another address of this machine. */
function ask(
  url: URL,
  options: RequestOptions & { readonly localAddress: string },
  text = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { ...options, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        const { 'retry-after': retryAfter, connection } = response.headers;
        resolve({ status: response.statusCode, retryAfter, connection, body });
      });
    });
    request.once('error', reject);
    request.end(text);
  });
}

function signIn(url: string, token: string, localAddress: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return ask(
    new URL('/api/session', url),
    { method: 'POST', headers, localAddress },
    JSON.stringify({ token }),
  );
}

function bearer(
  url: string,
  token: string,
  localAddress: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const headers = { ...more, authorization: `Bearer ${token}` };
  return ask(new URL('/api/users', url), { headers, localAddress });
}

const RIGHT = 'the-right-token-of-a-test';

test('rate-limits the eleventh wrong token of an address, and accepts a valid one in the form and as a bearer token', async () => {
  collector = await memoryCollector({ token: [RIGHT] });
  const { url } = collector;
  for (let time = 0; time < 5; time += 1) {
    expect((await signIn(url, `guess-${time}`, '127.0.0.1')).status).toBe(401);
    expect((await bearer(url, `guess-${time}`, '127.0.0.1')).status).toBe(401);
  }
  const [inForm, asBearer] = [
    await signIn(url, 'guess-10', '127.0.0.1'),
    await bearer(url, 'guess-11', '127.0.0.1'),
  ];
  expect([inForm.status, asBearer.status]).toEqual([429, 429]);
  expect(Number(inForm.retryAfter)).toBeGreaterThanOrEqual(1);
  expect(Number(inForm.retryAfter)).toBeLessThanOrEqual(6);
  expect(asBearer.connection).toBe('close');
  expect(JSON.parse(inForm.body)).toMatchObject({ title: 'Too Many Requests', status: 429 });
  expect((await signIn(url, RIGHT, '127.0.0.1')).status).toBe(204);
  expect((await bearer(url, RIGHT, '127.0.0.1')).status).toBe(200);
  expect((await bearer(url, 'guess-12', '127.0.0.2')).status).toBe(401);
});

describe('behind a proxy', () => {
  const guesses = async (url: string, forwarded: (time: number) => string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let time = 0; time < 12; time += 1) {
      const headers = { 'x-forwarded-for': forwarded(time) };
      statuses.push((await bearer(url, `guess-${time}`, '127.0.0.1', headers)).status ?? 0);
    }
    return statuses;
  };

  test("uses the client's address from a trusted proxy", async () => {
    collector = await memoryCollector({ token: [RIGHT], 'trusted-proxy': ['127.0.0.1'] });
    expect((await guesses(collector.url, (time) => `192.0.2.${time}`)).includes(429)).toBe(false);
    // An address that the client added itself is ignored.
    expect((await guesses(collector.url, (time) => `192.0.2.${time}, 198.51.100.7`)).includes(429)).toBe(
      true,
    );
  });

  test('ignores the header of an untrusted proxy', async () => {
    collector = await memoryCollector({ token: [RIGHT] });
    expect((await guesses(collector.url, (time) => `192.0.2.${time}`)).slice(10)).toEqual([429, 429]);
  });
});

test('expires a failure after its share of a minute', () => {
  const limit = new FailedTokenLimit();
  const first = Array.from({ length: 11 }, () => limit.failed('192.0.2.1', 1_000));
  expect(first).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6_000]);
  expect(limit.failed('192.0.2.1', 6_999)).toBe(1);
  expect(limit.failed('192.0.2.1', 7_000)).toBe(0);
  expect(limit.failed('192.0.2.1', 7_000)).toBe(6_000);
});

test.each([
  ['2001:db8::1', '2001:db8::ffff:1', true],
  ['2001:db8:0:0:1:2:3:4', '2001:db8::9', true],
  ['2001:db8:1::1', '2001:db8:2::1', false],
  ['::1', 'fe80::1', false],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
  ['192.0.2.1', '192.0.2.2', false],
  ['', '192.0.2.2', false],
])('treats %s and %s as one network: %s', (one, other, isOne) => {
  // Different addresses may share a slot by chance, so the pair is tested with several seeds.
  const shared = Array.from({ length: 5 }, () => {
    const limit = new FailedTokenLimit();
    for (let time = 0; time < 10; time += 1) {
      limit.failed(one, 0);
    }
    return limit.failed(other, 0) > 0;
  });
  expect(shared.every(Boolean)).toBe(isOne);
});

test('lets an address over its limit test at most a hundred tokens per second, and accepts a valid one', async () => {
  const limit = new FailedTokenLimit();
  const sha256 = Buffer.alloc(32, 1);
  for (let time = 0; time < 10; time += 1) {
    expect(await limit.mayTest('192.0.2.1', undefined, 0)).toBe(true);
    limit.failed('192.0.2.1', 0);
  }
  const from = performance.now();
  const tests = Array.from({ length: 150 }, () => limit.mayTest('192.0.2.1', undefined, 0));
  expect(await limit.mayTest('192.0.2.2', undefined, 0)).toBe(true);
  const results = await Promise.all(tests);
  expect(results.filter(Boolean)).toHaveLength(100);
  expect(performance.now() - from).toBeGreaterThan(900);
  expect(await limit.mayTest('192.0.2.1', sha256, 0)).toBe(true);
  limit.passed('192.0.2.1', sha256);
  const again = performance.now();
  const flood = Array.from({ length: 150 }, () => limit.mayTest('192.0.2.1', undefined, 0));
  expect(await limit.mayTest('192.0.2.1', sha256, 0)).toBe(true);
  expect(performance.now() - again).toBeLessThan(900);
  await Promise.all(flood);
});
