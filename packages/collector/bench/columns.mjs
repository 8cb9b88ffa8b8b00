// Prints the bytes of disk space per span of each table and of its columns, after all parts are merged.
//
//   node packages/collector/bench/columns.mjs [millions of spans, default 1]
//
// The spans are those of `growth.mjs`. Columns below a twentieth of a byte are left out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStore } from '../dist/storage/engine/open-store.js';
import { writeSpans } from './grown-store.mjs';

const SMALLEST_BYTES = 0.05;
const spans = Number(process.argv[2] ?? 1) * 1e6;
const data = mkdtempSync(join(tmpdir(), 'userspan-columns-'));
await writeSpans(data, spans, 1);
const store = await openStore({ directory: join(data, 'store') });
const IN_USE = "active AND database = 'userspan'";
const names = await store.query(`SELECT DISTINCT table FROM system.parts WHERE ${IN_USE} AND rows > 0`);
for (const { table } of names) await store.execute(`OPTIMIZE TABLE ${table} FINAL`);
const tables = await store.query(
  `SELECT table, sum(rows) AS count, sum(bytes_on_disk) AS bytes FROM system.parts WHERE ${IN_USE} AND rows > 0
   GROUP BY table ORDER BY bytes DESC`,
);
let total = 0;
for (const { table, count, bytes } of tables) {
  total += Number(bytes);
  console.log(`${table}: ${perSpan(bytes)} (${Number(count).toLocaleString('en')} rows)`);
  const columns = await store.query(
    `SELECT column, sum(column_data_compressed_bytes) AS bytes FROM system.parts_columns
     WHERE ${IN_USE} AND table = {table:String} GROUP BY column HAVING bytes >= {least:UInt64} ORDER BY bytes DESC`,
    { table, least: Math.round(spans * SMALLEST_BYTES) },
  );
  for (const column of columns) console.log(`    ${column.column}: ${perSpan(column.bytes)}`);
}
console.log(`total: ${perSpan(total)}`);
await store.close();
rmSync(data, { recursive: true });

function perSpan(bytes) {
  return (bytes / spans).toFixed(2);
}
