import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { StatusSchema } from '../otlp/generated/google/rpc/status_pb.ts';
import { ExportTraceServiceResponseSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const JSON_SPAN = {
  traceId: '0AF7651916CD43DD8448EB211C80319C',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  name: 'chat',
  kind: 3,
  startTimeUnixNano: '1790000000000000001',
  endTimeUnixNano: 1_790_000_000_000_000_000,
  attributes: [
    { key: 'user.id', value: { stringValue: 'u1' } },
    { key: 'n', value: { intValue: '42' } },
    { key: 'm', value: { intValue: 43 } },
    { key: 'big', value: { intValue: '9007199254740993' } },
    { key: '__proto__', value: { stringValue: 'x' } },
    { key: 'metadata.lone', value: { stringValue: 'a\ud800' } },
    { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 1.5 }] } } },
    {
      key: 'metadata.map',
      value: { kvlistValue: { values: [{ key: 'k', value: { bytesValue: 'AQI=' } }] } },
    },
    { key: 'empty', value: {} },
  ],
  events: [{ timeUnixNano: '5', name: 'e', attributes: [] }],
  status: { code: 2, message: 'no' },
  somethingNew: { traceId: 'not an id' },
};
const jsonRequest = (spans: readonly unknown[]): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'app' } }] },
        scopeSpans: [{ scope: { name: 's', version: '1' }, spans }],
      },
    ],
  });

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector({ 'max-body': 200_000, 'max-spans': 500 });
});
afterAll(() => collector.remove());

describe('accepted requests', () => {
  let number = 1000;
  const body = (): Uint8Array => requestOf([span(1, (number += 1))]);
  const cases: readonly [string, () => Uint8Array, Record<string, string>][] = [
    ['protobuf', body, {}],
    ['protobuf, gzip', () => gzipSync(body()), { 'content-encoding': 'gzip' }],
    ['protobuf, deflate', () => deflateSync(body()), { 'content-encoding': 'deflate' }],
    ['protobuf, deflate without a header', () => deflateRawSync(body()), { 'content-encoding': 'deflate' }],
    ['protobuf, encoding identity', body, { 'content-encoding': 'identity' }],
    ['the other content type of protobuf', body, { 'content-type': 'application/protobuf' }],
    ['a content type with parameters', body, { 'content-type': 'Application/X-Protobuf; charset=x' }],
  ];
  test.each(cases)('%s', async (_name, make, headers) => {
    const response = await post(collector.url, make(), headers);
    expect({ status: response.status, bytes: (await response.arrayBuffer()).byteLength }).toEqual({
      status: 200,
      bytes: 0,
    });
    const id = number.toString(16).padStart(8, '0');
    await waitFor(
      () => collector.spans().some(({ spanId }) => spanId.endsWith(id)),
      (isThere) => isThere,
    );
  });

  test('JSON with values of all types', async () => {
    const response = await post(collector.url, jsonRequest([JSON_SPAN]), JSON_TYPE);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({});
    const taken = await waitFor(
      () =>
        collector.received().find((received) => received.span.traceId === '0af7651916cd43dd8448eb211c80319c'),
      (found) => found !== undefined,
    );
    const attributes = JSON.parse(
      '{"user.id":"u1","n":42,"m":43,"__proto__":"x","metadata.lone":"a\ufffd","list":[true,1.5],"empty":null}',
    ) as Record<string, unknown>;
    expect(taken).toEqual({
      project: 'default',
      claimed: false,
      receivedAtMs: expect.any(Number),
      span: {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        name: 'chat',
        kind: 3,
        startTimeUnixNano: 1_790_000_000_000_000_001n,
        endTimeUnixNano: 1_790_000_000_000_000_000n,
        status: { code: 2, message: 'no' },
        attributes: Object.defineProperty(
          { ...attributes, big: 9_007_199_254_740_993n, 'metadata.map': { k: Uint8Array.of(1, 2) } },
          '__proto__',
          { value: 'x', enumerable: true },
        ),
        events: [{ timeUnixNano: 5n, name: 'e', attributes: {} }],
        resource: { 'service.name': 'app' },
        scope: { name: 's', version: '1' },
      },
    });
  });

  test.each([
    ['no bytes', '', {}],
    ['an empty JSON object', '{}', JSON_TYPE],
    ['no spans', jsonRequest([]), JSON_TYPE],
  ])('an empty request: %s', async (_name, bytes, headers) => {
    expect((await post(collector.url, bytes, headers)).status).toBe(200);
  });

  test('a string that was cut in the middle of a character, without that character', async () => {
    const body = Buffer.from(requestOf([span(0x0c0de, 1, { 'metadata.cut': 'caf\u00e9' })]));
    // Makes the second byte of the letter invalid.
    body[body.indexOf(0xc3) + 1] = 0x20;
    expect((await post(collector.url, body)).status).toBe(200);
    const found = await waitFor(
      () => collector.spans().find(({ traceId }) => traceId.endsWith('c0de')),
      (taken) => taken !== undefined,
    );
    expect(found?.attributes).toEqual({ 'metadata.cut': 'caf\ufffd ' });
  });

  test('logs and metrics', async () => {
    for (const signal of ['logs', 'metrics']) {
      const response = await fetch(`${collector.url}/v1/${signal}`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: '{}',
      });
      expect(response.status).toBe(200);
    }
  });
});

