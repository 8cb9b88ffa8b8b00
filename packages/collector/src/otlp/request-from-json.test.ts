import { create, fromBinary, fromJson, type JsonValue, toJson } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExportTraceServiceRequestSchema } from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { requestFromJson } from './request-from-json.ts';
import { scanJson } from './scan-json.ts';
import { scanProtobuf } from './scan-protobuf.ts';
import { type Signal, SIGNALS } from './signal.ts';
import { spansOfRequest } from './spans-of-request.ts';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

async function convert(signal: Signal, bytes: Uint8Array): ReturnType<typeof requestFromJson> {
  const scan = await scanJson(signal, bytes, 1_000);
  return 'request' in scan
    ? requestFromJson(signal, bytes, scan.request)
    : { malformed: JSON.stringify(scan) };
}

async function read(value: unknown): Promise<unknown> {
  const made = await convert('traces', bytesOf(value));
  return 'malformed' in made ? made : [...spansOfRequest(made.bytes)];
}

const ID = { traceId: '0AF7651916CD43DD8448EB211C80319C', spanId: 'b7ad6b7169203331' };
const request = (span: object): unknown => ({
  resourceSpans: [{ scopeSpans: [{ spans: [{ ...ID, ...span }] }] }],
});

describe('JSON of real senders', () => {
  test.each([
    [
      'times as strings',
      { startTimeUnixNano: '1790000000000000001' },
      { startTimeUnixNano: 1_790_000_000_000_000_001n },
    ],
    [
      'times as numbers',
      { endTimeUnixNano: 1_790_000_000_000_000_000 },
      { endTimeUnixNano: 1_790_000_000_000_000_000n },
    ],
    ['a kind by name', { kind: 'SPAN_KIND_CLIENT' }, { kind: 3 }],
    ['names with underscores', { parent_span_id: '00F067AA0BA902B7' }, { parentSpanId: '00f067aa0ba902b7' }],
    ['null for nothing', { name: null, attributes: null, status: null }, { name: '', attributes: {} }],
    ['an invalid parent id', { parentSpanId: 'zz' }, {}],
    [
      'a lone surrogate in a key and a value',
      { attributes: [{ key: 'k\udc00', value: { stringValue: '\ud800' } }] },
      { attributes: { 'k\ufffd': '\ufffd' } },
    ],
    ['unknown properties', { tomorrow: { traceId: 5, deep: [{ spanId: 'x' }] } }, {}],
    [
      'an invalid double',
      { attributes: [{ key: 'd', value: { doubleValue: 'NaN' } }] },
      { attributes: { d: Number.NaN } },
    ],
  ])('%s', async (_name, span, expected) => {
    expect(await read(request(span))).toEqual([
      expect.objectContaining({ traceId: ID.traceId.toLowerCase(), ...expected }),
    ]);
  });

  test.each([
    ['an invalid time', { startTimeUnixNano: 'yesterday' }],
    ['a fraction of a nanosecond', { startTimeUnixNano: 1.5 }],
    ['a name that is a number', { name: 5 }],
    ['attributes that are a map', { attributes: { a: 1 } }],
    ['two values in one attribute', { attributes: [{ key: 'k', value: { stringValue: 'a', intValue: 1 } }] }],
  ])('rejects %s', async (_name, span) => {
    expect(await read(request(span))).toEqual({ malformed: expect.any(String) });
  });
});

test('reads or rejects any JSON, and the result passes the scan', async () => {
  const name = fc.constantFrom(
    'resourceSpans',
    'scopeSpans',
    'spans',
    'resource',
    'attributes',
    'key',
    'value',
    'traceId',
    'events',
    'stringValue',
    'intValue',
    'kvlistValue',
    'values',
    '__proto__',
    'resourceLogs',
    'resourceMetrics',
  );
  const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(name, tie('tree'), { maxKeys: 3 }),
    ),
    leaf: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(ID.traceId),
    ),
  }));
  const property = fc.asyncProperty(fc.constantFrom(...SIGNALS), tree, async (signal, value) => {
    const made = await convert(signal, bytesOf(value));
    if ('bytes' in made) {
      expect(scanProtobuf(signal, made.bytes)).toHaveProperty('items');
      expect([...(signal === 'traces' ? spansOfRequest(made.bytes) : [])]).toEqual(expect.any(Array));
    }
  });
  expect(await fc.check(property, { numRuns: 3_000 })).toMatchObject({ failed: false });
});

