import { expect, test } from 'vitest';
import { readCurrency, writeCurrency } from './currency-setting.ts';

test.each([
  ['a currency', 'EUR@0.92', { code: 'EUR', rate: 0.92 }],
  ['no rate', 'EUR', undefined],
  ['an empty rate', 'EUR@', undefined],
  ['zero', 'EUR@0', undefined],
  ['a negative rate', 'EUR@-1', undefined],
  ['infinite', 'EUR@1e999', undefined],
  ['an invalid currency code', 'euro@1', undefined],
  ['nothing', null, undefined],
])('%s', (_name, text, currency) => {
  expect(readCurrency(text)).toEqual(currency);
});

test('leaves US dollars, the default, out of the URL', () => {
  expect([writeCurrency({ code: 'USD', rate: 1 }), writeCurrency({ code: 'EUR', rate: 0.9 })]).toEqual([
    undefined,
    'EUR@0.9',
  ]);
});
