import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openStore } from '../engine/open-store.ts';
import { TABLES, tableOf } from '../engine/schema.ts';
import type { Store } from '../engine/store.ts';
import { type CallRow, writeCall } from './call-row.ts';
import type { Cell } from './columns/column.ts';
import { RowBuffer, TableRows } from './row-buffer.ts';

const directory = mkdtempSync(join(tmpdir(), 'userspan-rows-'));
let store: Store;

beforeAll(async () => {
  store = await openStore({ directory });
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const LONG = 'x'.repeat(70_000);
const MOST = '9223372036854775807';

/** A column type, the written values, and the values that the engine reads. */
const CELLS: readonly (readonly [type: string, cells: readonly Cell[], read: readonly unknown[]])[] = [
  [
    'String CODEC(ZSTD(3))',
    [
      '',
      'a\tb\\\n\0',
      '日本',
      'é'.repeat(64),
      'y'.repeat(64),
      'y'.repeat(65),
      LONG,
      '\ud800x',
      `${LONG}\udc00`,
      7,
    ],
    [
      '',
      'a\tb\\\n\0',
      '日本',
      'é'.repeat(64),
      'y'.repeat(64),
      'y'.repeat(65),
      LONG,
      '\ufffdx',
      `${LONG}\ufffd`,
      '7',
    ],
  ],
  ['LowCardinality(String)', ['a', '', 'a', "it's", '\ud800'], ['a', '', 'a', "it's", '\ufffd']],
  [
    'Array(LowCardinality(String))',
    [[], ['b', 'a'], [''], ['a', 'a'], []],
    [[], ['b', 'a'], [''], ['a', 'a'], []],
  ],
  ['Array(LowCardinality(String))', [[], []], [[], []]],
  [
    'UUID CODEC(ZSTD(1))',
    ['00112233-4455-6677-8899-aabbccddeeff', 'FFEEDDCCBBAA99887766554433221100', '0'.repeat(32)],
    [
      '00112233-4455-6677-8899-aabbccddeeff',
      'ffeeddcc-bbaa-9988-7766-554433221100',
      '00000000-0000-0000-0000-000000000000',
    ],
  ],
  ['UInt8', [0, 1, '255', -0], [0, 1, 255, 0]],
  ['UInt16', [65_535, '7'], [65_535, 7]],
  ['UInt32', [4_294_967_295, '0'], [4_294_967_295, 0]],
  [
    'UInt64',
    ['18446744073709551615', 2n ** 63n, 4_294_967_296, '999999999999999', '1000000000000000', 0],
    ['18446744073709551615', '9223372036854775808', '4294967296', '999999999999999', '1000000000000000', '0'],
  ],
  [
    'Int64 CODEC(Delta, ZSTD(1))',
    [MOST, '-9223372036854775808', -1, -4_294_967_297, 2 ** 53, 1e18, '-5', -(2n ** 62n)],
    [
      MOST,
      '-9223372036854775808',
      '-1',
      '-4294967297',
      '9007199254740992',
      '1000000000000000000',
      '-5',
      '-4611686018427387904',
    ],
  ],
  ['SimpleAggregateFunction(max, Int64) CODEC(T64, LZ4)', [5, -5n], ['5', '-5']],
  ['SimpleAggregateFunction(max, UInt8)', [1, 0], [1, 0]],
  ['Nullable(Float64)', [0.1, null, -1.5, '2.25'], [0.1, null, -1.5, 2.25]],
  [
    'Nullable(Decimal(38, 18)) CODEC(ZSTD(1))',
    [null, '0.000000000000000001', '-12345678901234567890.5', '0', '3', 1n, '7.5e-7', 0.25],
    [
      null,
      '0.000000000000000001',
      '-12345678901234567890.5',
      '0',
      '3',
      '0.000000000000000001',
      '0.00000075',
      '0.25',
    ],
  ],
  [
    'SimpleAggregateFunction(sum, Decimal(38, 18)) CODEC(LZ4)',
    [-1n, '2.5'],
    ['-0.000000000000000001', '2.5'],
  ],
  [
    'SimpleAggregateFunction(maxMap, Map(String, String))',
    [
      new Map(),
      new Map([
        ['a', "1'\\"],
        ['b', ''],
      ]),
      new Map([['', 'ü']]),
    ],
    [{}, { a: "1'\\", b: '' }, { '': 'ü' }],
  ],
  // A dictionary with two-byte indexes.
  [
    'LowCardinality(String)',
    Array.from({ length: 300 }, (_, at) => `w${at}`),
    Array.from({ length: 300 }, (_, at) => `w${at}`),
  ],
];

test.each(CELLS.map(([type, cells, read], at) => ({ type, cells, read, at })))(
  'writes values of $type that the engine reads back ($at)',
  async ({ type, cells, read, at }) => {
    const columns = { at: 'UInt32', value: type, last: 'String' };
    const rows = new TableRows(columns);
    for (const [row, cell] of cells.entries()) {
      rows.add([row, cell, 'end']);
    }
    const table = `cells_${at}`;
    await store.execute(`CREATE TABLE ${table} (at UInt32, value ${type}, last String) ENGINE = Memory`);
    await store.insert({
      table,
      columns: Object.keys(columns),
      format: 'Native',
      body: rows.body,
      token: table,
    });
    const found = await store.query<{ value: unknown; last: string }>(
      `SELECT value, last FROM ${table} ORDER BY at`,
    );
    expect(found.map(({ value }) => value)).toEqual(read);
    expect(found.every(({ last }) => last === 'end')).toBe(true);
  },
);

test('can write every column type of every table', () => {
  for (const { name } of TABLES) {
    expect(new RowBuffer().of(name).rows).toBe(0);
  }
});

test.each<[string, Cell]>([
  ['UInt8', 256],
  ['UInt8', -1],
  ['UInt32', 1.5],
  ['UInt32', 'no number'],
  ['UInt32', ''],
  ['UInt32', null],
  ['Int64', 1.5],
  ['Int64', 'no number at all'],
  ['Int64', Number.NaN],
  ['Int64', '1234567890123456.5'],
  ['Decimal(38, 18)', 'no number'],
  ['Decimal(38, 18)', null],
  ['UUID', '00'],
  ['UUID', 'g'.repeat(32)],
  ['UUID', '0'.repeat(33)],
  ['Array(LowCardinality(String))', 'a'],
  ['Map(String, String)', ['a']],
])('rejects %j in a column of %s', (type, cell) => {
  expect(() => new TableRows({ value: type }).add([cell])).toThrow(/does not take/);
});

test('writes one cell for each column of a row', () => {
  const columns = { a: 'UInt8', b: 'UInt8' };
  expect(() => new TableRows(columns).add([1])).toThrow('A row of 2 columns has 1 cells.');
  expect(() => new TableRows(columns).add([1, 2, 3])).toThrow('A row of 2 columns has more cells.');
});

test('writes the fields of a call in the order of the columns', () => {
  const types = tableOf('calls').columns;
  const columns = Object.keys(types) as (keyof CallRow)[];
  const row = {
    ...Object.fromEntries(columns.map((column) => [column, `<${column}>`])),
    tags: ['a', 'b'],
    // A value that differs from the cost.
    same_cost: 0,
  } as unknown as CallRow;
  // Nearly all values are strings, so that each shows its column.
  const texts = {
    ...Object.fromEntries(columns.map((column) => [column, 'String'])),
    tags: 'Array(String)',
    same_cost: 'UInt8',
  };
  const calls = new TableRows(texts);
  writeCall(calls, row);
  const cells = new TableRows(texts);
  cells.add(columns.map((column) => row[column]));
  expect(calls.body.equals(cells.body)).toBe(true);
});

test("writes a reported cost that equals the call's cost once", () => {
  const row = { cost: '0.25', cost_at_call: '0.25', usage: '{}', tags: [] } as unknown as CallRow;
  const columns = Object.keys(tableOf('calls').columns);
  const cells: unknown[] = [];
  const rows = { cell: (cell: unknown) => void cells.push(cell), end: () => undefined };
  writeCall(rows as unknown as TableRows, row);
  writeCall(rows as unknown as TableRows, { ...row, cost: null, cost_at_call: null });
  writeCall(rows as unknown as TableRows, { ...row, cost: '0.3' });
  const written = [0, 1, 2].map((at) => cells.slice(at * columns.length, (at + 1) * columns.length));
  const pick = (column: string): unknown[] => written.map((each) => each[columns.indexOf(column)]);
  expect(pick('cost')).toEqual(['0.25', null, '0.3']);
  expect(pick('cost_at_call')).toEqual([null, null, '0.25']);
  expect(pick('same_cost')).toEqual([1, 1, 0]);
});
