import { describe, expect, test } from 'vitest';
import {
  formatExact,
  formatMoney,
  formatMoneyExact,
  formatMoneyShort,
  formatPrice,
  formatUnitPrice,
  writeExact,
} from './money.ts';

describe('an amount shows its first significant digits', () => {
  test.each([
    ['zero', '0', '$0'],
    ['a tiny amount', '0.00000885', '$0.00000885'],
    ['sub-cent', '0.000213', '$0.000213'],
    ['sub-cent, rounded to three digits', '0.0002134999', '$0.000213'],
    ['exponent form', 8.85e-6, '$0.00000885'],
    ['cents', '0.0123456', '$0.0123'],
    ['rounded to a trailing zero, which is kept', '0.2901', '$0.290'],
    ['no more digits than the amount has', '0.02', '$0.02'],
    ['a negative amount, rounded', '-0.2901', '−$0.290'],
    ['half a dollar has two decimals', '0.5', '$0.50'],
    ['just below one dollar, rounded up', '0.9996', '$1.00'],
    ['one dollar and more has two decimals', '1.005', '$1.01'],
    ['thousands', '234567.891', '$234,567.89'],
    ['more digits than a double can hold', '123456.1234567890123', '$123,456.12'],
    ['a million and more has no decimals', '1234567.891', '$1,234,568'],
    ['just below a billion', '999999999.4', '$999,999,999'],
    ['billions', '3000129753.63', '$3.000B'],
    ['negative billions', '-3000129753.63', '−$3.000B'],
    ['trillions', '9007199254740.005', '$9.007T'],
    ['a negative amount below a cent', '-0.000213', '−$0.000213'],
    ['the smallest amount that the store can hold', '0.000000000000000001', '$0.000000000000000001'],
    ['NaN is shown as unknown', 'NaN', '—'],
    ['infinity is shown as unknown', Number.POSITIVE_INFINITY, '—'],
  ])('%s', (_name, amount, shown) => {
    expect(formatMoney(amount)).toBe(shown);
  });
});

describe('an amount in another currency', () => {
  test.each([
    ['euro', { code: 'EUR', rate: 0.9 }, '2', '€1.80'],
    ['yen has no decimals', { code: 'JPY', rate: 150 }, '2', '¥300'],
    ['less than one yen', { code: 'JPY', rate: 150 }, '0.0001', '¥0.015'],
    ['a currency without a symbol', { code: 'CHF', rate: 1 }, '3', 'CHF3.00'],
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
  [999.999, '$1,000'],
  [-0, '$0'],
  [-0.0003, '−$0.0003'],
  [-0.5, '−$0.5'],
  [-12, '−$12'],
  [-1500, '−$1.5K'],
  [-3_000_000_000, '−$3B'],
  [Number.NaN, '—'],
])('shows %d on an axis as %s', (amount, shown) => {
  expect(formatMoneyShort(amount)).toBe(shown);
});

test.each([
  [{ code: 'CHF', rate: 1 }, -1500, 'CHF1.5K', '−CHF1.5K'],
  [{ code: 'CHF', rate: 1 }, -3.5, 'CHF3.5', '−CHF3.5'],
  [{ code: 'JPY', rate: 150 }, -300, '¥45K', '−¥45K'],
] as const)(
  'an axis in another currency has the signs of %j as other amounts',
  (currency, amount, shown, negative) => {
    expect(formatMoneyShort(-amount, currency)).toBe(shown);
    expect(formatMoneyShort(amount, currency)).toBe(negative);
  },
);

test.each([
  ['1234567.891234', '$1,234,567.891234'],
  ['-1234567.8', '−$1,234,567.8'],
  ['-0.000000000000000001', '−$0.000000000000000001'],
  [-7.5e-7, '−$0.00000075'],
  [0, '$0'],
])('shows all digits of the amount %s as %s', (amount, shown) => {
  expect(formatMoneyExact(amount)).toBe(shown);
});

test.each([
  [0.0001725, '0.0001725'],
  [8.85e-6, '0.00000885'],
  [0, '0'],
  [12, '12'],
  ['0.000000000000000001', '0.000000000000000001'],
])('shows all digits of %s', (usd, text) => {
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
])('writes %s with commas between thousands', (amount, text) => {
  expect(formatExact(amount)).toBe(text);
});

test.each([
  [2.5, '$2.50'],
  [0.14027, '$0.14027'],
  [1234567, '$1,234,567.00'],
  [1234567.125, '$1,234,567.125'],
])('formats a price of %d', (price, text) => {
  expect(formatPrice(price)).toBe(text);
});

test.each([
  [2.5, 1_000_000, '$2.50 / 1M'],
  [0.075, 1_000_000, '$0.075 / 1M'],
  [1.305, 1_000_000, '$1.305 / 1M'],
  [0.14027, 1_000_000, '$0.14027 / 1M'],
  [0.36, 3600, '$0.36 / hour'],
  [0.04, 1, '$0.04 each'],
  [10, 1000, '$10.00 / 1K'],
  [1, 7, '$1.00 / 7'],
])('formats a price of %d for %d units', (unitPrice, per, shown) => {
  expect(formatUnitPrice(unitPrice, per)).toBe(shown);
});
