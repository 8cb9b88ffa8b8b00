import { expect, test } from 'vitest';

import { boundedJson } from './bounded-json.ts';

const cycle: Record<string, unknown> = { a: 1 };
cycle['self'] = cycle;

test.each<[name: string, value: unknown, expected: unknown]>([
  ['plain data', { a: [1, 'b', true, null] }, { a: [1, 'b', true, null] }],
  ['a cycle', cycle, { a: 1, self: '[…]' }],
  ['bytes', { data: new Uint8Array(12) }, { data: '[12 bytes]' }],
  ['what JSON has no word for', { a: undefined, b: () => 1, c: Number.NaN, d: 10n }, { c: null, d: '10' }],
  ['a lone surrogate', 'a\uD800b', 'a\uD800b'],
  ['control characters', 'a\r\n\u0000b', 'a\r\n\u0000b'],
  ['a name that is a trap', JSON.parse('{"__proto__":"x"}'), JSON.parse('{"__proto__":"x"}')],
  ['something with a toJSON', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
])('%s', (_name, value, expected) => {
  expect(JSON.parse(boundedJson(value, 1000) ?? '')).toEqual(expected);
});

test('a getter that throws leaves nothing', () => {
  const value = {
    get a(): never {
      throw new Error('mine');
    },
  };
  expect(boundedJson(value, 1000)).toBeUndefined();
});

test('depth is bounded', () => {
  let value: unknown = 'end';
  for (let i = 0; i < 10_000; i += 1) value = [value];
  expect(JSON.parse(boundedJson(value, 10_000) ?? '')).toBeInstanceOf(Array);
});

test('at every length it is valid JSON of at most so many bytes, and as much as fits', () => {
  const value = [{ role: 'user', parts: [{ content: 'Grüße 👋 "quoted" \\ and more' }] }, { role: 'tool' }];
  const whole = Buffer.byteLength(JSON.stringify(value));
  for (let maxBytes = 0; maxBytes <= whole; maxBytes += 1) {
    const json = boundedJson(value, maxBytes);
    if (json === undefined) {
      expect(maxBytes).toBeLessThan(2);
      continue;
    }
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(maxBytes);
    expect(JSON.parse(json)).toBeInstanceOf(Array);
  }
  expect(boundedJson(value, whole)).toBe(JSON.stringify(value));
});
