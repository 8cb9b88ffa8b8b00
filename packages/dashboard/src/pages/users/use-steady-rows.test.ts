import { expect, test } from 'vitest';
import { steadyOrder } from './use-steady-rows.ts';

const rows = (ids: string): readonly { readonly id: string }[] => Array.from(ids, (id) => ({ id }));
const order = (before: string, now: string): string =>
  steadyOrder(Array.from(before), rows(now))
    .map(({ id }) => id)
    .join('');

test.each([
  ['keeps an unchanged order', 'abc', 'abc', 'abc'],
  ['keeps the place of a row that would move up', 'abc', 'cab', 'abc'],
  ['puts a new row at the end', 'abc', 'xabc', 'abcx'],
  ['removes a missing row', 'abc', 'ac', 'ac'],
  ['shows a duplicate row once', 'ab', 'aba', 'ab'],
  ['uses the new order after an empty list', '', 'ab', 'ab'],
])('%s', (_name, before, now, shown) => {
  expect(order(before, now)).toBe(shown);
});
