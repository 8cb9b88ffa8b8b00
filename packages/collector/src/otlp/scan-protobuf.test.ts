import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestOf, span } from '../testing/otlp-spans.ts';
import { decode } from './decode.ts';
import { scanProtobuf } from './scan-protobuf.ts';
import { REQUEST_SCHEMAS, SIGNALS } from './signal.ts';
import { spansOfRequest } from './spans-of-request.ts';

describe('the scan counts', () => {
  test('spans and their parts', () => {
    const request = requestOf([span(1, 1, { a: 'b', c: 1 }), span(1, 2)], { 'service.name': 'x' });
    expect(scanProtobuf('traces', request)).toEqual({
      items: 2,
      invalidItems: 0,
      elements: expect.any(Number),
    });
  });

  test('eight megabytes of empty spans, without allocating one', () => {
    const spans = Buffer.alloc(8 << 20);
    for (let i = 0; i < spans.length; i += 2) {
      spans[i] = 0x12;
    }
    const scopeSpans = Buffer.concat([Buffer.from([0x12]), varint(spans.length), spans]);
    const request = Buffer.concat([Buffer.from([0x0a]), varint(scopeSpans.length), scopeSpans]);
    const before = process.memoryUsage().heapUsed;
    const scan = scanProtobuf('traces', request);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 << 20);
    expect(scan).toEqual({ items: 4 << 20, invalidItems: 4 << 20, elements: (4 << 20) + 2 });
  });

  test.each([
    ['no bytes', [], { items: 0, invalidItems: 0, elements: 0 }],
    ['an unknown field', [0x78, 0x01], { items: 0, invalidItems: 0, elements: 1 }],
    ['an unknown group', [0x7b, 0x08, 0x01, 0x7c], { items: 0, invalidItems: 0, elements: 1 }],
  ])('%s', (_name, bytes, count) => {
    expect(scanProtobuf('traces', Uint8Array.from(bytes))).toEqual(count);
  });

  test.each([
    ['a length beyond the end of the request', [0x0a, 0x05]],
    ['a tag without a value', [0x0a]],
    ['field number 0', [0x02, 0x00]],
    ['an invalid wire type', [0x0f]],
    ['a length-delimited value in a numeric field', [0x08, 0x01]],
    ['a varint without end', [0x78, ...Array.from({ length: 11 }, () => 0xff)]],
    ['a length over 32 bits', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["a group with another group's end", [0x7b, 0x84, 0x01]],
    ['a group without end', [0x7b]],
    ['nested groups without end', Array.from({ length: 1000 }, () => 0x7b)],
  ])('rejects %s', (_name, bytes) => {
    expect(scanProtobuf('traces', Uint8Array.from(bytes))).toEqual({ malformed: expect.any(String) });
  });

  test('rejects a value with a hundred levels', () => {
    let value = Buffer.from([0x0a, 0x00]);
    for (let i = 0; i < 100; i += 1) {
      // AnyValue.array_value, and ArrayValue.values.
      const inner = Buffer.concat([Buffer.from([0x0a]), varint(value.length), value]);
      value = Buffer.concat([Buffer.from([0x2a]), varint(inner.length), inner]);
    }
    const attribute = Buffer.concat([Buffer.from([0x12]), varint(value.length), value]);
    const resource = Buffer.concat([Buffer.from([0x0a]), varint(attribute.length), attribute]);
    const resourceSpans = Buffer.concat([Buffer.from([0x0a]), varint(resource.length), resource]);
    const request = Buffer.concat([Buffer.from([0x0a]), varint(resourceSpans.length), resourceSpans]);
    expect(scanProtobuf('traces', request)).toEqual({ malformed: expect.stringContaining('too deeply') });
  });
});

describe('can be decoded if the scan accepts it', () => {
  const valid = requestOf(
    Array.from({ length: 4 }, (_, i) =>
      span(
        1,
        i + 1,
        { a: 'text', b: 2.5, c: true },
        { events: [{ name: 'e', timeUnixNano: 1n }], status: { code: 2 } },
      ),
    ),
    { 'service.name': 'x' },
  );
  const decodes = (signal: (typeof SIGNALS)[number], bytes: Uint8Array): void => {
    if ('malformed' in scanProtobuf(signal, bytes)) {
      return;
    }
    decode(REQUEST_SCHEMAS[signal], bytes);
    if (signal === 'traces') {
      // Exactly the spans that are not counted as invalid.
      const scan = scanProtobuf(signal, bytes);
      const expected = 'items' in scan ? scan.items - scan.invalidItems : 0;
      expect([...spansOfRequest(bytes)]).toHaveLength(expected);
    }
  };

  test('random bytes', () => {
    const property = fc.property(fc.constantFrom(...SIGNALS), fc.uint8Array({ maxLength: 200 }), decodes);
    expect(fc.check(property, { numRuns: 5_000 })).toMatchObject({ failed: false });
  });

  test('a request with changed, inserted and removed bytes', () => {
    const change = fc.record({
      at: fc.nat(valid.length - 1),
      bytes: fc.uint8Array({ maxLength: 4 }),
      removed: fc.nat(4),
    });
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    const property = fc.property(fc.constantFrom(...SIGNALS), changes, (signal, made) => {
      let bytes = Buffer.from(valid);
      for (const { at, bytes: added, removed } of made) {
        bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
      }
      decodes(signal, bytes);
    });
    expect(fc.check(property, { numRuns: 4_000 })).toMatchObject({ failed: false });
  });
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) {
      return Buffer.from([...bytes, rest]);
    }
    bytes.push((rest & 0x7f) | 0x80);
  }
}
