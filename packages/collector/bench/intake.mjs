// Measures how many spans per second are acknowledged as durable, and the latency, including the load generator.
//
//   node packages/collector/bench/intake.mjs [seconds, default 10]
//
// For comparison, with Node 22.5 and later, an embedded SQLite decodes the same requests and writes them with a
// roll-up and a sync for each request. Both numbers depend on the machine; the ratio does so less.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateLoad } from '../dist/cli/generate-load.js';
import { LoadRequests } from '../dist/cli/load-request.js';
import { spansOfRequest } from '../dist/otlp/spans-of-request.js';
import { startUserspan } from './spawn.mjs';

const seconds = Number(process.argv[2] ?? 10);
const USERS = 10_000;

async function measure(name, { spansPerRequest, connections, rate, goal, goalP99Ms }) {
  const data = mkdtempSync(join(tmpdir(), 'userspan-bench-'));
  const userspan = await startUserspan(['--grpc-port', 'off', '--data', data]);
  const onSecond = () => {};
  const load = {
    url: userspan.url,
    token: undefined,
    spansPerRequest,
    connections,
    users: USERS,
    idPrefix: 'u',
    onSecond,
  };
  await generateLoad({ ...load, seconds: 1, rate: 5_000 });
  const result = await generateLoad({ ...load, seconds, rate });
  const { peak } = userspan.memory();
  const { store } = await userspan.health();
  await userspan.stop();
  rmSync(data, { recursive: true });
  const row = {
    what: name,
    'spans/s': Math.round(result.spansPerSecond),
    'p50 ms': Math.round(result.p50Ms),
    'p99 ms': Math.round(result.p99Ms),
    'peak MB': Math.round(peak),
    'behind MB': Math.round(store.lagBytes / 2 ** 20),
    goal: goal === undefined ? `p99 < ${goalP99Ms} ms` : `${goal}/s`,
    met: goal === undefined ? result.p99Ms < goalP99Ms : result.spansPerSecond >= goal,
  };
  return row;
}

async function sqliteBaseline(spansPerRequest) {
  const sqlite = await import('node:sqlite').catch(() => undefined);
  if (sqlite === undefined) return undefined;
  const data = mkdtempSync(join(tmpdir(), 'userspan-sqlite-'));
  const db = new sqlite.DatabaseSync(join(data, 'spans.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE spans (trace TEXT, span TEXT, user TEXT, start INTEGER, attributes TEXT, PRIMARY KEY (trace, span)) WITHOUT ROWID;
    CREATE INDEX by_user ON spans (user, start);
    CREATE TABLE usage (user TEXT, model TEXT, day INTEGER, calls INTEGER, input INTEGER, PRIMARY KEY (user, model, day)) WITHOUT ROWID;`);
  const insert = db.prepare('INSERT OR IGNORE INTO spans VALUES (?, ?, ?, ?, ?)');
  const add = db.prepare(
    'INSERT INTO usage VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET calls = calls + 1, input = input + excluded.input',
  );
  const requests = new LoadRequests({ spans: spansPerRequest, users: USERS, idPrefix: 'u' });
  const end = performance.now() + seconds * 1000;
  const startedAt = performance.now();
  let count = 0;
  while (performance.now() < end) {
    db.exec('BEGIN');
    for (const span of spansOfRequest(requests.next())) {
      const { traceId, spanId, attributes, startTimeUnixNano } = span;
      insert.run(traceId, spanId, attributes['user.id'], startTimeUnixNano, JSON.stringify(attributes));
      const day = Number(startTimeUnixNano / 86_400_000_000_000n);
      add.run(
        attributes['user.id'],
        attributes['gen_ai.response.model'],
        day,
        attributes['gen_ai.usage.input_tokens'],
      );
      count += 1;
    }
    db.exec('COMMIT');
  }
  db.close();
  rmSync(data, { recursive: true });
  return count / ((performance.now() - startedAt) / 1000);
}

const CASES = [
  ['1,000 spans a request, 16 connections', { spansPerRequest: 1000, connections: 16, goal: 25_000 }],
  ['100 spans a request, 16 connections', { spansPerRequest: 100, connections: 16, goal: 20_000 }],
  ['1,000 a request at 12,500/s', { spansPerRequest: 1000, connections: 16, rate: 12_500, goalP99Ms: 250 }],
  ['100 a request at 10,000/s', { spansPerRequest: 100, connections: 16, rate: 10_000, goalP99Ms: 250 }],
];
const rows = [];
for (const [name, options] of CASES) rows.push(await measure(name, options));
console.table(rows);
for (const [i, size] of [1000, 100].entries()) {
  const perSecond = await sqliteBaseline(size);
  console.log(
    perSecond === undefined
      ? 'SQLite beside it: not measured, this Node has no node:sqlite.'
      : `SQLite beside it, ${size} a transaction, in process: ${Math.round(perSecond)} spans/s; ratio ${(rows[i]['spans/s'] / perSecond).toFixed(1)}`,
  );
}
process.exitCode = rows.every((row) => row.met) ? 0 : 1;
