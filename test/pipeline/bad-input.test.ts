import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCollector } from './processes.ts';
import type { Running } from './processes.ts';

const json = 'application/json';
const protobuf = 'application/x-protobuf';
const hugeJson = JSON.stringify({ resourceSpans: [], filler: 'x'.repeat(80 * 1024 * 1024) });

interface Row {
  readonly name: string;
  readonly path?: string;
  readonly method?: string;
  readonly type?: string;
  readonly encoding?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly says?: RegExp;
}

const rows: readonly Row[] = [
  { name: 'an empty JSON request, which is valid', type: json, body: '{}', status: 200 },
  { name: 'an empty protobuf request, which is valid', type: protobuf, body: new Uint8Array(), status: 200 },
  { name: 'invalid JSON', type: json, body: '{"resourceSpans":', status: 400, says: /./ },
  {
    name: 'JSON that is not OTLP',
    type: json,
    body: '{"resourceSpans":7}',
    status: 400,
    says: /resource_?spans.*got 7/i,
  },
  { name: 'a JSON array', type: json, body: '[]', status: 400, says: /./ },
  {
    name: 'bytes that are not OTLP',
    type: protobuf,
    body: new Uint8Array([255, 255, 255, 255, 7]),
    status: 400,
    says: /./,
  },
  { name: 'text sent as protobuf', type: protobuf, body: 'hello', status: 400, says: /./ },
  { name: 'invalid gzip', type: json, encoding: 'gzip', body: '{}', status: 400, says: /gzip/i },
  { name: 'an unknown encoding', type: json, encoding: 'zstd-x', body: '{}', status: 415 },
  { name: 'an unknown content type', type: 'text/html', body: '{}', status: 415 },
  { name: 'too large', type: json, body: hugeJson, status: 413 },
  {
    name: 'too large when decompressed',
    type: json,
    encoding: 'gzip',
    body: new Uint8Array(gzipSync(hugeJson)),
    status: 413,
  },
  { name: 'an unknown path', path: '/v1/nothing', type: json, body: '{}', status: 404 },
  { name: 'an unknown path of the API', path: '/api/nothing', method: 'GET', status: 404 },
  { name: 'a wrong method', method: 'PUT', type: json, body: '{}', status: 405 },
];

describe('bad input', () => {
  let collector: Running;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(async () => {
    await collector.stop();
  });

  it.each(rows)(
    '$name: $status',
    async ({ path = '/v1/traces', method = 'POST', type, encoding, body, status, says }) => {
      const response = await fetch(collector.url + path, {
        method,
        headers: { ...(type && { 'content-type': type }), ...(encoding && { 'content-encoding': encoding }) },
        ...(body === undefined ? {} : { body }),
      });
      const answer = new Uint8Array(await response.arrayBuffer());
      expect(response.status).toBe(status);
      if (status === 200 || status === 400)
        expect(response.headers.get('content-type')).toMatch(type ?? /json/);
      if (says !== undefined) expect(reasonOf(type, answer)).toMatch(says);
    },
  );

  it('still accepts spans afterwards', async () => {
    const response = await fetch(`${collector.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': json },
      body: '{}',
    });
    expect(response.status).toBe(200);
  });
});

/** The message of a google.rpc.Status: field 2 of the protobuf form, `message` of the JSON form. */
function reasonOf(type: string | undefined, answer: Uint8Array): string {
  if (type !== protobuf) return (JSON.parse(new TextDecoder().decode(answer)) as { message: string }).message;
  let at = 0;
  while (at < answer.length) {
    const tag = answer[at] ?? 0;
    const length = answer[at + 1] ?? 0;
    if (tag === 0x12) return new TextDecoder().decode(answer.subarray(at + 2, at + 2 + length));
    at += (tag & 7) === 0 ? 2 : 2 + length;
  }
  return '';
}
