// What the store side does with two cores: node packages/collector/bench/store.mjs [millions of spans] [directory]
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { openPipeline } from '../dist/pipeline/open-pipeline.js';
import { openStore } from '../dist/store/open-store.js';
import { syntheticBatches } from './synthetic-spans.mjs';

const millions = Number(process.argv[2] ?? 0.3);
const kept = process.argv[3];
const directory = kept ?? mkdtempSync(join(tmpdir(), 'userspan-bench-'));
const isNew = kept === undefined || !existsSync(join(kept, 'store'));

const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const ms = (value) => `${value.toFixed(0)} ms`;

const opening = performance.now();
const store = await openStore({ directory: join(directory, 'store') });
const pipeline = await openPipeline({ store, directory });
console.log(`open: ${ms(performance.now() - opening)}`);

if (isNew) {
  const times = [];
  let cpu = process.cpuUsage();
  const start = performance.now();
  let spans = 0;
  let generated = 0;
  let at = performance.now();
  let previous = Promise.resolve();
  for (const batch of syntheticBatches(millions * 1e6, 10_000)) {
    generated += performance.now() - at;
    const begun = performance.now();
    const writing = pipeline.write(batch).then(() => times.push(performance.now() - begun));
    await previous;
    previous = writing;
    spans += batch.spans.length;
    if (spans % 500_000 === 0)
      console.log(
        `${spans} spans, ${(spans / ((performance.now() - start) / 1000)).toFixed(0)} spans/s, rss ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
      );
    at = performance.now();
  }
  await previous;
  const seconds = (performance.now() - start) / 1000;
  cpu = process.cpuUsage(cpu);
  console.log(
    `write: ${(spans / seconds).toFixed(0)} spans/s (${(spans / (seconds - generated / 1000)).toFixed(0)} without making them), p50 ${ms(percentile(times, 0.5))}, p95 ${ms(percentile(times, 0.95))} a batch, cpu ${((cpu.user + cpu.system) / 1e6 / seconds).toFixed(2)}`,
  );
  console.log(pipeline.figures());
}
if (isNew)
  for (const table of ['spans', 'calls', 'profiles', 'threads', 'usage_hour', 'usage_day', 'totals_hour'])
    await store.execute(`OPTIMIZE TABLE ${table} FINAL`);
const parts = await store.query(
  "SELECT table, sum(bytes_on_disk) AS bytes, sum(rows) AS n, count() AS parts FROM system.parts WHERE active AND database = 'userspan' GROUP BY table ORDER BY bytes DESC",
);
for (const part of parts)
  console.log(`${part.table}: ${(part.bytes / 1e6).toFixed(1)} MB, ${part.n} rows, ${part.parts} parts`);
console.log(`disk: ${(parts.reduce((sum, { bytes }) => sum + Number(bytes), 0) / 1e6).toFixed(0)} MB`);

import { fastify } from 'fastify';
import { makeApiRoutes } from '../dist/api/api-routes.js';
const app = fastify();
app.decorateRequest('project', 'default');
await app.register(makeApiRoutes({ pipeline }), { prefix: '/api' });
const day = (back) => new Date(Date.now() - back * 864e5).toISOString();
for (const url of [
  '/api/users',
  `/api/users?from=${day(30)}`,
  `/api/users?from=${day(1)}`,
  `/api/users?from=${day(30)}&include=trend`,
  `/api/users?from=${day(30)}&include=trend,median`,
  `/api/users?from=${day(30)}&model=gpt-4o-mini`,
  '/api/users?q=123',
  '/api/users?sort=lastSeen',
  '/api/users?group=g7',
  `/api/summary?from=${day(30)}`,
]) {
  const times = [];
  for (let n = 0; n < 8; n++) {
    const begun = performance.now();
    const reply = await app.inject(url);
    if (reply.statusCode !== 200) throw new Error(reply.body);
    times.push(performance.now() - begun);
  }
  console.log(
    `${url.replace(/\d{4}-\S+?Z/, 'T')}: p50 ${ms(percentile(times, 0.5))}, max ${ms(Math.max(...times))}`,
  );
}
await app.close();
await pipeline.close();
await store.close();
if (kept === undefined) rmSync(directory, { recursive: true });
