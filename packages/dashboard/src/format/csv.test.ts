import { expect, test } from 'vitest';
import { writeCsv } from './csv.ts';

test.each([
  ['plain', ['a', 1, null, undefined], 'a,1,,\r\n'],
  ['commas, quotes and lines', ['a,b', 'say "x"', 'a\r\nb'], '"a,b","say ""x""","a\r\nb"\r\n'],
  ['a formula is text', ['=1+1', '+1', '@x', '-x', '\tx'], "'=1+1,'+1,'@x,'-x,'\tx\r\n"],
  ['an amount below zero is a number', ['-0.5', -3], '-0.5,-3\r\n'],
  [
    'a formula behind what a spreadsheet passes over',
    ['  =1', '\u200b=1', '＝1'],
    "'  =1,'\u200b=1,'＝1\r\n",
  ],
  ['no exponent', [7.5e-7, 1e21], '0.00000075,1000000000000000000000\r\n'],
  ['a structure', [{ a: 1 }], '"{""a"":1}"\r\n'],
])('%s', (_name, row, text) => {
  expect(writeCsv([row])).toBe(text);
});
