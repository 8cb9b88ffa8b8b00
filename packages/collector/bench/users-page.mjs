// The users page over many spans: node packages/collector/bench/users-page.mjs [millions of spans]
// Fills roll-ups and profiles as the pipeline would leave them (three spans to a call, users by a power law, 60 days);
// the spans themselves are not read by that page.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { fastify } from 'fastify';

import { makeApiRoutes } from '../dist/api/api-routes.js';
import { openPipeline } from '../dist/pipeline/open-pipeline.js';
import { openStore } from '../dist/store/open-store.js';

const calls = Math.round((Number(process.argv[2] ?? 10) * 1e6) / 3);
const directory = mkdtempSync(join(tmpdir(), 'userspan-users-page-'));
const store = await openStore({ directory: join(directory, 'store') });
const today = Math.floor(Date.now() / 864e5);

const CALL = `SELECT number AS n, toUInt32(200000 * pow((cityHash64(number) % 1000000) / 1e6, 3)) AS u,
  (${today} - cityHash64(number, 1) % 60) AS d, cityHash64(number, 2) % 24 AS h,
  ['gpt-4o-mini','gpt-4o','gpt-4.1','gpt-4.1-mini','o4-mini','gpt-5','gpt-5-mini','claude-sonnet-4-5'][1 + cityHash64(number, 3) % 8] AS m,
  concat('service-', toString(u % 5)) AS s, cityHash64(number, 4) % 3000 AS i, cityHash64(number, 5) % 800 AS o
  FROM numbers({from:UInt64}, 500000)`;
const SUMS =
  'toInt64(0), toInt64(count()), toInt64(count()), toInt64(0), toInt64(0), toInt64(sum(i)), toInt64(sum(o)), toInt64(0), toInt64(0), toInt64(900000 * count()), sum(toDecimal128(i * 0.0000025 + o * 0.00001, 18))';
const WHAT = "'openai' AS p, m, s, 'chat' AS op, '@userspan/openai' AS sc, ['support'] AS t";
const begun = performance.now();
for (let from = 0; from < calls; from += 500_000) {
  const parameters = { from };
  await store.execute(
    `INSERT INTO usage_day (* EXCEPT user_key) SELECT 'default', toUInt16(d), concat('user-', toString(u)) AS uid, ${WHAT}, ${SUMS} FROM (${CALL}) GROUP BY d, uid, m, s`,
    parameters,
  );
  await store.execute(
    `INSERT INTO usage_hour SELECT 'default', toUInt32(d * 86400 + h * 3600) AS hr, concat('user-', toString(u)) AS uid, ${WHAT}, ${SUMS} FROM (${CALL}) GROUP BY hr, uid, m, s`,
    parameters,
  );
  await store.execute(
    `INSERT INTO totals_hour SELECT 'default', toUInt32(d * 86400 + h * 3600) AS hr, 1, ${WHAT}, ${SUMS} FROM (${CALL}) GROUP BY hr, m, s`,
    parameters,
  );
  await store.execute(
    `INSERT INTO threads SELECT 'default', concat('user-', toString(u)) AS uid, concat('thread-', toString(n % 5), uid) AS th, toInt64(min(d)) * 86400000000000, toInt64(max(d)) * 86400000000000, ${SUMS} FROM (${CALL}) GROUP BY uid, th`,
    parameters,
  );
}
const prop = (value) => `concat('1', toString(${today}), '00000000000000', ${value})`;
await store.execute(`INSERT INTO profiles SELECT 'default', concat('user-', toString(number)), toInt64(${today - 60}) * 86400000000000, toInt64(${today}) * 86400000000000, 1,
  ${prop(`concat('"Name ', toString(number), '"')`)}, ${prop(`concat('"user', toString(number), '@example.com"')`)}, '', ${prop(`concat('"g', toString(number % 2000), '"')`)},
  map('plan', ${prop(`if(number % 3 = 0, '"pro"', '"free"')`)}) FROM numbers(200000)`);
console.log(`filled in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
for (const row of await store.query(
  "SELECT table, sum(rows) AS n, count() AS parts, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = 'userspan' GROUP BY table",
)) {
  console.log(`${row.table}: ${row.n} rows, ${row.parts} parts, ${(row.bytes / 1e6).toFixed(0)} MB`);
}

const pipeline = await openPipeline({ store, directory });
const app = fastify();
app.decorateRequest('project', 'default');
await app.register(makeApiRoutes({ pipeline }), { prefix: '/api' });
const day = (back) => new Date((today - back) * 864e5).toISOString();
const urls = [
  '/users',
  `/users?from=${day(30)}`,
  `/users?from=${day(29.5)}`,
  `/users?from=${day(1)}`,
  `/users?from=${day(30)}&include=trend`,
  `/users?from=${day(30)}&sort=lastSeen`,
  `/users?from=${day(30)}&model=gpt-4o-mini`,
  `/users?from=${day(30)}&group=g7`,
  `/users?from=${day(30)}&q=user12`,
  `/summary?from=${day(30)}`,
  `/usage?by=model&from=${day(30)}`,
  `/usage?by=group&from=${day(30)}`,
  `/groups?from=${day(30)}`,
  `/models?from=${day(30)}`,
  '/users/user-1',
  '/users/user-1/usage?by=model',
];
for (const url of urls) {
  const times = [];
  const before = process.cpuUsage();
  for (let n = 0; n < 7; n++) {
    const start = performance.now();
    const reply = await app.inject(`/api${url}`);
    if (reply.statusCode !== 200) throw new Error(reply.body);
    times.push(performance.now() - start);
  }
  const cpu = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  console.log(
    `${url.replace(/\d{4}-\S+?Z/, 'T').padEnd(44)} min ${times[0].toFixed(0)} p50 ${times[3].toFixed(0)} max ${times[6].toFixed(0)} ms, cpu ${((cpu.user + cpu.system) / 7000).toFixed(0)} ms`,
  );
}
await app.close();
await pipeline.close();
await store.close();
rmSync(directory, { recursive: true });
