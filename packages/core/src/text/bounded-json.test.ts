import fc from 'fast-check';
import { expect, test } from 'vitest';

import { boundedJson } from './bounded-json.ts';

const circular: Record<string, unknown> = { a: 1 };
circular['self'] = [circular];

test.each<[string, unknown, string | undefined]>([
  ['undefined', undefined, undefined],
  ['null', null, 'null'],
  ['a string', 'a\u0000\uD800', '"a\\u0000\uFFFD"'],
  ['numbers', [1, Number.NaN, Infinity, -0], '[1,"NaN","Infinity",0]'],
  [
    'values that JSON cannot represent',
    { f: () => {}, s: Symbol('s'), b: 12n, u: undefined },
    '{"f":"[function]","s":"[symbol]","b":"12n"}',
  ],
  [
    'dates and errors',
    [new Date(0), new Date(Number.NaN), new TypeError('t')],
    '["1970-01-01T00:00:00.000Z","Invalid Date",{"name":"TypeError","message":"t"}]',
  ],
  ['bytes', new Uint8Array(7), '"[7 bytes]"'],
  ['a circular reference', circular, '{"a":1,"self":["[circular]"]}'],
  ['the same object twice', [[1], [1]], '[[1],[1]]'],
  ['__proto__', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  [
    'a getter that throws',
    {
      get a() {
        throw new Error('x');
      },
    },
    undefined,
  ],
  ['an object with toJSON', { at: { toJSON: () => 'noon' } }, '{"at":"noon"}'],
  ['lone surrogates in names', { '\uD800': 1 }, '{"\uFFFD":1}'],
  ['a string over the limit', 'x'.repeat(65_535), `"${'x'.repeat(65_531)}…"`],
  ['a string at the limit', 'x'.repeat(65_534), `"${'x'.repeat(65_534)}"`],
])('%s', (_, value, json) => {
  expect(boundedJson(value)).toBe(json);
});

test('truncates deep and large values', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 10_000; i += 1) deep = [deep];
  expect(boundedJson(deep)).toBe(`${'['.repeat(32)}"[deep]"${']'.repeat(32)}`);
  const many = boundedJson(Array.from({ length: 1e6 }, (_, i) => i)) ?? '';
  expect(Buffer.byteLength(many)).toBeLessThanOrEqual(65_536);
  expect((JSON.parse(many) as unknown[]).length).toBeGreaterThan(10_000);
});

test('returns valid JSON within any limit, with as much content as fits', () => {
  const value = [
    { role: 'user', parts: [{ content: 'Grüße 👋👋 "quoted" \\ and\u0001\n more €' }] },
    { 'rôle 👋': 'tool' },
  ];
  const whole = Buffer.byteLength(JSON.stringify(value));
  let longest = 0;
  for (let maxBytes = 0; maxBytes <= whole; maxBytes += 1) {
    const json = boundedJson(value, maxBytes);
    if (json === undefined) {
      expect(maxBytes).toBeLessThan(2);
      continue;
    }
    const bytes = Buffer.byteLength(json);
    expect(bytes).toBeLessThanOrEqual(maxBytes);
    expect(JSON.parse(json)).toBeInstanceOf(Array);
    longest = Math.max(longest, bytes);
  }
  expect(longest).toBe(whole);
  expect(boundedJson(value, whole)).toBe(JSON.stringify(value));
});

test('cuts a string between characters at every length', () => {
  const text = 'a👋é€"\n\u0001'.repeat(3);
  for (let maxBytes = 5; maxBytes < 60; maxBytes += 1) {
    const json = boundedJson(text, maxBytes) ?? '';
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(maxBytes);
    const seen = JSON.parse(json) as string;
    expect(seen === text || text.startsWith(seen.slice(0, -1))).toBe(true);
    expect(seen.isWellFormed()).toBe(true);
  }
});

test('returns valid JSON or undefined for any value', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withSparseArray: true, withNullPrototype: true }),
      (value) => {
        const json = boundedJson(value);
        expect(json === undefined || JSON.parse(json) !== undefined).toBe(true);
      },
    ),
  );
});
