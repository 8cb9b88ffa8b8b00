import { expect, test } from 'vitest';
import { readAmounts } from './price-fields.ts';

test.each([
  [
    'keeps every digit',
    { input: '0.15', output: ' $0.600000000000000001 ' },
    { input: '0.15', output: '0.600000000000000001' },
  ],
  ['leaves out empty fields', { input: '1', output: '' }, { input: '1' }],
  ['nothing', { input: '' }, undefined],
  ['rejects a comma', { input: '0,15' }, undefined],
  ['rejects a negative price', { input: '-1' }, undefined],
  ['words', { input: 'free' }, undefined],
  ['rejects an exponent', { input: '1e5' }, undefined],
])('%s', (_name, form, amounts) => {
  expect(readAmounts(form)).toEqual(amounts);
});
