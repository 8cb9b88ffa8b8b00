// What one call costs in the application's process, next to the bare client and to what a user would pick instead.
//
//   pnpm build && node packages/openai/bench/openai.mjs [rounds]
//
// Each contender has a process of its own, because all of them patch the same class; the rounds are interleaved, so that
// whatever else the machine does hits all alike. Time and allocations are medians over rounds, less the bare client's of
// the same round. `fetch` is a function in the process: nothing is measured but the library and what is put on top.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 15);
const worker = fileURLToPath(new URL('../../../test/openai-peers/contender.mjs', import.meta.url));
const contenders = ['bare', 'userspan', 'opentelemetry', 'openinference', 'traceloop', 'langfuse'];
const LIMITS = { call: 40, bytes: 8 * 1024, stream: 170 };

const processes = new Map();
for (const name of contenders) {
  if (name !== 'bare' && name !== 'userspan' && !isInstalled()) continue;
  const child = fork(worker, [name], {
    execArgv: ['--expose-gc', '--max-semi-space-size=128'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [ready] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (ready === 'ready') processes.set(name, child);
  else console.log(`${name} does not run here`);
}

// Listeners come and go with each round.
for (const child of processes.values()) child.setMaxListeners(0);
const seen = new Map([...processes.keys()].map((name) => [name, []]));
for (let round = -8; round < rounds; round += 1) {
  for (const [name, child] of processes) {
    child.send('round');
    const [figures] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof figures !== 'object' || figures === null)
      throw new Error(`${name} broke off in round ${round}`);
    // The first rounds warm up.
    if (round >= 0) seen.get(name).push(figures);
  }
}
for (const child of processes.values()) child.kill();

const bare = seen.get('bare');
const rows = [...seen]
  .filter(([name]) => name !== 'bare')
  .map(([name, figures]) => ({
    name,
    call: median(figures.map((figure, index) => figure.call - bare[index].call)),
    bytes: median(figures.map((figure, index) => figure.bytes - bare[index].bytes)),
    stream: median(figures.map((figure, index) => figure.stream - bare[index].stream)),
  }));
const ours = rows.find(({ name }) => name === 'userspan');
console.log(
  `bare client (openai ${bare[0].version}): ${median(bare.map(({ call }) => call)).toFixed(1)} µs and ` +
    `${(median(bare.map(({ bytes }) => bytes)) / 1024).toFixed(1)} KB a call, ` +
    `${median(bare.map(({ stream }) => stream)).toFixed(0)} µs a stream of 200 chunks; ${rounds} rounds`,
);
console.log('added            µs/call   ratio   KB/call   ratio   µs/stream   ratio');
for (const { name, call, bytes, stream } of rows) {
  const columns = [
    name.padEnd(14),
    call.toFixed(1).padStart(9),
    (call / ours.call).toFixed(2).padStart(7),
    (bytes / 1024).toFixed(1).padStart(9),
    (bytes / ours.bytes).toFixed(2).padStart(7),
    stream.toFixed(0).padStart(11),
    (stream / ours.stream).toFixed(2).padStart(7),
  ];
  console.log(columns.join(' '));
}
const misses = Object.entries(LIMITS).filter(([figure, limit]) => ours[figure] > limit);
for (const [figure, limit] of misses)
  console.log(`over the limit: ${figure} ${ours[figure].toFixed(1)} > ${limit}`);

function isInstalled() {
  try {
    createRequire(new URL('../../../test/openai-peers/package.json', import.meta.url)).resolve('openai');
    return true;
  } catch {
    return false;
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
