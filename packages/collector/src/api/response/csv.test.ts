import { expect, test } from 'vitest';

import { csvLine } from './csv.ts';

test.each([
  [7.5e-7, '0.00000075'],
  [-1e-7, '-0.0000001'],
  [1.25e-10, '0.000000000125'],
  [5e-324, `0.${'0'.repeat(323)}5`],
  [1e21, '1000000000000000000000'],
  [1.5e21, '1500000000000000000000'],
  [0.1, '0.1'],
  [0, '0'],
  [-12, '-12'],
  [null, ''],
  [true, 'true'],
])('writes %s as %s', (value, text) => {
  expect(csvLine([value])).toBe(`${text}\r\n`);
});

/** Characters that a spreadsheet ignores before a formula: none, spaces, line breaks and zero-width characters. */
const PREFIXES = [
  '',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\v',
  '\f',
  '\0',
  '\u0085',
  '\u00A0',
  '\u2003',
  '\u2028',
  '\u3000',
  '\u00AD',
  '\u034F',
  '\u061C',
  '\u115F',
  '\u180E',
  '\u200B',
  '\u200D',
  '\u202E',
  '\u2060',
  '\u3164',
  '\uFE0F',
  '\uFEFF',
  '\uFFA0',
  '\u{E0020}',
  ' \u200B\n\t',
];

test('writes no cell that a spreadsheet reads as a formula, whatever its first characters are', () => {
  const signs = '= + - @ ＝ ＋ － ＠ ﹦ ﹢ ﹣ ﹫'.split(' ');
  const cells = PREFIXES.flatMap((prefix) => signs.map((sign) => `${prefix}${sign}1+cmd|' /C calc'!A0`));
  const inert = (text: string): string => (/[\r\n]/.test(text) ? `"'${text}"\r\n` : `'${text}\r\n`);
  expect(cells.map((text) => csvLine([text]))).toEqual(cells.map(inert));
});

test('writes other strings unchanged, quoted where CSV requires it', () => {
  expect(csvLine(['a=1', 'a@b.example', '1-2', 'a,b', 'say "x"', 'a\nb', '', { a: '=1' }])).toBe(
    'a=1,a@b.example,1-2,"a,b","say ""x""","a\nb",,"{""a"":""=1""}"\r\n',
  );
});
