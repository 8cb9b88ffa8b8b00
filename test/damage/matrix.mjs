// Damages each kind of file in a data folder in several ways, and prints what the collector reports when it starts on the
// folder. A row is wrong if spans are missing without a message, or if the collector exits without naming a file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND =
  process.env.USERSPAN_COMMAND ??
  fileURLToPath(new URL('../../packages/collector/dist/cli/userspan.cjs', import.meta.url));
/** A start takes a second of processor time. With this much more it is in an endless loop. A start that waits without end is killed later. */
const MAX_CPU_S = 30;
const START_MS = 300_000;
const SPANS = 300;
/** The check begins 20 seconds after the start, and takes longer on a machine with other load. */
const FIRST_CHECK_MS = 90_000;
const perTable = process.argv.includes('--tables');
/** `--slice=2/6` runs every sixth kind, beginning with the second. */
const [slice, slices] = (process.argv.find((argument) => argument.startsWith('--slice='))?.slice(8) ?? '1/1')
  .split('/')
  .map(Number);
const only = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const room = mkdtempSync(join(tmpdir(), 'userspan-kinds-'));

async function start(data, ...args) {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exit = once(child, 'exit');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const end = performance.now() + START_MS;
  while (isRunning() && !output.includes('ready\n') && performance.now() < end) {
    await pause(30);
    if (cpuSecondsOf(child.pid) > MAX_CPU_S) break;
  }
  return {
    url: /Dashboard.* (http:\S+)/.exec(output)?.[1],
    output: () => output,
    isReady: isRunning() && output.includes('ready\n'),
    exited: () => child.exitCode ?? child.signalCode ?? undefined,
    async stop(signal = 'SIGTERM') {
      if (isRunning()) child.kill(signal);
      await exit;
    },
  };
}
/** Processor time of a process in ticks of the kernel (100 per second). */
function cpuSecondsOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const json = async (url, init) => (await fetch(url, init)).json();

const PRICES = {
  gpt: {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 0.000001,
    output_cost_per_token: 0.000002,
  },
};

/** Creates a data folder with every kind of file, including a price feed and a write batch that is not in the store yet. */
async function fill(data) {
  const prices = join(room, 'prices.json');
  writeFileSync(prices, JSON.stringify({ 'model-of-feed': PRICES.gpt }));
  const collector = await start(data, '--price-feed', prices);
  await send(collector.url, 0);
  while ((await figures(collector.url)).calls !== SPANS) await pause(50);
  while (!existsSync(join(data, 'prices', 'feed.txt'))) await pause(50);
  // The list of the store's files is written every few seconds.
  await collector.stop();
  for (let round = 1; ; round += 1) {
    const next = await start(data);
    await send(next.url, round);
    const end = performance.now() + 2000;
    while (performance.now() < end && !hasBatch(data)) await new Promise(setImmediate);
    await next.stop('SIGKILL');
    // A socket that remained after the kill.
    rmSync(join(data, 'lock'), { force: true });
    if (hasBatch(data)) break;
  }
}

function hasBatch(data) {
  return readdirSync(join(data, 'plans')).some((name) => name.endsWith('.plan'));
}

async function send(url, round) {
  const spans = Array.from({ length: SPANS }, (_, at) => ({
    traceId: String(round * SPANS + at + 1).padStart(32, '0'),
    spanId: String(round * SPANS + at + 1).padStart(16, '0'),
    name: 'chat',
    kind: 3,
    startTimeUnixNano: String(BigInt(Date.now() - 60_000) * 1_000_000n),
    endTimeUnixNano: String(BigInt(Date.now() - 59_000) * 1_000_000n),
    attributes: Object.entries({
      ...(at % 10 === 0 ? {} : { 'user.id': `u${at % 7}` }),
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': at % 2 === 0 ? 'gpt-4o-mini' : 'model-of-feed',
    })
      .map(([key, stringValue]) => ({ key, value: { stringValue } }))
      .concat([{ key: 'gen_ai.usage.input_tokens', value: { intValue: '1000' } }]),
  }));
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: 's' }, spans }] }] });
  await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

/** The figures on pages, at least one from each table that can be damaged. */
async function figures(url) {
  const summary = await json(`${url}/api/summary`);
  const calls = await json(`${url}/api/calls?limit=500`).catch(() => ({}));
  const users = await json(`${url}/api/users?limit=500`).catch(() => ({}));
  return {
    calls: summary.calls ?? summary.usage?.calls ?? summary.figures?.calls,
    cost: summary.cost ?? summary.usage?.cost ?? summary.figures?.cost,
    listed: calls.data?.length,
    users: users.data?.map(({ id, calls: count, cost }) => `${id}:${count}:${cost}`).join(' '),
  };
}

