import { expect, test } from 'vitest';
import { writeUnitPrice } from './unit-price.ts';

test.each([
  [{ unitPrice: 2.5, per: 1_000_000 }, '$2.50 / 1M'],
  [{ unitPrice: 0.075, per: 1_000_000 }, '$0.075 / 1M'],
  [{ unitPrice: 1.305, per: 1_000_000 }, '$1.305 / 1M'],
  [{ unitPrice: 0.14027, per: 1_000_000 }, '$0.14027 / 1M'],
  [{ unitPrice: 0.36, per: 3600 }, '$0.36 / hour'],
  [{ unitPrice: 0.04, per: 1 }, '$0.04 each'],
  [{ unitPrice: 10, per: 1000 }, '$10.00 / 1K'],
  [{ unitPrice: 1, per: 7 }, '$1.00 / 7'],
])('%o', (line, text) => {
  expect(writeUnitPrice(line)).toBe(text);
});
