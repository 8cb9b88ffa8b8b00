import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyday } from '../testing/everyday-runs.ts';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { requestOf, span } from '../testing/otlp-spans.ts';

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector({ 'max-body': 50_000, token: ['test-secret-long'] });
});
afterAll(() => collector.remove());

function statusOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<number> {
  const { hostname, port } = new URL(collector.url);
  return new Promise((resolve, reject) => {
    const sent = { ...headers, 'content-length': String(body.length) };
    const request = httpRequest({ hostname, port, method, path, headers: sent, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
    request.end(body);
  });
}

const valid = requestOf([span(1, 1, { a: 'b' }), span(1, 2)]);
const json = JSON.stringify({
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }] }] }],
});
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json().map((text) => Buffer.from(text)),
  fc.constantFrom(valid, gzipSync(valid), Buffer.from(json), gzipSync(json), Buffer.alloc(60_000)),
  // OTLP/JSON with a random value in a random place.
  fc
    .tuple(fc.nat(json.length), fc.string({ maxLength: 6 }))
    .map(([at, text]) => Buffer.from(json.slice(0, at) + text + json.slice(at + 1))),
);
const path = fc.oneof(
  fc.constantFrom(
    '/v1/traces',
    '/v1/logs',
    '/v1/metrics',
    '//v1//traces',
    '/v1/traces/',
    '/api/users',
    '/api/session',
    '/healthz',
    '/metrics',
    '/',
  ),
  fc.webPath().map((text) => `/${text.replace(/^\/+/, '')}`),
  fc.string({ maxLength: 30 }).map((text) => `/${encodeURI(text.toWellFormed())}`),
  fc.constantFrom(
    '/%',
    '/%zz',
    '/..%2f..%2fetc%2fpasswd',
    '/../../etc/passwd',
    '/api/users/%00',
    '/v1/traces?%',
    '/%ff%fe',
    `/${'a'.repeat(8000)}`,
  ),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'application/x-protobuf',
      'application/json; charset=utf-8',
      'text/plain',
      ';',
      'application/grpc',
    ),
    'content-encoding': fc.constantFrom('gzip', 'deflate', 'identity', 'br', 'gzip, gzip', ''),
    authorization: fc.constantFrom('Bearer test-secret-long', 'Bearer', 'Bearer ', 'Basic x', 'Bearer wrong'),
    origin: fc.constantFrom('null', 'https://evil.example', 'http://[', ''),
    cookie: fc.constantFrom('userspan_session=', 'userspan_session=a.b.c', '__proto__=1', ';;;=', '%'),
    accept: fc.constantFrom('text/csv', 'application/x-ndjson', '*/*', ';', 'x'),
    'if-none-match': fc.constantFrom('*', '"x"', 'W/'),
  },
  { requiredKeys: [] },
);

test('random requests never cause a 500 or a crash', async () => {
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD');
  const property = fc.asyncProperty(method, path, headers, body, async (...asked) => {
    const status = await statusOf(...asked);
    expect(status, JSON.stringify(asked.slice(0, 3))).toBeLessThan(500);
  });
  await fc.assert(property, { numRuns: everyday(1_500) });
  expect(await statusOf('GET', '/healthz', {}, new Uint8Array())).toBe(200);
}, 60_000);

test('invalid requests, truncated bodies and random bytes have no effect', async () => {
  const { hostname, port } = new URL(collector.url);
  const head =
    'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer test-secret\r\nContent-Type: application/x-protobuf\r\n';
  const pieces = [
    'GET / HTTP/9.9\r\n\r\n',
    '\0\0\0\0',
    `${head}Content-Length: 1000\r\n\r\nshort`,
    `${head}Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08`,
    `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `${head}Content-Length: -1\r\n\r\n`,
    `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ];
  for (const piece of pieces) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end(piece, 'latin1'));
      socket.on('data', () => undefined);
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
  }
  expect(await statusOf('GET', '/healthz', {}, new Uint8Array())).toBe(200);
});