describe('partial success', () => {
  const invalid = [
    span(1, 1, {}, { traceId: new Uint8Array(16) }),
    span(1, 1, {}, { spanId: new Uint8Array() }),
    span(1, 1, {}, { traceId: new Uint8Array(15).fill(1) }),
  ];

  test('counts and drops spans without valid ids, in protobuf', async () => {
    const response = await post(collector.url, requestOf([...invalid, span(7, 7777)]));
    const body = fromBinary(ExportTraceServiceResponseSchema, new Uint8Array(await response.arrayBuffer()));
    expect(response.status).toBe(200);
    expect(body.partialSuccess).toMatchObject({
      rejectedSpans: 3n,
      errorMessage: expect.stringContaining('3 of 4 spans'),
    });
    await waitFor(
      () => collector.spans().filter(({ traceId }) => traceId.endsWith('00000007')).length,
      (count) => count === 1,
    );
  });

  test('says which ids of users and threads are too long', async () => {
    const [long, next] = ['x'.repeat(1_025), 'y'.repeat(1_025)];
    const spans = [
      span(8, 8_001, { 'user.id': long, 'gen_ai.conversation.id': long }),
      span(8, 8_002, { 'user.id': 'u', 'gen_ai.conversation.id': next }),
    ];
    const response = await post(collector.url, requestOf(spans));
    const answer = new Uint8Array(await response.arrayBuffer());
    expect(fromBinary(ExportTraceServiceResponseSchema, answer).partialSuccess).toMatchObject({
      rejectedSpans: 0n,
      errorMessage:
        '1 user id was not used: user.id is longer than 1024 characters; ' +
        '2 thread ids were not used: gen_ai.conversation.id is longer than 1024 characters',
    });
  });

  test('counts and drops spans without valid ids, in JSON, where ids must be hexadecimal', async () => {
    const spans = [
      { ...JSON_SPAN, spanId: 'xyz' },
      { ...JSON_SPAN, spanId: 'abc' },
    ];
    const response = await post(collector.url, jsonRequest(spans), JSON_TYPE);
    expect(await response.json()).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: expect.stringContaining('2 of 2 spans') },
    });
  });
});

