import { deepStrictEqual } from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import type { Span, SpanEvent } from '@userspan/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { attributesOf } from '../attributes-of.ts';
import { decode } from '../decode.ts';
import {
  AnyValueSchema,
  type AnyValue,
  KeyValueSchema,
} from '../generated/opentelemetry/proto/common/v1/common_pb.ts';
import { SpanSchema, StatusSchema } from '../generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { varintOf } from '../fields.ts';
import { SpanReader } from './span-reader.ts';
import { hasValidIds, hexOf } from '../spans-of-request.ts';

const RESOURCE = { 'service.name': 'chat' };
const SCOPE = { name: 'tests', version: '1' };

/** The span as read by the generated decoder. */
function decoded(bytes: Uint8Array): Span | undefined {
  const span = decode(SpanSchema, bytes);
  if (!hasValidIds(span)) {
    return undefined;
  }
  const { code = 0, message = '' } = span.status ?? {};
  const hasParent = span.parentSpanId.length === 8 && span.parentSpanId.some((byte) => byte !== 0);
  return {
    traceId: hexOf(span.traceId),
    spanId: hexOf(span.spanId),
    ...(hasParent ? { parentSpanId: hexOf(span.parentSpanId) } : undefined),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: span.endTimeUnixNano,
    status: { code: code === 1 || code === 2 ? code : 0, ...(message === '' ? undefined : { message }) },
    attributes: attributesOf(span.attributes),
    events: span.events.map((event): SpanEvent => ({
      name: event.name,
      timeUnixNano: event.timeUnixNano,
      attributes: attributesOf(event.attributes),
    })),
    resource: RESOURCE,
    scope: SCOPE,
  };
}

/** Reads from the middle of a larger request, twice with one reader, because the second read uses cached strings. */
function read(bytes: Uint8Array): readonly (Span | undefined)[] {
  const request = Buffer.concat([Buffer.from([0xff, 0xff]), bytes, Buffer.from([0xff])]);
  const reader = new SpanReader(request.subarray(1));
  return [1, 2, 3].map(() => reader.span(1, 1 + bytes.length, RESOURCE, SCOPE));
}

/** A length-delimited field with any bytes. */
function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([varintOf((number << 3) | 2), varintOf(content.length), content]);
}

const TEXT = fc.oneof(
  fc.constantFrom(
    '',
    'user.id',
    'gpt-4o',
    '__proto__',
    'constructor',
    'é',
    '\u{1F600}',
    'x'.repeat(48),
    'x'.repeat(49),
  ),
  fc.string({ unit: 'grapheme' }),
);
const INT = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    0n,
    127n,
    128n,
    -1n,
    2n ** 49n - 1n,
    2n ** 49n,
    2n ** 53n - 1n,
    2n ** 53n,
    -(2n ** 53n),
    -(2n ** 63n),
  ),
);
const { value: VALUE } = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc
    .oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant(undefined),
      TEXT.map((value) => ({ case: 'stringValue' as const, value })),
      fc.boolean().map((value) => ({ case: 'boolValue' as const, value })),
      INT.map((value) => ({ case: 'intValue' as const, value })),
      fc.double().map((value) => ({ case: 'doubleValue' as const, value })),
      fc.uint8Array({ maxLength: 9 }).map((value) => ({ case: 'bytesValue' as const, value })),
      fc.nat().map((value) => ({ case: 'stringValueStrindex' as const, value })),
      fc
        .array(tie('value'), { maxLength: 4 })
        .map((values) => ({ case: 'arrayValue' as const, value: { values } })),
      fc
        .array(fc.record({ key: TEXT, value: tie('value') }), { maxLength: 4 })
        .map((values) => ({ case: 'kvlistValue' as const, value: { values } })),
    )
    .map((value) => create(AnyValueSchema, value === undefined ? {} : { value: value as never })),
}));
const PAIR = fc
  .record({ key: TEXT, value: fc.option(VALUE, { nil: undefined }) })
  .map(({ key, value }) =>
    toBinary(KeyValueSchema, create(KeyValueSchema, value === undefined ? { key } : { key, value })),
  );
