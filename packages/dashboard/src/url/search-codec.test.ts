import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from './search-codec.ts';

test.each([
  ['nothing', {}, ''],
  ['an id of digits stays text', { id: '0123' }, '?id=0123'],
  ['an id that is a path', { id: '../..' }, '?id=..%2F..'],
  ['an id with everything', { id: 'a&b=c d+é\r\n\0' }, '?id=a%26b%3Dc+d%2B%C3%A9%0D%0A%00'],
  ['an id that looks like JSON', { id: '{"a":1}' }, '?id=%7B%22a%22%3A1%7D'],
  ['a property', { 'prop.plan': 'pro' }, '?prop.plan=pro'],
  ['several values', { model: ['a', 'b'] }, '?model=a&model=b'],
])('%s goes to the URL and back', (_name, search, text) => {
  expect(stringifySearch(search)).toBe(text);
  expect(parseSearch(text)).toEqual(search);
});

test('what is undefined, empty or no text is left out', () => {
  expect(stringifySearch({ a: undefined, b: '', c: 1, d: 'x' })).toBe('?d=x');
});

test('a lone surrogate is replaced, not thrown over', () => {
  expect(stringifySearch({ q: 'a\ud800' })).toBe('?q=a%EF%BF%BD');
});

test('__proto__ is a name like any other', () => {
  expect(Object.entries(parseSearch('?__proto__=1&b=2'))).toEqual([
    ['__proto__', '1'],
    ['b', '2'],
  ]);
});
