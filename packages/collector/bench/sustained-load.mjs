import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { generateLoad } from '../dist/cli/generate-load.js';
import { startUserspan } from './spawn.mjs';

const TICKS_PER_SECOND = 100;

/** Sends `rate` spans a second to a base URL, for some seconds. */
export function sendSteadily(url, { spansPerCall, rate, seconds }) {
  return generateLoad({
    url,
    token: undefined,
    // A multiple of three, so that no trace is split.
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

/**
 * Sends a steady load to a collector with the data folder `data` and waits until the write-ahead log is empty. Returns
 * the stored spans per second and the resources used. `cores` is the average number of processors that the collector and
 * the load generator used together: fewer than the machine has means that threads wait for each other or for the disk.
 * With `warmUpSeconds`, the same load is sent and stored before the measurement, so that V8 has compiled the code.
 */
export async function storeSteadily({ data, load, options = [], warmUpSeconds = 0 }) {
  const userspan = await startUserspan(['--grpc-port', 'off', '--data', data, ...options]);
  if (warmUpSeconds > 0) {
    await sendSteadily(userspan.url, { ...load, seconds: warmUpSeconds });
    await isStored(userspan);
  }
  const cpuBefore = cpuByThread(userspan.pid);
  const ownBefore = process.cpuUsage();
  const startedAt = performance.now();
  const sent = await sendSteadily(userspan.url, load);
  const behindBytes = (await userspan.health()).store.lagBytes;
  await isStored(userspan);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const cpu = cpuByThread(userspan.pid);
  const own = process.cpuUsage(ownBefore);
  const memoryMb = userspan.memory().peak;
  await userspan.stop();
  const perSpan = (name) => Math.round(((cpu[name] ?? 0) - (cpuBefore[name] ?? 0)) * (1e6 / sent.spans));
  const allUs = Object.keys(cpu).reduce((sum, name) => sum + perSpan(name), 0);
  return {
    sent,
    storedPerSecond: sent.spans / wallSeconds,
    wallSeconds,
    behindBytes,
    memoryMb,
    mainUs: perSpan('main'),
    batchUs: perSpan('batch'),
    allUs,
    cores: (allUs * sent.spans + own.user + own.system) / (wallSeconds * 1e6),
  };
}

/** Resolves when the write-ahead log is empty. */
async function isStored(userspan) {
  while ((await userspan.health()).store.lagBytes > 0) await sleep(100);
}

/**
 * Seconds of CPU of a process: of its main thread, of the thread that builds batches (the only one with a lower
 * priority), and of other threads by name.
 */
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
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const name = nameOf(Number(id) === pid, Number(fields[16]), stat);
    found[name] = (found[name] ?? 0) + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }
  return found;
}

function nameOf(isMain, niceness, stat) {
  if (isMain) return 'main';
  return niceness > 0 ? 'batch' : stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
}
