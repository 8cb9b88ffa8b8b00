// Starts the collector that all apps of the run send to, and checks its figures.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { root } from '../steps.mjs';
import { userOfBill } from './users.mjs';

const LIMIT_MS = 20_000;

/** Starts `userspan` on a free port, with its store in a folder below `scratch`. */
export async function startCollector(scratch) {
  const command = join(root, 'packages/collector/dist/cli/userspan.cjs');
  const data = join(scratch, 'collector');
  const child = spawn(process.execPath, [command, '--port', '0', '--grpc-port', 'off', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^OTLP\/HTTP .* (https?:\/\/[^/]+)/.exec(line)?.[1] ?? url;
    if (line === 'ready') break;
  }
  child.stdout.resume();
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Returns undefined if the calls of a service match the bill exactly. Otherwise waits for late calls and returns the difference. */
export async function checkCalls({ url }, service, bills) {
  const expected = bills.map((bill) => `${userOfBill(bill)} ${bill.usd}`).sort();
  const limit = Date.now() + LIMIT_MS;
  for (;;) {
    const response = await fetch(`${url}/api/calls?limit=100&service=${encodeURIComponent(service)}`);
    const { data } = await response.json();
    const actual = data.map(({ userId, costExact }) => `${userId} ${costExact}`).sort();
    if (expected.length > 0 && JSON.stringify(actual) === JSON.stringify(expected)) return undefined;
    if (Date.now() > limit || actual.length > expected.length) {
      return `billed ${JSON.stringify(expected)}, and recorded ${JSON.stringify(actual)}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