describe('rejected requests', () => {
  const spans = (count: number): Uint8Array =>
    requestOf(Array.from({ length: count }, (_, i) => span(3, i + 1)));
  const protobuf: readonly [string, Uint8Array, Record<string, string>, number, RegExp][] = [
    ['a truncated message', requestOf([span(1, 1)]).subarray(0, 30), {}, 400, /longer than its message/],
    ['text', new TextEncoder().encode('hello'), {}, 400, /wire type|longer|cut/],
    ['invalid gzip', requestOf([span(1, 1)]), { 'content-encoding': 'gzip' }, 400, /not gzip/],
    [
      'truncated gzip',
      gzipSync(requestOf([span(1, 1)])).subarray(0, 40),
      { 'content-encoding': 'gzip' },
      400,
      /not gzip/,
    ],
    [
      'an unknown coding',
      requestOf([span(1, 1)]),
      { 'content-encoding': 'br' },
      415,
      /gzip, deflate, identity/,
    ],
    ['a body that is too large', new Uint8Array(200_001), {}, 413, /larger than 200000 bytes/],
    [
      'a body that is too large when decompressed',
      gzipSync(new Uint8Array(10_000_000)),
      { 'content-encoding': 'gzip' },
      413,
      /larger/,
    ],
    ['too many spans', spans(501), {}, 413, /at most 500/],
  ];
  test.each(protobuf)('%s, answered in protobuf', async (_name, body, headers, status, message) => {
    const response = await post(collector.url, body, headers);
    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
      status,
      type: 'application/x-protobuf',
    });
    expect(fromBinary(StatusSchema, new Uint8Array(await response.arrayBuffer())).message).toMatch(message);
  });

  const json: readonly [string, string, Record<string, string>, number, RegExp][] = [
    ['truncated JSON', '{"resourceSpans":[', JSON_TYPE, 400, /ends too early/],
    ['an unterminated string', '{"a":"b', JSON_TYPE, 400, /string without end/],
    ['no JSON', '{a}', JSON_TYPE, 400, /not an OTLP\/JSON/],
    ['another shape', '{"resourceSpans":1}', JSON_TYPE, 400, /resource_spans/],
    ['a list', '[]', JSON_TYPE, 400, /not a JSON object/],
    ['unclosed brackets', '['.repeat(100_000), JSON_TYPE, 400, /nested too deeply/],
    ['no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1').toString('latin1'), JSON_TYPE, 200, /./],
    ['text', 'hello', { 'content-type': 'text/plain' }, 415, /Content-Type must be/],
    ['too many spans', jsonRequest(Array.from({ length: 501 }, () => ({}))), JSON_TYPE, 413, /more than 500/],
  ];
  test.each(json)('%s, answered in JSON', async (_name, body, headers, status, message) => {
    const response = await post(collector.url, body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    if (status !== 200) {
      expect(await response.json()).toEqual({ code: 3, message: expect.stringMatching(message) });
    }
  });

  test('a request without a content type', async () => {
    const response = await fetch(`${collector.url}/v1/traces`, { method: 'POST', body: new Uint8Array(3) });
    expect(response.status).toBe(415);
  });

  test('an unknown path and other methods', async () => {
    expect((await fetch(`${collector.url}/v1/nothing`, { method: 'POST' })).status).toBe(404);
    const response = await fetch(`${collector.url}/v1/traces`);
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'POST, OPTIONS',
    });
  });
});

describe('if the disk or log is full', () => {
  const full: MemoryCollector[] = [];
  afterEach(async () => {
    for (const each of full.splice(0)) {
      await each.remove();
    }
  });

  test('answers 503 if the log is full because the store is unavailable, reports it in /healthz, and recovers automatically', async () => {
    const small = await memoryCollector({ 'log-limit': 5_000 });
    full.push(small);
    small.breakStore(true);
    const statuses: number[] = [];
    for (let i = 1; i <= 100 && statuses.at(-1) !== 503; i += 1) {
      statuses.push((await post(small.url, requestOf([span(i, i)]))).status);
    }
    const refused = await post(small.url, requestOf([span(999, 999)]));
    expect({ status: refused.status, after: refused.headers.get('retry-after') }).toEqual({
      status: 503,
      after: '2',
    });
    // The log may be full before the first failure of the store.
    const health = await waitFor(
      async () => {
        const response = await fetch(`${small.url}/healthz`);
        return { code: response.status, stated: (await response.json()) as { store: { state: string } } };
      },
      ({ stated }) => stated.store.state === 'failing',
    );
    expect(health.code).toBe(503);
    expect(health.stated).toMatchObject({
      status: 'unavailable',
      log: { state: 'limit', message: expect.stringContaining('limit of 5000') },
      store: { state: 'failing', message: 'Error' },
    });

    small.breakStore(false);
    await waitFor(
      () => small.spans().length,
      (count) => count === statuses.filter((status) => status === 200).length,
    );
    await waitFor(
      async () => (await post(small.url, requestOf([span(1000, 1000)]))).status,
      (status) => status === 200,
    );
    expect((await fetch(`${small.url}/healthz`)).status).toBe(200);
  });
});
