import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDecimals, exactDecimal, fromUnits, toUnits } from './exact-decimal.ts';

describe('exactDecimal', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.1, '0.1'],
    [8.85e-6, '0.00000885'],
    [1e-18, '0.000000000000000001'],
    [1.5e-19, '0'],
    [6e-19, '0.000000000000000001'],
    [5e-324, '0'],
    [0.1 + 0.2, '0.30000000000000004'],
    [123_456.789, '123456.789'],
    [1e9, '1000000000'],
  ])('writes %d as %s', (amount, decimal) => {
    expect(exactDecimal(amount)).toBe(decimal);
  });

  it.each([Number.NaN, Infinity, -Infinity, -1, -1e-9, 1.1e9, 1e308])('rejects %d', (amount) => {
    expect(exactDecimal(amount)).toBeUndefined();
  });

  it('is parsed to the same double', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (amount) => {
        expect(Number(exactDecimal(amount))).toBeCloseTo(amount, 15);
        expect(exactDecimal(amount)).toMatch(/^\d+(\.\d*[1-9])?$/);
      }),
    );
  });
});

describe('sums of exact decimals', () => {
  it('add a million calls without losing a digit', () => {
    let units = 0n;
    for (let i = 0; i < 1_000_000; i += 1) units += toUnits('0.00000885');
    expect(fromUnits(units)).toBe('8.85');
  });

  it('are the same as before after a call is added and subtracted', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 24n }).map(fromUnits);
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(fromUnits(toUnits(addDecimals(a, b)) - toUnits(b))).toBe(a);
      }),
    );
  });

  it('can be negative', () => {
    expect(fromUnits(toUnits('-0.5'))).toBe('-0.5');
  });
});
