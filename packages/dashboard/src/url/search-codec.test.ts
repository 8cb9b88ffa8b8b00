import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from './search-codec.ts';

test.each([
  ['nothing', {}, ''],
  ['an id of digits', { id: '0123' }, '?id=0123'],
  ['an id that is a path', { id: '../..' }, '?id=..%2F..'],
  ['an id with special characters', { id: 'a&b=c d+é\r\n\0' }, '?id=a%26b%3Dc+d%2B%C3%A9%0D%0A%00'],
  ['an id that looks like JSON', { id: '{"a":1}' }, '?id=%7B%22a%22%3A1%7D'],
  ['a property', { 'prop.plan': 'pro' }, '?prop.plan=pro'],
  ['several values', { model: ['a', 'b'] }, '?model=a&model=b'],
])('%s is unchanged after encoding and decoding', (_name, search, text) => {
  expect(stringifySearch(search)).toBe(text);
  expect(parseSearch(text)).toEqual(search);
});

test('omits undefined, empty and non-string values', () => {
  expect(stringifySearch({ a: undefined, b: '', c: 1, d: 'x' })).toBe('?d=x');
});

test('replaces a lone surrogate instead of throwing', () => {
  expect(stringifySearch({ q: 'a\ud800' })).toBe('?q=a%EF%BF%BD');
});

test('treats __proto__ like any other name', () => {
  expect(Object.entries(parseSearch('?__proto__=1&b=2'))).toEqual([
    ['__proto__', '1'],
    ['b', '2'],
  ]);
});
