import { describe, expect, test } from 'vitest';
import { formatExact, formatMoney, formatMoneyShort, formatPrice, writeExact } from './money.ts';

describe('an amount shows its first significant digits', () => {
  test.each([
    ['zero is zero, not nearly zero', '0', '$0'],
    ['a tiny amount', '0.00000885', '$0.00000885'],
    ['sub-cent', '0.000213', '$0.000213'],
    ['sub-cent, rounded to three digits', '0.0002134999', '$0.000213'],
    ['exponent form', 8.85e-6, '$0.00000885'],
    ['cents', '0.0123456', '$0.0123'],
    ['rounded to a zero, which is a digit, too', '0.2901', '$0.290'],
    ['no more than there is', '0.02', '$0.02'],
    ['rounded below zero', '-0.2901', '−$0.290'],
    ['half a dollar keeps two decimals', '0.5', '$0.50'],
    ['just below one rounds up to it', '0.9996', '$1.00'],
    ['from one on, two decimals', '1.005', '$1.01'],
    ['thousands', '234567.891', '$234,567.89'],
    ['more digits than a double has', '123456.1234567890123', '$123,456.12'],
    ['from a million on, no decimals', '1234567.891', '$1,234,568'],
    ['just below a thousand million', '999999999.4', '$999,999,999'],
    ['thousands of millions', '3000129753.63', '$3.000B'],
    ['a loss of thousands of millions', '-3000129753.63', '−$3.000B'],
    ['millions of millions', '9007199254740.005', '$9.007T'],
    ['below zero', '-0.000213', '−$0.000213'],
    ['the smallest the store keeps', '0.000000000000000001', '$0.000000000000000001'],
    ['not a number is unknown', 'NaN', '—'],
    ['infinity is unknown', Number.POSITIVE_INFINITY, '—'],
  ])('%s', (_name, amount, shown) => {
    expect(formatMoney(amount)).toBe(shown);
  });
});

describe('another currency at the rate of the user', () => {
  test.each([
    ['euro', { code: 'EUR', rate: 0.9 }, '2', '€1.80'],
    ['yen has no decimals', { code: 'JPY', rate: 150 }, '2', '¥300'],
    ['yen below one', { code: 'JPY', rate: 150 }, '0.0001', '¥0.015'],
    ['a code without a sign', { code: 'CHF', rate: 1 }, '3', 'CHF3.00'],
  ])('%s', (_name, currency, amount, shown) => {
    expect(formatMoney(amount, currency)).toBe(shown);
  });
});

test.each([
  [0, '$0'],
  [0.0003, '$0.0003'],
  [0.5, '$0.5'],
  [12, '$12'],
  [1500, '$1.5K'],
])('on an axis %d is %s', (amount, shown) => {
  expect(formatMoneyShort(amount)).toBe(shown);
});

test.each([
  [0.0001725, '0.0001725'],
  [8.85e-6, '0.00000885'],
  [0, '0'],
  [12, '12'],
  ['0.000000000000000001', '0.000000000000000001'],
])('%s has all its digits', (usd, text) => {
  expect(writeExact(usd)).toBe(text);
});

test.each([
  ['1234567.891234', '1,234,567.891234'],
  ['-1234567.8', '-1,234,567.8'],
  ['999.123456789', '999.123456789'],
  ['1000', '1,000'],
  [2963037036.7, '2,963,037,036.7'],
  ['0.000000000000000001', '0.000000000000000001'],
  [0, '0'],
])('%s is read with commas between thousands', (amount, text) => {
  expect(formatExact(amount)).toBe(text);
});

test.each([
  [2.5, '$2.50'],
  [0.14027, '$0.14027'],
  [1234567, '$1,234,567.00'],
  [1234567.125, '$1,234,567.125'],
])('a price of %d', (price, text) => {
  expect(formatPrice(price)).toBe(text);
});
