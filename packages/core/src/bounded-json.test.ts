import fc from 'fast-check';
import { expect, test } from 'vitest';

import { boundedJson } from './bounded-json.ts';

const circular: Record<string, unknown> = { a: 1 };
circular['self'] = [circular];

test.each<[string, unknown, string | undefined]>([
  ['undefined', undefined, undefined],
  ['null', null, 'null'],
  ['a text', 'a\u0000\uD800', '"a\\u0000\uFFFD"'],
  ['numbers', [1, Number.NaN, Infinity, -0], '[1,"NaN","Infinity",0]'],
  [
    'what JSON has no word for',
    { f: () => {}, s: Symbol('s'), b: 12n, u: undefined },
    '{"f":"[function]","s":"[symbol]","b":"12n"}',
  ],
  [
    'dates and errors',
    [new Date(0), new Date(Number.NaN), new TypeError('t')],
    '["1970-01-01T00:00:00.000Z","Invalid Date",{"name":"TypeError","message":"t"}]',
  ],
  ['bytes', new Uint8Array(7), '"[7 bytes]"'],
  ['a circle', circular, '{"a":1,"self":["[circular]"]}'],
  ['the same thing twice', [[1], [1]], '[[1],[1]]'],
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
  ['more than is kept', 'x'.repeat(16_385), `"${'x'.repeat(16_384)}… [cut]"`],
  ['far more than is kept', Array(9).fill('x'.repeat(16_000)), undefined],
])('%s', (_, value, json) => {
  expect(boundedJson(value)).toBe(json);
});

test('deep and many things are cut', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 10_000; i += 1) deep = [deep];
  expect(boundedJson(deep)).toBe('[[[[[[[["[deep]"]]]]]]]]');
  expect(JSON.parse(boundedJson(Array.from({ length: 1e6 }, (_, i) => i)) ?? '')).toHaveLength(1001);
});

test('whatever it is given, it is JSON or nothing', () => {
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
