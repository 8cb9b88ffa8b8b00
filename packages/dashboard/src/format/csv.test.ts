import { expect, test } from 'vitest';
import { writeCsv } from './csv.ts';

test.each([
  ['plain', ['a', 1, null, undefined], 'a,1,,\r\n'],
  [
    'commas, quotes and line breaks are quoted',
    ['a,b', 'say "x"', 'a\r\nb'],
    '"a,b","say ""x""","a\r\nb"\r\n',
  ],
  ['a formula becomes text', ['=1+1', '+1', '@x', '-x', '\tx'], "'=1+1,'+1,'@x,'-x,'\tx\r\n"],
  ['a negative amount stays a number', ['-0.5', -3], '-0.5,-3\r\n'],
  [
    'a formula after characters that a spreadsheet skips becomes text',
    ['  =1', '\u200b=1', '＝1'],
    "'  =1,'\u200b=1,'＝1\r\n",
  ],
  ['a number has no exponent', [7.5e-7, 1e21], '0.00000075,1000000000000000000000\r\n'],
  ['an object becomes JSON', [{ a: 1 }], '"{""a"":1}"\r\n'],
])('%s', (_name, row, text) => {
  expect(writeCsv([row])).toBe(text);
});
