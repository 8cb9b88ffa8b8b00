// How the store grows: what it takes in, how much room it needs and how long the pages wait, at 1, 2, 5, 10… million spans.
//
//   node packages/collector/bench/store.mjs [millions of spans, default 1] [spans per second while pages are asked for, default 2500]
//
// Three spans to a trace, one of them a call; 200,000 users by a power law, over sixty days, which every step goes through
// once more in the order of time. What is written goes through the pipeline as everybody's does; pages are asked for over HTTP from the command that is shipped, first with nothing
// else to do, then while spans come in. Beside it, where Node has one (22.5 and later), an embedded SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { generateLoad } from '../dist/cli/generate-load.js';
import { openPipeline } from '../dist/attribution/span-pipeline.js';
import { openStore } from '../dist/storage/engine/open-store.js';
import { storageOf } from '../dist/storage/storage.js';
import { startUserspan } from './spawn.mjs';
import { sqliteStore } from './sqlite-store.mjs';
import { syntheticBatches } from './synthetic-spans.mjs';

const millions = Number(process.argv[2] ?? 1);
const rate = Number(process.argv[3] ?? 2_500);
const BATCH = 10_000;
const WARM_UP_SECONDS = 5;
const PAGES = {
  users: (from) => `/api/users?from=${from}&include=trend`,
  'users by lastSeen': (from) => `/api/users?from=${from}&include=trend&sort=lastSeen`,
  'users of a group': (from) => `/api/users?from=${from}&include=trend&group=g7`,
  'users, search': (from) => `/api/users?from=${from}&include=trend&q=user12`,
  summary: (from) => `/api/summary?from=${from}`,
  'one user': (from) => `/api/users/user-1?from=${from}`,
};

const data = mkdtempSync(join(tmpdir(), 'userspan-store-'));
const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const from = new Date(Date.now() - 30 * 864e5).toISOString();
const stops = [1, 2, 5, 10, 20, 50, 100].filter((stop) => stop < millions).concat(millions);
const rows = [];
let written = 0;
for (const stop of stops) {
  const seconds = await write(stop * 1e6 - written, stop);
  const row = { 'million spans': stop, 'written/s': Math.round((stop * 1e6 - written) / seconds) };
  written = stop * 1e6;
  row['MB per million'] = Math.round((await bytesOnDisk()) / 1e6 / stop);
  rows.push({ ...row, ...(await ask()) });
  console.table([rows.at(-1)]);
}
console.table(rows);
rmSync(data, { recursive: true });
const last = rows.at(-1);
const ours = {
  written: rows[0]['written/s'],
  page: rows[0]['users p50 ms'],
  disk: rows[0]['MB per million'],
};
await sqliteStore(syntheticBatches(Math.min(millions, 1) * 1e6, BATCH), ours);
process.exitCode =
  last['busy users p95 ms'] < 150 && last['ready ms'] < 2000 && last['MB per million'] <= 100 ? 0 : 1;

async function write(spans, seed) {
  const batches = syntheticBatches(spans, BATCH, seed);
  const store = await openStore({ directory: join(data, 'store') });
  const pipeline = await openPipeline({ store: storageOf(store), directory: data });
  const start = performance.now();
  let making = 0;
  let previous = Promise.resolve();
  for (let done = 0; done < spans;) {
    const before = performance.now();
    const { value: batch, done: isOver } = batches.next();
    making += performance.now() - before;
    if (isOver) break;
    done += batch.spans.length;
    // Two under way, as the collector has them.
    const writing = pipeline.write(batch);
    await previous;
    previous = writing;
  }
  await previous;
  const seconds = (performance.now() - start - making) / 1000;
  await pipeline.close();
  await store.close();
  return seconds;
}

async function bytesOnDisk() {
  const store = await openStore({ directory: join(data, 'store') });
  // Parts that were just written are still being merged; what stays is what counts.
  await sleep(15_000);
  const [{ bytes }] = await store.query(
    "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = 'userspan'",
  );
  await store.close();
  return Number(bytes);
}

async function ask() {
  const userspan = await startUserspan(['--grpc-port', 'off', '--data', data]);
  const time = async (page) => {
    const start = performance.now();
    const reply = await fetch(userspan.url + PAGES[page](from));
    if (reply.status !== 200) throw new Error(await reply.text());
    await reply.arrayBuffer();
    return performance.now() - start;
  };
  // Reading which traces there are runs beside the first requests.
  await sleep(5_000);
  const row = { 'ready ms': Math.round(userspan.startMs) };
  for (const page of Object.keys(PAGES)) {
    const times = [];
    for (let n = 0; n < 20; n++) times.push(await time(page));
    if (page === 'users') row['users first ms'] = Math.round(times[0]);
    row[`${page} p50 ms`] = Math.round(percentile(times, 0.5));
  }
  const busy = [];
  const load = generateLoad({
    url: userspan.url,
    token: undefined,
    spansPerRequest: 100,
    connections: 4,
    seconds: WARM_UP_SECONDS + 30,
    rate,
    users: 10_000,
    idPrefix: 'bench-',
    onSecond: () => {},
  });
  // The code that takes spans in has not run in this process before.
  await sleep(WARM_UP_SECONDS * 1000);
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    busy.push(await time('users'));
    await sleep(200);
  }
  await load;
  row['busy users p50 ms'] = Math.round(percentile(busy, 0.5));
  row['busy users p95 ms'] = Math.round(percentile(busy, 0.95));
  row['memory MB'] = Math.round(userspan.memory().peak);
  await userspan.stop();
  return row;
}
