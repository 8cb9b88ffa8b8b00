// Spans stored for good per second: what is acknowledged first waits in the write-ahead log, so the time counts until the log
// is empty. The load generator runs beside it.
//
//   node packages/collector/bench/sustained.mjs [spans per call, 1 or 3; default 3] [spans per second; default 25000] [seconds; default 15] [--option of userspan …]
//
// Every option behind the numbers goes to the collector, but for --beside: that sends the same load into the OpenTelemetry
// Collector afterwards (see otelcol.mjs). Fails where spans were refused, or were stored more slowly than offered.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { generateLoad } from '../dist/cli/generate-load.js';
import { otelcolStored } from './otelcol.mjs';
import { startUserspan } from './spawn.mjs';

const given = process.argv.slice(2).filter((argument) => argument !== '--beside');
const isBeside = given.length < process.argv.length - 2;
const options = given.filter((_, at, all) => all.slice(0, at + 1).some(isOption));
const [spansPerCall = 3, rate = 25_000, seconds = 15] = given
  .slice(0, given.length - options.length)
  .map(Number);
/** What is still under way when the load ends may take this long. */
const GRACE_SECONDS = 2;
const TICKS_PER_SECOND = 100;

const data = mkdtempSync(join(tmpdir(), 'userspan-sustained-'));
const userspan = await startUserspan(['--grpc-port', 'off', '--data', data, ...options]);
const cpuBefore = cpuByThread(userspan.pid);
const startedAt = performance.now();
const load = await sendLoad(userspan.url);
const behindBytes = (await userspan.health()).store.lagBytes;
while ((await userspan.health()).store.lagBytes > 0) {
  await sleep(100);
}
const wallSeconds = (performance.now() - startedAt) / 1000;
const cpu = cpuByThread(userspan.pid);
const { peak } = userspan.memory();
await userspan.stop();
rmSync(data, { recursive: true });

const perSpan = (name) => Math.round(((cpu[name] ?? 0) - (cpuBefore[name] ?? 0)) * (1e6 / load.spans));
const mainUs = perSpan('main');
const allUs = Object.keys(cpu).reduce((sum, name) => sum + perSpan(name), 0);
console.log(
  `Node ${process.versions.node}, ${spansPerCall} spans a call: ${Math.round(load.spans / wallSeconds)} spans/s stored, ` +
    `${Math.round(load.spansPerSecond)} acknowledged, p99 ${Math.round(load.p99Ms)} ms, ` +
    `${Math.round(behindBytes / 2 ** 20)} MB behind at the end of the load, ${Math.round(peak)} MB of memory, ` +
    `CPU a span ${mainUs} us of the main thread, ${allUs} us of all`,
);
process.exitCode = load.refused === 0 && wallSeconds < seconds + GRACE_SECONDS ? 0 : 1;

if (isBeside) await otelcolStored(sendLoad);

function sendLoad(url) {
  return generateLoad({
    url,
    token: undefined,
    // A multiple of three: no trace is cut in two.
    spansPerRequest: 600,
    connections: 16,
    seconds,
    rate,
    users: 50_000,
    idPrefix: 'u',
    spansPerCall,
    onSecond: () => {},
  });
}

/** Seconds of CPU of a process, of its main thread and of threads by name. */
function cpuByThread(pid) {
  const found = {};
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    let stat;
    try {
      stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
    } catch {
      // The thread ended.
      continue;
    }
    const name = Number(id) === pid ? 'main' : stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    found[name] = (found[name] ?? 0) + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }
  return found;
}

function isOption(argument) {
  return argument.startsWith('--');
}
