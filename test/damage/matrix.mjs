// Damages each kind of file of a data folder in each way, and tells what the collector says when it starts on it.
// A row is wrong where spans are missing and nobody is told, or where the collector ends without naming a file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND =
  process.env.USERSPAN_COMMAND ??
  fileURLToPath(new URL('../../packages/collector/dist/cli/userspan.cjs', import.meta.url));
const START_MS = 60_000;
const only = process.argv[2];
const room = mkdtempSync(join(tmpdir(), 'userspan-kinds-'));

async function start(data) {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exit = once(child, 'exit');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const end = performance.now() + START_MS;
  while (isRunning() && !output.includes('ready\n') && performance.now() < end) await pause(30);
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
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const json = async (url, init) => (await fetch(url, init)).json();

async function fill(data) {
  const collector = await start(data);
  const spans = Array.from({ length: 300 }, (_, at) => ({
    traceId: String(at + 1).padStart(32, '0'),
    spanId: String(at + 1).padStart(16, '0'),
    name: 'chat',
    kind: 3,
    startTimeUnixNano: String(BigInt(Date.now() - 60_000) * 1_000_000n),
    endTimeUnixNano: String(BigInt(Date.now() - 59_000) * 1_000_000n),
    attributes: Object.entries({
      'user.id': `u${at % 7}`,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
    })
      .map(([key, stringValue]) => ({ key, value: { stringValue } }))
      .concat([{ key: 'gen_ai.usage.input_tokens', value: { intValue: '1000' } }]),
  }));
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: 's' }, spans }] }] });
  await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  for (;;) {
    if ((await figures(collector.url)).calls === 300) break;
    await pause(50);
  }
  await collector.stop();
}

async function figures(url) {
  const summary = await json(`${url}/api/summary`);
  const list = await json(`${url}/api/calls?limit=500`).catch(() => ({ data: [] }));
  return {
    calls: summary.calls ?? summary.usage?.calls ?? summary.figures?.calls,
    listed: list.data?.length,
  };
}

/** Files of one kind are alike: numbers, hashes and ids in their names say nothing. */
function kindOf(path) {
  return path
    .replaceAll(/store\/(store\/)?[0-9a-f]{3}\/[0-9a-f-]{36}/g, 'store/store/UUID')
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
const kinds = new Map();
for (const path of filesOf(whole)) {
  const file = relative(whole, path);
  const known = kinds.get(kindOf(file));
  if (known === undefined || statSync(path).size > statSync(join(whole, known)).size)
    kinds.set(kindOf(file), file);
}
console.log(`${kinds.size} kinds of files`);
let wrong = 0;
for (const [kind, file] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (only !== undefined && !kind.includes(only)) continue;
  for (const [damage, apply] of Object.entries(DAMAGES)) {
    const data = join(room, 'copy');
    rmSync(data, { recursive: true, force: true });
    cpSync(whole, data, { recursive: true });
    apply(join(data, file));
    const collector = await start(data);
    let verdict;
    if (collector.isReady) {
      await pause(300);
      const found = await figures(collector.url).catch((error) => ({ error: String(error) }));
      const health = await json(`${collector.url}/healthz`);
      const text = JSON.stringify(health);
      const isTold = health.status !== 'ok' || /damage|lost|missing|incomplete/i.test(collector.output());
      const isWhole = found.calls === 300 && found.listed === 300;
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
