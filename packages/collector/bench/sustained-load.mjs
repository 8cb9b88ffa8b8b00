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
 * the stored spans per second and the resources used.
 */
export async function storeSteadily({ data, load, options = [] }) {
  const userspan = await startUserspan(['--grpc-port', 'off', '--data', data, ...options]);
  const cpuBefore = cpuByThread(userspan.pid);
  const startedAt = performance.now();
  const sent = await sendSteadily(userspan.url, load);
  const behindBytes = (await userspan.health()).store.lagBytes;
  while ((await userspan.health()).store.lagBytes > 0) {
    await sleep(100);
  }
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const cpu = cpuByThread(userspan.pid);
  const memoryMb = userspan.memory().peak;
  await userspan.stop();
  const perSpan = (name) => Math.round(((cpu[name] ?? 0) - (cpuBefore[name] ?? 0)) * (1e6 / sent.spans));
  return {
    sent,
    storedPerSecond: sent.spans / wallSeconds,
    wallSeconds,
    behindBytes,
    memoryMb,
    mainUs: perSpan('main'),
    allUs: Object.keys(cpu).reduce((sum, name) => sum + perSpan(name), 0),
  };
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
