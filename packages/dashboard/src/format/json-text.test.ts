import { expect, test } from 'vitest';

import { jsonText } from './json-text.ts';
import { plainValue } from './plain-value.ts';

test.each([
  '\u061C',
  '\u200E',
  '\u200F',
  '\u202A',
  '\u202B',
  '\u202C',
  '\u202D',
  '\u202E',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
])('JSON shows the direction mark %j as an escape and means the same', (mark) => {
  const value = { [`a${mark}b`]: [`user ${mark}txt.exe`, 1] };
  for (const text of [jsonText(value), jsonText(value, 2), plainValue(value)]) {
    expect(text).not.toContain(mark);
    expect(JSON.parse(text)).toEqual(value);
  }
});

test('a text that is no structure stays as it is', () => {
  expect(plainValue('שלום\u200F!')).toBe('שלום\u200F!');
  expect(jsonText({ a: 'שלום' })).toBe('{"a":"שלום"}');
});

test('a value that has no JSON is empty', () => {
  expect(jsonText(undefined)).toBe('');
});
