// Sends a steady load for minutes and prints memory, lag and latency every ten seconds, while the users page is requested once
// a second. No request may be refused, the backlog must not grow, memory must stay flat and below 1 GiB, and the page must load.
//
//   node packages/collector/bench/soak.mjs [minutes, default 10] [spans per second, default 12500] [spans per call, 1 or 3; default 1]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startUserspan } from './spawn.mjs';
import { sendSteadily } from './sustained-load.mjs';

const [minutes = 10, rate = 12_500, spansPerCall = 1] = process.argv.slice(2).map(Number);
const STEP_SECONDS = 10;
const MILLION_BYTES = 2 ** 20;

const data = mkdtempSync(join(tmpdir(), 'userspan-soak-'));
const userspan = await startUserspan(['--grpc-port', 'off', '--data', data]);
const memory = [];
const acknowledged = [];
const behind = [];
const pageMs = [];
let spans = 0;
let refused = 0;
const loadEnd = new AbortController();
const pages = lookAtUsers(loadEnd.signal);
for (let step = 0; step < (minutes * 60) / STEP_SECONDS; step += 1) {
  const result = await sendSteadily(userspan.url, { spansPerCall, rate, seconds: STEP_SECONDS });
  spans += result.spans;
  refused += result.refused;
  const { now } = userspan.memory();
  const { store } = await userspan.health();
  memory.push(now);
  acknowledged.push(result.p99Ms);
  behind.push(store.lagBytes / MILLION_BYTES);
  console.log(
    `${(step + 1) * STEP_SECONDS} s  ${Math.round(result.spansPerSecond)} spans/s  p99 ${Math.round(result.p99Ms)} ms  ` +
      `users page ${Math.round(pageMs.at(-1) ?? 0)} ms  ${Math.round(now)} MB  ${Math.round(behind.at(-1))} MB behind`,
  );
}
loadEnd.abort();
await pages;
const drainedFrom = performance.now();
while ((await userspan.health()).store.lagBytes > 0) await sleep(100);
const drainSeconds = (performance.now() - drainedFrom) / 1000;
const { peak, files } = userspan.memory();
await userspan.stop();
rmSync(data, { recursive: true });

// During the first third, caches and the heap warm up. After that the median must not rise.
const third = Math.max(1, Math.floor(memory.length / 3));
const growth = quantile(memory.slice(-third), 0.5) / quantile(memory.slice(third, 2 * third), 0.5);
/** The backlog varies by a batch or two. If it grows more, the load is too high. */
const climb = quantile(behind.slice(-third), 0.5) - quantile(behind.slice(0, third), 0.5);
console.log(
  `Node ${process.versions.node}, ${spansPerCall} spans a call, ${minutes} minutes at ${rate}/s: ${spans} spans, ${refused} requests refused; ` +
    `the rest was stored ${drainSeconds.toFixed(1)} s after the load; behind ${Math.round(quantile(behind, 0.5))} MB (median), ` +
    `${Math.round(Math.max(...behind))} at most, ${Math.round(climb)} more in the last third than in the first; ` +
    `p99 of the acknowledgement ${Math.round(quantile(acknowledged, 0.5))} ms (median of the steps), ${Math.round(Math.max(...acknowledged))} in the worst; ` +
    `users page ${Math.round(quantile(pageMs, 0.5))} ms, p95 ${Math.round(quantile(pageMs, 0.95))}, p95 of the last third ` +
    `${Math.round(quantile(pageMs.slice(-Math.floor(pageMs.length / 3)), 0.95))}; memory ${Math.round(peak)} MB at most, ${Math.round(files)} of them pages of program files, ` +
    `last third over the middle one ${growth.toFixed(3)}`,
);
process.exitCode = growth < 1.1 && peak < 1024 && refused === 0 && climb < 32 ? 0 : 1;

/** Requests the users page of the last thirty days once per second. */
async function lookAtUsers(end) {
  while (!end.aborted) {
    const from = Date.now() - 30 * 86_400_000;
    const startedAt = performance.now();
    const response = await fetch(`${userspan.url}/api/users?limit=50&from=${from}`);
    if (!response.ok) throw new Error(`the users page answered ${response.status}: ${await response.text()}`);
    await response.text();
    pageMs.push(performance.now() - startedAt);
    await sleep(1000);
  }
}

function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}
