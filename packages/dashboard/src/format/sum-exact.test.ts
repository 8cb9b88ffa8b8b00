import { expect, test } from 'vitest';
import { sumExact } from './sum-exact.ts';

test.each([
  ['nothing', [], undefined],
  ['one', ['0.00000885'], '0.00000885'],
  ['amounts whose sum is inexact with doubles', ['0.1', '0.2'], '0.3'],
  [
    'amounts with different numbers of decimals',
    ['1', '0.5', '0.000000000000000001'],
    '1.500000000000000001',
  ],
  ['trailing zeros are removed', ['0.05', '0.95'], '1'],
  ['a negative sum', ['-0.5', '0.2'], '-0.3'],
  ['zero', ['0', '0.00'], '0'],
])('%s', (_name, amounts, sum) => {
  expect(sumExact(amounts)).toBe(sum);
});
