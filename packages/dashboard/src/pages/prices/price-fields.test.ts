import { expect, test } from 'vitest';
import { readAmounts } from './price-fields.ts';

test.each([
  [
    'every digit is kept',
    { input: '0.15', output: ' $0.600000000000000001 ' },
    { input: '0.15', output: '0.600000000000000001' },
  ],
  ['what is left out is left out', { input: '1', output: '' }, { input: '1' }],
  ['nothing', { input: '' }, undefined],
  ['a comma', { input: '0,15' }, undefined],
  ['below zero', { input: '-1' }, undefined],
  ['words', { input: 'free' }, undefined],
  ['an exponent', { input: '1e5' }, undefined],
])('%s', (_name, form, amounts) => {
  expect(readAmounts(form)).toEqual(amounts);
});