test('the scan finds the same spans as a parser, and parsing them separately equals parsing the whole', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const spans = fc.array(
    fc.record({
      name: text,
      attributes: fc.array(fc.record({ key: text, value: fc.record({ stringValue: text }) }), {
        maxLength: 3,
      }),
    }),
    { maxLength: 5 },
  );
  const resources = fc.array(fc.record({ scopes: fc.array(spans, { maxLength: 3 }), url: text }), {
    maxLength: 3,
  });
  const property = fc.asyncProperty(resources, fc.nat(3), async (given, indent) => {
    const value = {
      resourceSpans: given.map(({ scopes, url }) => ({
        spans: 'not a list here',
        scopeSpans: scopes.map((list) => ({ spans: list, scope: { name: url } })),
        schemaUrl: url.toWellFormed(),
      })),
    };
    const bytes = new TextEncoder().encode(JSON.stringify(value, null, indent));
    const items = given.flatMap(({ scopes }) => scopes.flat()).length;
    expect(await scanJson('traces', bytes, 1_000)).toMatchObject({ items });
    if (items > 0) {
      expect(await scanJson('traces', bytes, items - 1)).toEqual({ tooMany: items });
    }
    const whole = fromJson(
      ExportTraceServiceRequestSchema,
      JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
        typeof each === 'string' ? each.toWellFormed() : each,
      ) as JsonValue,
      { ignoreUnknownFields: true },
    );
    const made = await convert('traces', bytes);
    expect('bytes' in made ? fromBinary(ExportTraceServiceRequestSchema, made.bytes) : made).toEqual(whole);
  });
  expect(await fc.check(property, { numRuns: 500 })).toMatchObject({ failed: false });
});

test.each([
  ['null among the spans', '{"resourceSpans":[{"scopeSpans":[{"spans":[null,{}]}]}]}'],
  ['a comma at the end', '{"resourceSpans":[{"scopeSpans":[{"spans":[{},]}]}]}'],
  ['two commas', '{"resourceSpans":[{},,{}]}'],
  ['no comma', '{"resourceSpans":[{}{}]}'],
  ['a number among the resources', '{"resourceSpans":[{},5]}'],
  ['a nested list', '{"resourceSpans":[[{}]]}'],
  ['a truncated span', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name"}]}]}]}'],
  ['brackets that do not match', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"x"]}]}]}}'],
])('rejects %s', async (_name, text) => {
  expect(await convert('traces', new TextEncoder().encode(text))).toEqual({ malformed: expect.any(String) });
});

test('reads a list with escapes in its name', async () => {
  const text = `{"resourceSpans":[{"scopeSpans":[{"\\u0073pans":[{"traceId":"${ID.traceId}","spanId":"${ID.spanId}","name":"x"}]}]}]}`;
  const made = await convert('traces', new TextEncoder().encode(text));
  expect('bytes' in made ? [...spansOfRequest(made.bytes)] : made).toMatchObject([{ name: 'x' }]);
});

test('converts a JSON request to the equal protobuf request', async () => {
  const message = create(ExportTraceServiceRequestSchema, {
    resourceSpans: [
      {
        schemaUrl: 'u',
        scopeSpans: [
          {
            spans: [
              { name: 'n', traceState: 'a=b', flags: 257, droppedLinksCount: 3, links: [{ flags: 1 }] },
            ],
          },
        ],
      },
    ],
  });
  const made = await convert('traces', bytesOf(toJson(ExportTraceServiceRequestSchema, message)));
  expect('bytes' in made ? fromBinary(ExportTraceServiceRequestSchema, made.bytes) : made).toEqual(message);
});