const TWICE = fc.tuple(PAIR, PAIR).map((pairs) => Buffer.concat(pairs));
const ID = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.uint8Array({ minLength: length, maxLength: length }) },
    fc.uint8Array({ minLength: length - 1, maxLength: length + 1 }),
    fc.constant(new Uint8Array(length)),
  );
const STATUS = fc
  .record({ code: fc.integer({ min: -1, max: 3 }), message: TEXT })
  .map((status) => field(15, toBinary(StatusSchema, create(StatusSchema, status))));
const NUMBERS = fc
  .record({ kind: fc.integer(), startTimeUnixNano: fc.bigInt(0n, 2n ** 64n - 1n), name: TEXT })
  .map((span) => toBinary(SpanSchema, create(SpanSchema, span)));
const EVENT = fc.record({ name: TEXT, timeUnixNano: fc.bigInt(0n, 2n ** 64n - 1n) }).chain((event) =>
  fc.array(fc.oneof(PAIR, TWICE), { maxLength: 3 }).map((pairs) => {
    const whole = toBinary(SpanSchema, create(SpanSchema, { events: [event] }));
    // The event without its tag and length.
    return field(11, Buffer.concat([whole.subarray(2), ...pairs.map((pair) => field(3, pair))]));
  }),
);
const UNKNOWN = fc.constantFrom(
  field(99, Buffer.from('unknown')),
  Buffer.from([0x80, 0x08, 0x01]),
  Buffer.from([0x85, 0x01, 1, 2, 3, 4]),
  Buffer.from([0xa3, 0x06, 0x08, 0x01, 0xa4, 0x06]),
  // A tag with more bytes than necessary, before a name.
  Buffer.from([0xaa, 0x80, 0x00, 0x02, 0x6f, 0x6b]),
  // Invalid UTF-8.
  field(5, Buffer.from([0x61, 0xff, 0xc3])),
  field(
    9,
    Buffer.concat([field(1, Buffer.from([0xc3, 0x28])), field(2, field(1, Buffer.from([0xe2, 0x82])))]),
  ),
);
const SPAN = fc
  .tuple(
    fc.array(
      ID(16).map((id) => field(1, id)),
      { minLength: 1, maxLength: 2 },
    ),
    fc.array(
      ID(8).map((id) => field(2, id)),
      { minLength: 1, maxLength: 2 },
    ),
    fc.array(
      ID(8).map((id) => field(4, id)),
      { maxLength: 2 },
    ),
    fc.array(
      fc.oneof(PAIR, TWICE).map((pair) => field(9, pair)),
      { maxLength: 6 },
    ),
    fc.array(fc.oneof(STATUS, NUMBERS, EVENT, UNKNOWN), { maxLength: 6 }),
  )
  .chain((fields) => fc.shuffledSubarray(fields.flat(), { minLength: fields.flat().length }))
  .map((fields) => Buffer.concat(fields));

test('reads every span like the generated decoder', () => {
  const seed = randomInt(2 ** 31);
  fc.assert(
    fc.property(SPAN, (bytes) => {
      const expected = decoded(bytes);
      for (const span of read(bytes)) {
        // `toStrictEqual` compares a member `constructor` with that of the prototype.
        deepStrictEqual(span, expected);
        expect(Object.keys(span?.attributes ?? {})).toEqual(Object.keys(expected?.attributes ?? {}));
      }
    }),
    { seed, numRuns: 500 },
  );
});

test.each([
  ['a field is longer than the request', Buffer.from([0x2a, 0x7f, 0x61])],
  [
    'a number is truncated',
    Buffer.concat([field(1, Buffer.alloc(16, 1)), field(2, Buffer.alloc(8, 1)), Buffer.from([0x39, 1])]),
  ],
])('throws for a damaged request if %s', (_name, bytes) => {
  const reader = new SpanReader(bytes);
  expect(() => reader.span(0, bytes.length, RESOURCE, SCOPE)).toThrow(RangeError);
});
