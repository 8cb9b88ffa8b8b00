import fc from 'fast-check';
import { expect, test } from 'vitest';

import { packValue, unpackValue } from './packed-values.ts';

test.each<{ name: string; value: unknown; unpacked?: unknown }>([
  { name: 'nothing', value: null },
  { name: 'an absent value', value: undefined, unpacked: null },
  { name: 'booleans', value: [true, false] },
  {
    name: 'whole numbers around each size',
    value: [0, 63, 64, 255, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1],
  },
  { name: 'negative numbers and fractions', value: [-1, 0.1, 1_764_500_000_000.123, Number.MIN_VALUE] },
  {
    name: 'strings around each size',
    value: ['', 'a', 'a'.repeat(127), 'a'.repeat(128), 'é'.repeat(70_000)],
  },
  { name: 'strings with any characters', value: ['\u0000', 'é', '€', '\u{1f600}'] },
  { name: 'lone surrogates', value: ['\ud83d', `${'a'.repeat(200)}\udc00`] },
  { name: 'a list with absent items', value: [undefined, 1], unpacked: [null, 1] },
  {
    name: 'an object with absent members',
    value: { a: undefined, b: { c: [] } },
    unpacked: { b: { c: [] } },
  },
  { name: 'a member __proto__', value: JSON.parse('{"__proto__":{"a":1},"b":2}') },
  {
    name: 'a list that is larger than the first buffer',
    value: Array.from({ length: 9_000 }, (_, at) => `text ${at}`),
  },
])('unpacks what was packed: $name', ({ value, unpacked = value }) => {
  const found = unpackValue(packValue(value));
  expect(found).toEqual(unpacked);
  expect(JSON.stringify(found)).toBe(JSON.stringify(unpacked));
});

test('unpacks any value as JSON does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(unpackValue(packValue(value)))).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test('refuses what JSON refuses', () => {
  expect(() => packValue([1n])).toThrow('A bigint cannot be packed.');
});
