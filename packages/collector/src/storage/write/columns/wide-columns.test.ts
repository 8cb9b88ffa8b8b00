import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LongColumn } from './wide-columns.ts';

/** The stored bits of whole numbers that are given as strings. */
function bitsOf(...texts: readonly string[]): readonly bigint[] {
  const column = new LongColumn();
  for (const text of texts) column.add(text);
  const bytes = Buffer.concat(column.values());
  return texts.map((_, at) => bytes.readBigUInt64LE(at * 8));
}

test('stores strings of digits as their exact 64 bits', () => {
  const digits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.array(digits), (numbers) => {
      expect(bitsOf(...numbers.map(String))).toEqual(numbers);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  '0',
  '999999999999999',
  '1000000000000000',
  '4294967296000000000',
  '4294967295999999999',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744069414584319',
  '18446744069414584320',
  '18446744073709551615',
  '00000000000000000000000000000000000007',
  '-1',
  '-9223372036854775808',
])('stores %s', (text) => {
  expect(bitsOf(text)).toEqual([BigInt.asUintN(64, BigInt(text))]);
});

test.each(['12345678901234567x', '1234567890 1234567', '1234567890123456.5'])('refuses %s', (text) => {
  expect(() => bitsOf(text)).toThrow(/does not take/);
});
