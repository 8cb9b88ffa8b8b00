import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';

import { generateLoad } from '../dist/cli/generate-load.js';
import { openPipeline } from '../dist/attribution/span-pipeline.js';
import { openStore } from '../dist/storage/engine/open-store.js';
import { storageOf } from '../dist/storage/storage.js';
import { startUserspan } from './spawn.mjs';
import { syntheticBatches } from './synthetic-spans.mjs';

const WARM_UP_SECONDS = 5;
/** Time for the engine to merge new parts before sizes are measured. */
const MERGE_MS = 15_000;
const PAGES = {
  users: (from) => `/api/users?from=${from}&include=trend`,
  'users by lastSeen': (from) => `/api/users?from=${from}&include=trend&sort=lastSeen`,
  'users of a group': (from) => `/api/users?from=${from}&include=trend&group=g7`,
  'users, search': (from) => `/api/users?from=${from}&include=trend&q=user12`,
  summary: (from) => `/api/summary?from=${from}`,
  'one user': (from) => `/api/users/user-1?from=${from}`,
};

/** Writes spans through the pipeline. Returns spans per second, excluding the time to generate them. */
export async function writeSpans(data, count, seed) {
  const batches = syntheticBatches(count, seed);
  const store = await openStore({ directory: join(data, 'store') });
  const pipeline = await openPipeline({ store: storageOf(store), directory: data });
  const start = performance.now();
  let making = 0;
  let previous = Promise.resolve();
  for (;;) {
    const before = performance.now();
    const { value: batch, done: isOver } = batches.next();
    making += performance.now() - before;
    if (isOver) break;
    // Two batches at the same time, as in the collector.
    const writing = pipeline.write(batch);
    await previous;
    previous = writing;
  }
  await previous;
  const seconds = (performance.now() - start - making) / 1000;
  await pipeline.close();
  await store.close();
  return count / seconds;
}

/** Bytes of each table on disk, largest first, after some seconds for merges. */
export async function storedBytes(data) {
  const store = await openStore({ directory: join(data, 'store') });
  await sleep(MERGE_MS);
  const rows = await store.query(
    `SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts
     WHERE active AND database = 'userspan' GROUP BY table HAVING bytes > 0 ORDER BY bytes DESC`,
  );
  await store.close();
  return Object.fromEntries(rows.map(({ table, bytes }) => [table, Number(bytes)]));
}

/** Measures pages of the last thirty days over HTTP, first without load and then with `rate` spans per second. */
export async function timePages(data, rate) {
  const userspan = await startUserspan(['--grpc-port', 'off', '--data', data]);
  const from = new Date(Date.now() - 30 * 864e5).toISOString();
  const time = async (page) => {
    const start = performance.now();
    const reply = await fetch(userspan.url + PAGES[page](from));
    if (reply.status !== 200) throw new Error(await reply.text());
    await reply.arrayBuffer();
    return performance.now() - start;
  };
  // The collector reads the known traces in the background after the start.
  await sleep(5_000);
  const pages = {};
  let firstMs;
  for (const page of Object.keys(PAGES)) {
    const times = [];
    for (let n = 0; n < 20; n++) times.push(await time(page));
    firstMs ??= times[0];
    pages[page] = percentile(times, 0.5);
  }
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
  // Warms up the code that receives spans, which has not run in this process.
  await sleep(WARM_UP_SECONDS * 1000);
  const busy = [];
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    busy.push(await time('users'));
    await sleep(200);
  }
  await load;
  const memoryMb = userspan.memory().peak;
  await userspan.stop();
  return {
    readyMs: userspan.startMs,
    firstMs,
    pages,
    busyMs: { p50: percentile(busy, 0.5), p95: percentile(busy, 0.95) },
    memoryMb,
  };
}

function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}
