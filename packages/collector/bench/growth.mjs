// Prints the growth table of ARCHITECTURE.md as Markdown: size of the store, ingestion rate and response times of pages, next
// to SQLite and the OpenTelemetry Collector with the same spans in the same run.
//
//   node packages/collector/bench/growth.mjs [millions of spans, default 1,2,5,10] [--busy-rate 2500] [--sustained-rate 25000] [--sustained-seconds 15]
//
// Each trace has three spans, one of them a call. There are 200,000 users with a power-law distribution. Every step adds
// spans of the same sixty days in order of time. Spans are written through the pipeline. Pages are requested over HTTP from
// the published command. The sustained rate is measured on a copy of the store, so that it does not enlarge the next step.
// SQLite needs Node 22.5 or later. The OpenTelemetry Collector needs `node test/interop/build-otelcol.mjs`.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { storedBytes, timePages, writeSpans } from './grown-store.mjs';
import { otelcolStored } from './otelcol.mjs';
import { sqliteStore } from './sqlite-store.mjs';
import { sendSteadily, storeSteadily } from './sustained-load.mjs';
import { syntheticBatches } from './synthetic-spans.mjs';

const MILLION = 1e6;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'busy-rate': { type: 'string', default: '2500' },
    'sustained-rate': { type: 'string', default: '25000' },
    'sustained-seconds': { type: 'string', default: '15' },
  },
});
const sizes = (positionals[0] ?? '1,2,5,10').split(',').map(Number);
const load = {
  spansPerCall: 3,
  rate: Number(values['sustained-rate']),
  seconds: Number(values['sustained-seconds']),
};
const COLUMNS = [
  'million spans',
  'written/s',
  'sustained/s',
  'bytes per span',
  'ready',
  'users',
  'summary',
  'one user',
  `users while ${Number(values['busy-rate']).toLocaleString('en')} spans/s arrive: p50, p95`,
  'memory, MB',
];

const folder = mkdtempSync(join(tmpdir(), 'userspan-growth-'));
const rows = [];
let last;
let bytesOfTables = {};
let written = 0;
try {
  for (const [at, size] of sizes.entries()) {
    const data = join(folder, 'data');
    const count = size * MILLION - written;
    const perSecond = await writeSpans(data, count, at + 1);
    written += count;
    bytesOfTables = await storedBytes(data);
    const bytes = Object.values(bytesOfTables).reduce((sum, each) => sum + each, 0) / written;
    const copy = join(folder, 'copy');
    // The lock of the previous collector is a socket, which cannot be copied.
    cpSync(data, copy, { recursive: true, filter: (path) => path !== join(data, 'lock') });
    const sustained = await storeSteadily({ data: copy, load });
    rmSync(copy, { recursive: true });
    last = { bytes, ...(await timePages(data, Number(values['busy-rate']))) };
    const { pages, busyMs } = last;
    rows.push([
      size,
      perSecond,
      sustained.storedPerSecond,
      bytes,
      last.readyMs,
      pages['users'],
      pages['summary'],
      pages['one user'],
      `${whole(busyMs.p50)}, ${whole(busyMs.p95)}`,
      last.memoryMb,
    ]);
    console.error(rowOf(rows.at(-1)));
  }
  const sqliteSpans = Math.min(...sizes, 1) * MILLION;
  const sqlite = await sqliteStore(syntheticBatches(sqliteSpans));
  if (sqlite !== undefined) {
    rows.push([
      `SQLite, ${sqliteSpans / MILLION}`,
      sqlite.perSecond,
      '–',
      sqlite.bytesPerSpan,
      '–',
      sqlite.usersPageMs,
      '–',
      '–',
      '–',
      '–',
    ]);
  }
  const otelcol = await otelcolStored((url) => sendSteadily(url, load));
  if (otelcol !== undefined) {
    rows.push([
      'OpenTelemetry Collector, file',
      '–',
      otelcol.storedPerSecond,
      otelcol.bytesPerSpan,
      '–',
      '–',
      '–',
      '–',
      '–',
      otelcol.memoryMb,
    ]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log([rowOf(COLUMNS), rowOf(COLUMNS.map(() => '---')), ...rows.map(rowOf)].join('\n'));
console.log(
  `\nNode ${process.versions.node}. Bytes per span by table, at ${sizes.at(-1)} million: ` +
    Object.entries(bytesOfTables)
      .map(([table, bytes]) => `${table} ${(bytes / written).toFixed(1)}`)
      .join(', '),
);
process.exitCode = last.busyMs.p95 < 150 && last.readyMs < 2000 && last.bytes <= 100 ? 0 : 1;

function rowOf(cells) {
  return `| ${cells.map((cell, at) => (at > 0 && typeof cell === 'number' ? whole(cell) : cell)).join(' | ')} |`;
}

function whole(number) {
  return Math.round(number).toLocaleString('en');
}
