import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { tableOf } from '../engine/schema.ts';
import { type CallRow, writeCall } from './call-row.ts';
import { type Cell, encodeCells, TableRows } from './row-buffer.ts';

/** A cell that the engine reads as this text: `\` and what would end a cell are escaped. */
function escaped(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '\t': '\\t',
    '\n': '\\n',
    '\r': '\\r',
    '\0': '\\0',
    '\b': '\\b',
    '\f': '\\f',
  };
  return Array.from(text.toWellFormed(), (character) => escapes[character] ?? character).join('');
}

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.constantFrom('', 'a\tb\\', 'x'.repeat(64), 'y'.repeat(65), '\ud800', 'é', '\u{1F600}'),
);
const NUMBER = fc.oneof(
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constantFrom(0, -0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 2 ** 53, -1),
);

test('writes numbers and texts as cells of tab-separated values', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.oneof(TEXT, NUMBER), { minLength: 1 })), (lines) => {
      const rows = new TableRows();
      const separately = new TableRows();
      for (const cells of lines) {
        rows.add(cells);
        separately.encoded(encodeCells(cells));
        separately.end();
      }
      const expected = lines
        .map((cells) => cells.map((cell) => escaped(String(cell))).join('\t') + '\n')
        .join('');
      expect(rows.body.toString()).toBe(expected);
      expect(separately.body.toString()).toBe(expected);
      expect(rows.rows).toBe(lines.length);
    }),
    { seed: randomInt(2 ** 31), numRuns: 300 },
  );
});

test.each<[string, Cell, string]>([
  ['nothing', null, '\\N'],
  ['no items', [], '[]'],
  ['items', ["it's", 'a\tb'], "['it\\'s','a\\tb']"],
  ['no members', new Map(), '{}'],
  ['members', new Map([['a', '1']]), "{'a':'1'}"],
])('writes %s', (_name, cell, expected) => {
  const rows = new TableRows();
  rows.add([cell, 1]);
  expect(rows.body.toString()).toBe(`${expected}\t1\n`);
});

test('writes the fields of a call in the order of the columns', () => {
  const columns = Object.keys(tableOf('calls').columns) as (keyof CallRow)[];
  const row = Object.fromEntries(
    columns.map((column) => [column, column === 'tags' ? ['a', 'b'] : `<${column}>`]),
  ) as unknown as CallRow;
  const calls = new TableRows();
  writeCall(calls, row);
  const cells = new TableRows();
  cells.add(columns.map((column) => row[column]));
  expect(calls.body.toString()).toBe(cells.body.toString());
});
