import { expect, test } from 'vitest';
import { formatChange, formatCompact, formatShare, plural } from './count.ts';

test.each([
  ['all', 10, 10, '100%'],
  ['nearly all is not all', 9996, 10_000, '99.9%'],
  ['rounded up it would be all', 996, 1000, '99.6%'],
  ['rounded down it is not all', 994, 1000, '99%'],
  ['nearly none is not none', 1, 1_000_000, '<0.1%'],
  ['none', 0, 5, '0%'],
  ['of nothing', 0, 0, '—'],
  ['a part', 1, 3, '33%'],
  ['a small part', 7, 100, '7.0%'],
  ['a small part that a double has less of', 11, 1000, '1.1%'],
  ['a difference of doubles', 1 - 0.93, 1, '7.0%'],
])('share: %s', (_name, part, all, shown) => {
  expect(formatShare(part, all)).toBe(shown);
});

test.each([
  ['up', 112, 100, '+12%'],
  ['down', 97, 100, '−3.0%'],
  ['same', 5, 5, '±0%'],
  ['from nothing', 5, 0, 'new'],
  ['nothing then and now', 0, 0, undefined],
  ['many times', 1400, 100, '×14'],
  ['to nothing', 0, 4, '−100%'],
])('change: %s', (_name, now, before, shown) => {
  expect(formatChange(now, before)).toBe(shown);
});

test('counts', () => {
  expect([
    formatCompact(99_999),
    formatCompact(1_234_567),
    formatCompact(7_984_000),
    plural(1, 'call'),
    plural(1200, 'call'),
  ]).toEqual(['99,999', '1.2M', '8.0M', '1 call', '1,200 calls']);
});
