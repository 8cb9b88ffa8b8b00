// Measures the engine alone. Records the inserts of batches once, and repeats them in an empty store, one table after the
// other. Prints the processor time of the inserts and merges, and the disk space, of each table.
//
//   node packages/collector/bench/engine.mjs [calls | traces, default calls] [spans, default 180000] [spans a batch, default 10000] [file of recorded inserts]
//
// `calls`: every span is a call, as `userspan bench` sends them. `traces`: three spans to a trace, one of them a call.
// Times are processor time per thread, so that other load on the machine does not change them. With a file, inserts are
// recorded into it if it does not exist, and otherwise read from it. So two versions of the schema can be compared on the same rows.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';

import { openPipeline } from '../dist/attribution/span-pipeline.js';
import { LoadRequests } from '../dist/cli/load-request.js';
import { batchOfWal } from '../dist/ingest/batch-of-wal.js';
import { openStore } from '../dist/storage/engine/open-store.js';
import { storageOf } from '../dist/storage/storage.js';
import { syntheticBatches } from './synthetic-spans.mjs';

const kind = process.argv[2] ?? 'calls';
const spans = Number(process.argv[3] ?? 180_000);
const size = Number(process.argv[4] ?? 10_000);
const file = process.argv[5];

const data = mkdtempSync(join(tmpdir(), 'userspan-engine-'));
try {
  await measure(await recorded());
} finally {
  rmSync(data, { recursive: true });
}

async function recorded() {
  if (file !== undefined && existsSync(file)) return deserialize(readFileSync(file));
  const store = await openStore({ directory: join(data, 'recorded') });
  const inserts = [];
  const recording = Object.create(store, {
    insert: {
      value: async (insert) => {
        inserts.push({ ...insert, body: Buffer.from(insert.body) });
        // The pipeline must find what it has written.
        await store.insert(insert);
      },
    },
    query: { value: (...args) => store.query(...args) },
    execute: { value: (...args) => store.execute(...args) },
  });
  const pipeline = await openPipeline({
    store: storageOf(recording),
    directory: join(data, 'plans'),
    collector: 'bench',
  });
  for (const batch of kind === 'traces' ? syntheticBatches(spans, 1, size) : callBatches())
    await pipeline.write(batch);
  await pipeline.close();
  await store.close();
  if (file !== undefined) writeFileSync(file, serialize(inserts));
  return inserts;
}

function* callBatches() {
  const requests = new LoadRequests({ spans: 500, users: 50_000, idPrefix: 'u' });
  for (let done = 0; done < spans; done += size) {
    const records = Array.from({ length: size / 500 }, () => ({
      signal: 'traces',
      project: 'default',
      claimed: false,
      receivedAtMs: Date.now(),
      contentRemoved: true,
      body: requests.next(),
    }));
    yield batchOfWal(records, { id: `bench-${done}`, keepsContent: false, onFailure: console.error });
  }
}

async function measure(inserts) {
  const store = await openStore({ directory: join(data, 'store') });
  const tables = new Map();
  for (const insert of inserts) tables.set(insert.table, [...(tables.get(insert.table) ?? []), insert]);
  const rows = [];
  for (const [table, all] of tables) {
    const before = threads();
    const start = performance.now();
    for (const insert of all) await store.insert(insert);
    const wall = performance.now() - start;
    const { inserts: inserting } = since(before);
    await quiet(store, table);
    const { merges } = since(before);
    const [stored] = await store.query(
      `SELECT sum(bytes_on_disk) AS bytes, sum(rows) AS rows, count() AS parts FROM system.parts
       WHERE active AND database = 'userspan' AND table = '${table}'`,
    );
    const lines = all.reduce((sum, insert) => sum + rowsOf(insert), 0);
    rows.push({
      table,
      inserts: all.length,
      'rows a batch': Math.round(lines / all.length),
      'insert us': (inserting * 1e6) / spans,
      'merge us': (merges * 1e6) / spans,
      'wall ms an insert': wall / all.length,
      'bytes a span': Number(stored.bytes) / spans,
      rows: Number(stored.rows),
      parts: Number(stored.parts),
    });
  }
  const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
  rows.push({
    table: 'all',
    inserts: sum('inserts'),
    'insert us': sum('insert us'),
    'merge us': sum('merge us'),
    'bytes a span': sum('bytes a span'),
  });
  for (const row of rows)
    for (const [key, value] of Object.entries(row))
      if (typeof value === 'number') row[key] = Math.round(value * 10) / 10;
  console.table(rows);
  await store.close();
}

/**
 * Returns the number of rows. A block begins with its numbers of columns and rows as variable-length integers; text has
 * a row per line.
 */
function rowsOf({ format, body }) {
  if (format !== 'Native') return body.filter((byte) => byte === 0x0a).length;
  let at = 0;
  const next = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = body[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  next();
  return next();
}

/** Resolves when the engine has no more merges of the table. */
async function quiet(store, table) {
  for (let calm = 0; calm < 6;) {
    await sleep(500);
    const [{ merges }] = await store.query(
      `SELECT count() AS merges FROM system.merges WHERE table = '${table}'`,
    );
    calm = Number(merges) === 0 ? calm + 1 : 0;
  }
}

/** Seconds of processor time by thread name. */
function threads() {
  const times = new Map();
  for (const id of readdirSync('/proc/self/task')) {
    try {
      const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
      const name = Number(id) === process.pid ? 'main' : /\((.*)\)/.exec(stat)[1];
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // schedstat counts nanoseconds where stat counts hundredths.
      const ns = Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ')[0]);
      times.set(
        name,
        (times.get(name) ?? 0) + (ns > 0 ? ns / 1e9 : (Number(fields[11]) + Number(fields[12])) / 100),
      );
    } catch {
      // The thread has ended.
    }
  }
  return times;
}

function since(before) {
  let inserts = 0;
  let merges = 0;
  for (const [name, time] of threads()) {
    const spent = time - (before.get(name) ?? 0);
    if (/Merge|Mutate/.test(name)) merges += spent;
    else if (name !== 'main') inserts += spent;
  }
  return { inserts, merges };
}
