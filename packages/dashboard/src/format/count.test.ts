import { expect, test } from 'vitest';
import { formatChange, formatCompact, formatShare, plural } from './count.ts';

test.each([
  ['all', 10, 10, '100%'],
  ['just below 100 % is not shown as 100 %', 9996, 10_000, '99.9%'],
  ['a share that would be rounded up to 100 %', 996, 1000, '99.6%'],
  ['a share that is rounded down', 994, 1000, '99%'],
  ['just above 0 % is not shown as 0 %', 1, 1_000_000, '<0.1%'],
  ['none', 0, 5, '0%'],
  ['a share of 0', 0, 0, '—'],
  ['an ordinary share', 1, 3, '33%'],
  ['a small share', 7, 100, '7.0%'],
  ['a small share that is inexact as a double', 11, 1000, '1.1%'],
  ['a difference that is inexact as a double', 1 - 0.93, 1, '7.0%'],
])('share: %s', (_name, part, all, shown) => {
  expect(formatShare(part, all)).toBe(shown);
});

test.each([
  ['up', 112, 100, '+12%'],
  ['down', 97, 100, '−3.0%'],
  ['same', 5, 5, '±0%'],
  ['from 0', 5, 0, 'new'],
  ['from 0 to 0', 0, 0, undefined],
  ['a large factor', 1400, 100, '×14'],
  ['to 0', 0, 4, '−100%'],
])('change: %s', (_name, now, before, shown) => {
  expect(formatChange(now, before)).toBe(shown);
});

test('formats counts', () => {
  expect([
    formatCompact(99_999),
    formatCompact(1_234_567),
    formatCompact(7_984_000),
    plural(1, 'call'),
    plural(1200, 'call'),
  ]).toEqual(['99,999', '1.2M', '8.0M', '1 call', '1,200 calls']);
});
