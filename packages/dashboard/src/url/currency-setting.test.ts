import { expect, test } from 'vitest';
import { readCurrency, writeCurrency } from './currency-setting.ts';

test.each([
  ['a currency', 'EUR@0.92', { code: 'EUR', rate: 0.92 }],
  ['no rate', 'EUR', undefined],
  ['a rate of nothing', 'EUR@', undefined],
  ['zero', 'EUR@0', undefined],
  ['below zero', 'EUR@-1', undefined],
  ['infinite', 'EUR@1e999', undefined],
  ['no code', 'euro@1', undefined],
  ['nothing', null, undefined],
])('%s', (_name, text, currency) => {
  expect(readCurrency(text)).toEqual(currency);
});

test('US dollars are the default and not in the URL', () => {
  expect([writeCurrency({ code: 'USD', rate: 1 }), writeCurrency({ code: 'EUR', rate: 0.9 })]).toEqual([
    undefined,
    'EUR@0.9',
  ]);
});
