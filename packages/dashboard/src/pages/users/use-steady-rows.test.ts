import { expect, test } from 'vitest';
import { steadyOrder } from './use-steady-rows.ts';

const rows = (ids: string): readonly { readonly id: string }[] => Array.from(ids, (id) => ({ id }));
const order = (before: string, now: string): string =>
  steadyOrder(Array.from(before), rows(now))
    .map(({ id }) => id)
    .join('');

test.each([
  ['nothing changed', 'abc', 'abc', 'abc'],
  ['what rose stays where it was', 'abc', 'cab', 'abc'],
  ['what is new comes last', 'abc', 'xabc', 'abcx'],
  ['what is gone goes', 'abc', 'ac', 'ac'],
  ['a row that came twice stands once', 'ab', 'aba', 'ab'],
  ['an empty list', '', 'ab', 'ab'],
])('%s', (_name, before, now, shown) => {
  expect(order(before, now)).toBe(shown);
});
