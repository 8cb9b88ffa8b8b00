import { expect, test } from 'vitest';
import { sumExact } from './sum-exact.ts';

test.each([
  ['nothing', [], undefined],
  ['one', ['0.00000885'], '0.00000885'],
  ['what doubles get wrong', ['0.1', '0.2'], '0.3'],
  ['different lengths', ['1', '0.5', '0.000000000000000001'], '1.500000000000000001'],
  ['zeros at the end go', ['0.05', '0.95'], '1'],
  ['below zero', ['-0.5', '0.2'], '-0.3'],
  ['zero', ['0', '0.00'], '0'],
])('%s', (_name, amounts, sum) => {
  expect(sumExact(amounts)).toBe(sum);
});
