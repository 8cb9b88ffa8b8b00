import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { RowBuffer } from '../write/row-buffer.ts';
import { removeSpans } from '../write/removals.ts';
import type { Cell } from '../write/columns/column.ts';
import { openChdb } from './chdb-store.ts';
import { createTable } from './ddl.ts';
import { tableOf } from './schema.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

const SPANS = tableOf('spans');
const LAYOUTS: readonly [name: string, table: Table][] = [
  ['of a new store', SPANS],
  ['of an older store or a cluster', { ...SPANS, ...SPANS.onCluster }],
];
const TRACE = '0'.repeat(31) + 'a';
/** Ids of spans and of their parents; 0 for no parent. */
const IDS: readonly [name: string, id: bigint, parent: bigint][] = [
  ['a root', 0x00f067aa0ba902b7n, 0n],
  ['the greatest ids', 2n ** 64n - 1n, 2n ** 64n - 2n],
  ['the smallest ids', 1n, 2n],
  ['last bytes of zero', 0xaa00000000000000n, 0xbb00000000000000n],
  ['first bytes of zero', 0x00000000000000aan, 0x00000000000000bbn],
  ['zeros in between', 0xaa000000000000bbn, 0xcc000000000000ddn],
  ['one byte in between', 0x0000000100000000n, 0x0000000200000000n],
  ['bytes that are no text', 0xfffe80c0c1f5ff80n, 0x80fffec0c1f5ff0an],
  ['a span that is its own parent', 77n, 77n],
];
/** A value for every type of column that spans have. */
const DEFAULTS: readonly [type: RegExp, value: Cell][] = [
  [/^Array/, []],
  [/String/, ''],
  [/Int/, 0],
];

let directory: string;
let store: Store;

async function openWith(table: Table): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'userspan-span-ids-'));
  store = await openChdb({ directory });
  for (const statement of createTable(table)) await store.execute(statement);
}

afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function insert(token: string, rows: readonly Readonly<Record<string, Cell>>[]): Promise<void> {
  const buffer = new RowBuffer();
  for (const row of rows) {
    buffer.add(
      'spans',
      Object.entries(SPANS.columns).map(
        ([name, type]) => row[name] ?? DEFAULTS.find(([of]) => of.test(type))?.[1] ?? TRACE,
      ),
    );
  }
  for (const each of buffer.inserts(token)) await store.insert(each);
}

const row = (
  id: bigint,
  parent: bigint,
  more: Readonly<Record<string, Cell>> = {},
): Record<string, Cell> => ({
  project: 'p',
  trace_id: TRACE,
  span_id: id,
  parent_span_id: parent,
  ...more,
});

const stored = (where = '1'): Promise<object[]> =>
  store.query(`SELECT id, parent_id, name, collector FROM spans FINAL WHERE ${where} ORDER BY id, collector`);

describe.each(LAYOUTS)('the table of spans %s', (_name, table) => {
  test.each(IDS)('returns the ids of %s, and finds it by them', async (_case, id, parent) => {
    await openWith(table);
    await insert('all', [row(id, parent), row(0x1234567890abcdefn, 0x0fedcba987654321n)]);
    const found = { id: String(id), parent_id: String(parent), name: '', collector: '' };
    expect(await stored(`id = ${id}`)).toEqual([found]);
    expect(await stored(`parent_id = ${parent} AND id IN [${id}, 5]`)).toEqual([found]);
    await store.execute('OPTIMIZE TABLE spans FINAL');
    expect(await stored(`(trace_id, id) IN (toUUID('${uuid()}'), ${id})`)).toEqual([found]);
  });

  test('has one row of a span for each collector, and the one that was inserted last', async () => {
    await openWith(table);
    await insert('first', [row(1n, 0n, { collector: 'a', name: 'old' }), row(2n, 1n, { collector: 'a' })]);
    await insert('second', [row(1n, 0n, { collector: 'a', name: 'new' })]);
    await insert('third', [row(1n, 9n, { collector: 'a', name: 'with another parent' })]);
    await insert('fourth', [row(1n, 0n, { collector: 'b', name: 'elsewhere' })]);
    await insert('fourth', [row(1n, 0n, { collector: 'b', name: 'elsewhere' })]);
    const expected = [
      { id: '1', parent_id: '9', name: 'with another parent', collector: 'a' },
      { id: '1', parent_id: '0', name: 'elsewhere', collector: 'b' },
      { id: '2', parent_id: '1', name: '', collector: 'a' },
    ];
    expect(await stored()).toEqual(expected);
    await store.execute('OPTIMIZE TABLE spans FINAL');
    expect(await store.query('SELECT count() AS n FROM spans')).toEqual([{ n: '3' }]);
    expect(await stored()).toEqual(expected);
  });

  test('loses only the spans that are removed', async () => {
    await openWith(table);
    await insert('all', [row(1n, 0n), row(2n, 1n), row(3n, 2n)]);
    const { mutations } = removeSpans({}, 'p', {
      traceIds: [],
      spans: [{ traceId: TRACE, spanId: '2'.padStart(16, '0') }],
    });
    const [ofSpans] = mutations.filter(({ sql }) => sql.startsWith('ALTER TABLE spans '));
    await store.execute(ofSpans?.sql ?? '', ofSpans?.parameters);
    expect(await stored()).toMatchObject([{ id: '1' }, { id: '3', parent_id: '2' }]);
  });
});

function uuid(): string {
  return `00000000-0000-0000-0000-${TRACE.slice(20)}`;
}
