// Half load for a while, with memory, lag and latency every ten seconds: memory must stay flat and nothing be refused.
//
//   node packages/collector/bench/soak.mjs [minutes, default 10] [spans per second, default 12500]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateLoad } from '../dist/cli/generate-load.js';
import { startUserspan } from './spawn.mjs';

const minutes = Number(process.argv[2] ?? 10);
const rate = Number(process.argv[3] ?? 12_500);
const STEP_SECONDS = 10;

const data = mkdtempSync(join(tmpdir(), 'userspan-soak-'));
const userspan = await startUserspan(['--grpc-port', 'off', '--data', data]);
const samples = [];
let refused = 0;
for (let step = 0; step < (minutes * 60) / STEP_SECONDS; step += 1) {
  const result = await generateLoad({
    url: userspan.url,
    token: undefined,
    spansPerRequest: 500,
    connections: 16,
    seconds: STEP_SECONDS,
    rate,
    users: 50_000,
    idPrefix: 'u',
    onSecond: () => {},
  });
  refused += result.refused;
  const { now } = userspan.memory();
  const { store } = await userspan.health();
  samples.push(now);
  console.log(
    `${(step + 1) * STEP_SECONDS} s  ${Math.round(result.spansPerSecond)} spans/s  p99 ${Math.round(result.p99Ms)} ms  ` +
      `${Math.round(now)} MB  ${Math.round(store.lagBytes / 2 ** 20)} MB behind`,
  );
}
const { peak } = userspan.memory();
await userspan.stop();
rmSync(data, { recursive: true });

// The first third warms up caches and the heap; after that the median must not climb.
const third = Math.max(1, Math.floor(samples.length / 3));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const growth = median(samples.slice(-third)) / median(samples.slice(third, 2 * third));
console.log(
  `peak ${Math.round(peak)} MB, last third over the middle one ${growth.toFixed(3)}, ${refused} requests refused`,
);
process.exitCode = growth < 1.1 && peak < 1024 && refused === 0 ? 0 : 1;