/** Returns the figures when the write-ahead log is in the store. */
async function finalFigures(url) {
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    const { store } = await json(`${url}/healthz`);
    if (store.lagBytes === 0) break;
    await pause(50);
  }
  return figures(url);
}

/** Returns the figures, and the messages of the start and of the check of all files after it. */
async function whatIsSeen(collector) {
  for (const end = performance.now() + FIRST_CHECK_MS; ; await pause(1000)) {
    const found = await finalFigures(collector.url).catch((error) => ({ error: String(error) }));
    const health = await json(`${collector.url}/healthz`);
    const isTold = health.status !== 'ok' || /damage|lost|missing|incomplete/i.test(collector.output());
    const isWhole = JSON.stringify(found) === expected;
    if (isTold || isWhole || performance.now() > end)
      return { found, text: JSON.stringify(health), isTold, isWhole };
  }
}

/** Returns the kind of a file: its name without numbers, hashes and ids. With `--tables`, each table has its own kinds. */
function kindOf(path) {
  return path
    .replace(/^plans\/\d+\.plan$/, 'plans/N.plan')
    .replaceAll(
      /store\/(store\/)?[0-9a-f]{3}\/([0-9a-f-]{36})/g,
      (_, _folder, id) => `store/store/${(perTable && tableOf.get(id)) || 'UUID'}`,
    )
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replaceAll(/\d{6}_\d+_\d+_\d+(_\d+)?/g, 'PART')
    .replaceAll(/(all|\d{4,})_\d+_\d+_\d+(_\d+)?/g, 'PART')
    .replaceAll(/[0-9a-f]{32}/g, 'HASH')
    .replaceAll(/\d{6,}/g, 'N')
    .replace(
      /PART\/(?!columns|checksums|count|default_comp|partition|primary|minmax|metadata|serial|uuid|txn|columns_sub)[^/]+\.(\w+)$/,
      'PART/COLUMN.$1',
    )
    .replace(/PART\/minmax_.*/, 'PART/minmax');
}

function* filesOf(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(path);
    else if (entry.isFile()) yield path;
  }
}

const DAMAGES = {
  deleted: (path) => rmSync(path),
  emptied: (path) => truncateSync(path, 0),
  halved: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  'bit flipped': (path) => {
    const bytes = readFileSync(path);
    if (bytes.length > 0) bytes[Math.floor(bytes.length / 2)] ^= 1;
    writeFileSync(path, bytes);
  },
};

const whole = join(room, 'whole');
await fill(whole);
const tableOf = new Map();
const tables = join(whole, 'store', 'data', 'userspan');
for (const name of readdirSync(tables)) tableOf.set(basename(readlinkSync(join(tables, name))), name);
copy();
const baseline = await start(join(room, 'copy'));
const expected = JSON.stringify(await finalFigures(baseline.url));
await baseline.stop();
console.log(`without damage: ${expected}`);
const kinds = new Map();
for (const path of filesOf(whole)) {
  const file = relative(whole, path);
  const known = kinds.get(kindOf(file));
  if (known === undefined || statSync(path).size > statSync(join(whole, known)).size)
    kinds.set(kindOf(file), file);
}
console.log(`${kinds.size} kinds of files`);
let wrong = 0;

function copy() {
  rmSync(join(room, 'copy'), { recursive: true, force: true });
  cpSync(whole, join(room, 'copy'), { recursive: true, verbatimSymlinks: true });
}

for (const [at, [kind, file]] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).entries()) {
  if (at % slices !== slice - 1) continue;
  if (only !== undefined && !kind.includes(only)) continue;
  for (const [damage, apply] of Object.entries(DAMAGES)) {
    const data = join(room, 'copy');
    copy();
    apply(join(data, file));
    const collector = await start(data);
    let verdict;
    if (collector.isReady) {
      const { found, text, isWhole, isTold } = await whatIsSeen(collector);
      verdict = isWhole
        ? 'whole'
        : isTold
          ? `told: ${text.slice(0, 160)}`
          : `WRONG: ${JSON.stringify(found)} ${text.slice(0, 200)}`;
    } else {
      const output = collector.output().trim();
      const names = output.includes(data);
      verdict =
        names && collector.exited() !== undefined
          ? `refused: ${output.slice(-260)}`
          : `WRONG: not ready, exit ${collector.exited()}: ${output.slice(-300)}`;
    }
    if (verdict.startsWith('WRONG')) wrong += 1;
    console.log(`${kind} (${damage}): ${verdict.replaceAll('\n', ' ')}`);
    await collector.stop('SIGKILL');
  }
}
rmSync(room, { recursive: true, force: true });
console.log(wrong === 0 ? 'nothing is lost unseen' : `${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
