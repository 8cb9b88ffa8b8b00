// Simulates a power cut, in which all data that was written but not synced is lost.
//
//   node packages/collector/bench/crash.mjs [CUTS]
//
// `unsynced.c` is compiled and loaded into a collector under load. It records the length of each file at its last fsync. At a
// random instant the collector is killed, each file of its data folder is cut to that length, and the collector starts on
// the rest. Every acknowledged call must be stored once, with matching sums. Needs Linux and a C compiler; the
// collector must be built. Folder entries are not reverted, even if the folder was not synced.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const cuts = Number(process.argv[2] ?? 10);
const command = fileURLToPath(new URL('../dist/cli/userspan.cjs', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'userspan-crash-'));
const library = join(scratch, 'unsynced.so');
const syncLog = join(scratch, 'synced');
const data = join(scratch, 'data');
const source = fileURLToPath(new URL('unsynced.c', import.meta.url));
execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], { stdio: 'inherit' });
const acknowledged = new Set();
let lostBytes = 0;
let number = 0;
try {
  for (let cut = 1; cut <= cuts; cut += 1) {
    const collector = await start();
    const senders = Array.from({ length: 4 }, () => sendUntilDeath(collector.url));
    // On a busy machine the first requests take a long time.
    const before = acknowledged.size;
    while (acknowledged.size < before + 20) await sleep(10);
    await sleep(Math.random() * 3000);
    collector.child.kill('SIGKILL');
    await collector.exited;
    await Promise.all(senders);
    const lost = await loseUnsynced();
    lostBytes += lost;
    console.log(`cut ${cut}: ${acknowledged.size} requests acknowledged so far, ${lost} bytes lost`);
  }
  const survivor = await start();
  for (let lag; lag !== 0; lag = (await survivor.read('/healthz')).store.lagBytes) await sleep(100);
  // Sums that are wrong after the cut are repaired in the background after the start.
  let differences = [];
  for (let tries = 0; tries < 100; tries += 1) {
    differences = (await survivor.read('/api/rollups/differences')).data;
    if (differences.length === 0) break;
    await sleep(200);
  }
  const stored = new Map();
  for (let cursor = ''; cursor !== null;) {
    const page = await survivor.read(
      `/api/users?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const { id, calls } of page.data) stored.set(id, calls);
    cursor = page.nextCursor;
  }
  survivor.child.kill('SIGTERM');
  await survivor.exited;
  const missing = [...acknowledged].filter((user) => !stored.has(user));
  const wrong = [...stored].filter(([, calls]) => calls !== 5);
  console.log(
    `${cuts} cuts, ${lostBytes} bytes lost: ${acknowledged.size} requests acknowledged, ${missing.length} missing, ${wrong.length} with a wrong number of calls, ${differences.length} sums that differ`,
  );
  process.exitCode =
    missing.length + wrong.length + differences.length === 0 && acknowledged.size > 0 ? 0 : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function start() {
  const child = spawn(
    process.execPath,
    [
      command,
      '--port',
      '0',
      '--grpc-port',
      'off',
      '--data',
      data,
      '--log-level',
      'error',
      '--batch-linger',
      '50',
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LD_PRELOAD: library, USERSPAN_SYNC_LOG: syncLog },
    },
  );
  const exited = new Promise((done) => child.once('exit', done));
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^Dashboard.* (http\S+)$/.exec(line)?.[1] ?? url;
    if (line === 'ready') break;
  }
  if (url === '') throw new Error(`the collector did not start: ${await exited}`);
  return { url, child, exited, read: async (path) => (await fetch(`${url}${path}`)).json() };
}

/** Sends requests with five calls of one user until the collector is killed. */
async function sendUntilDeath(url) {
  for (;;) {
    number += 1;
    const request = number;
    const spans = Array.from({ length: 5 }, (_, i) => ({
      traceId: (request * 5 + i).toString(16).padStart(32, 'a'),
      spanId: (request * 5 + i).toString(16).padStart(16, 'b'),
      name: 'chat',
      startTimeUnixNano: '1790000000000000000',
      endTimeUnixNano: '1790000000250000000',
      attributes: [
        ['gen_ai.operation.name', { stringValue: 'chat' }],
        ['gen_ai.provider.name', { stringValue: 'openai' }],
        ['gen_ai.request.model', { stringValue: 'gpt-4o' }],
        ['gen_ai.usage.input_tokens', { intValue: '1000' }],
        ['gen_ai.usage.output_tokens', { intValue: '100' }],
        ['user.id', { stringValue: `u${request}` }],
      ].map(([key, value]) => ({ key, value })),
    }));
    const response = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    }).catch(() => undefined);
    if (response === undefined) return;
    if (response.status === 200) acknowledged.add(`u${request}`);
  }
}

/** Cuts each file to its synced length. Returns the number of lost bytes. */
async function loseUnsynced() {
  const durable = new Map();
  for (const line of (await readFile(syncLog, 'utf8')).split('\n')) {
    const [inode, bytes] = line.split(' ');
    durable.set(inode, Number(bytes));
  }
  let lost = 0;
  for (const entry of await readdir(data, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { ino, size } = await stat(path);
    const keep = Math.min(size, durable.get(String(ino)) ?? 0);
    if (keep === size) continue;
    lost += size - keep;
    const file = await open(path, 'r+');
    await file.truncate(keep);
    await file.sync();
    await file.close();
  }
  return lost;
}
