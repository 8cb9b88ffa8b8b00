import { type ClientRequest, request as httpRequest } from 'node:http';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import type { AccessToken } from '../security/access-token.ts';
import { type BudgetShare, ByteBudget } from './byte-budget.ts';
import { readBody } from './read-body.ts';

const full: MemoryCollector[] = [];
afterEach(async () => {
  for (const each of full.splice(0)) {
    await each.remove();
  }
});

/** Sends this number of bytes of an incomplete body. Resolves when the collector has received or rejected them. */
async function unfinished(url: string, name: string, bytes: number): Promise<ClientRequest> {
  const { hostname, port } = new URL(url);
  const headers = {
    'content-type': 'application/x-protobuf',
    authorization: `Bearer ${name}-secret-of-a-test`,
  };
  const request = httpRequest({ hostname, port, method: 'POST', path: '/v1/traces', headers, agent: false });
  request.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    request.write(new Uint8Array(bytes), () => resolve());
  });
  return request;
}

test('answers 413 to a request that exceeds the whole budget', async () => {
  const small = await memoryCollector({ 'memory-budget': 2_000 });
  full.push(small);
  const response = await post(small.url, gzipSync(new Uint8Array(4_000)), { 'content-encoding': 'gzip' });
  expect(response.status).toBe(413);
  expect((await post(small.url, requestOf([span(1, 1)]))).status).toBe(200);
});

const token = [
  'browser=browser-secret-of-a-test',
  'ingest=ingest-secret-of-a-test',
  'ingest@b=other-secret-of-a-test',
];
test.each([
  ['pages leave room for servers', 'browser', 'ingest', 200],
  ['a server leaves room for other servers', 'ingest', 'other', 200],
  ['a server leaves room for pages', 'ingest', 'browser', 200],
  ['one token can fill only its share', 'ingest', 'ingest', 429],
])('limits incomplete bodies: %s', async (_name, filler, sender, status) => {
  const small = await memoryCollector({ 'memory-budget': 100_000, token });
  full.push(small);
  const open = await Promise.all(Array.from({ length: 30 }, () => unfinished(small.url, filler, 5_000)));
  const response = await post(small.url, requestOf([span(1, 1, { tags: 'x'.repeat(6_000) })]), {
    authorization: `Bearer ${sender}-secret-of-a-test`,
  });
  for (const request of open) {
    request.destroy();
  }
  expect({ status: response.status, after: response.headers.get('retry-after') }).toEqual({
    status,
    after: status === 429 ? '2' : null,
  });
});

test('rejects a stalled body, and throws for a broken connection', async () => {
  const budget = new ByteBudget(1_000);
  const share = budget.share({ token: undefined, claimed: false, address: '' });
  const slow = new PassThrough();
  slow.write('half');
  expect(await readBody(slow, 'identity', 100, share, 20)).toMatchObject({
    taken: false,
    reason: 'too-slow',
  });
  const broken = new PassThrough();
  broken.write('half');
  broken.destroy();
  await expect(readBody(broken, 'identity', 100, share)).rejects.toThrow('ended before the body did');
  share.release();
  expect(budget.takenBytes).toBe(0);
});

test('limits incomplete bodies together to half of the budget, and a complete one to all of it', () => {
  const budget = new ByteBudget(1_000, 2);
  const shareOf = (name: string): BudgetShare =>
    budget.share({ token: { sha256: Buffer.from(name) } as AccessToken, claimed: false, address: '' });
  const [first, second, third] = [shareOf('a'), shareOf('a'), shareOf('b')];
  // One token may use three quarters of this half.
  expect([first.limitBytes, first.grow(300), second.grow(76), second.grow(75)]).toEqual([
    375,
    true,
    false,
    true,
  ]);
  expect([third.grow(126), third.grow(125)]).toEqual([false, true]);
  first.arrived();
  expect([first.limitBytes, first.grow(376), first.grow(375)]).toEqual([750, false, true]);
  expect([second.grow(1), third.grow(126), third.grow(125)]).toEqual([false, false, true]);
  for (const share of [first, second, third]) {
    share.release();
  }
  expect([budget.takenBytes, shareOf('a').grow(375)]).toEqual([0, true]);
});

test('limits all pages to a quarter of the budget, and one address to half of that', () => {
  const budget = new ByteBudget(1_000, 2);
  const token = { sha256: Buffer.from('page') } as AccessToken;
  const shareOf = (address: string): BudgetShare => {
    const share = budget.share({ token, claimed: true, address });
    share.arrived();
    return share;
  };
  const [first, second, third] = [shareOf('192.0.2.1'), shareOf('192.0.2.2'), shareOf('192.0.2.3')];
  expect([first.grow(126), first.grow(125)]).toEqual([false, true]);
  expect([second.grow(126), second.grow(125)]).toEqual([false, true]);
  expect(third.grow(1)).toBe(false);
  const server = budget.share({
    token: { sha256: Buffer.from('server') } as AccessToken,
    claimed: false,
    address: '',
  });
  server.arrived();
  expect(server.grow(750)).toBe(true);
});

test('accepts the maximum number of small JSON spans in one request', async () => {
  const collector = await memoryCollector();
  full.push(collector);
  const spans = Array.from({ length: 50_000 }, (_, i) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: (i + 1).toString(16).padStart(16, '0'),
    attributes: [
      { key: 'a', value: { intValue: '1' } },
      { key: 'b', value: { stringValue: 'x' } },
    ],
  }));
  const send = (list: readonly unknown[]): Promise<Response> =>
    post(collector.url, JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] }), {
      'content-type': 'application/json',
    });
  expect((await send(spans)).status).toBe(200);
  expect((await send([...spans, {}])).status).toBe(413);
});
