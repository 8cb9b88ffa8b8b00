/**
 * `npm run open-streams`: opens 200 connections of each kind that stays open against a built collector, and watches its
 * memory, its descriptors and how long `/readyz` waits, each from another process; then stops it while all kinds are open.
 * `COUNT`, `WATCH_MS` and `PRELOAD` set the connections of a kind, how long they are watched and the calls in the store.
 * Ends with 1 where memory grows by more than 150 MB, a descriptor stays, half of the calls of `/readyz` wait for more than
 * 100 ms, or stopping takes more than ten seconds.
 *
 *     npm run open-streams                every kind
 *     npm run open-streams -- SETTINGS    the kinds with one of these words
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds } from './kinds.mjs';

const COMMAND = fileURLToPath(new URL('../../packages/collector/dist/cli/userspan.cjs', import.meta.url));
const COUNT = Number(process.env.COUNT ?? 200);
const WATCH_MS = Number(process.env.WATCH_MS ?? 5000);
const PRELOAD = Number(process.env.PRELOAD ?? 40_000);
const MAX_MEMORY_MB = 150;
const MAX_WAIT_MS = 100;
const MAX_STOP_MS = 10_000;

const tokens = Object.fromEntries(
  ['admin', 'read', 'ingest', 'browser'].map((permission) => [
    permission,
    `secret-of-the-${permission}-token`,
  ]),
);
const folder = mkdtempSync(join(tmpdir(), 'userspan-streams-'));
const words = process.argv.slice(2);
const wanted = Object.keys(kinds).filter(
  (name) => words.length === 0 || words.some((word) => name.includes(word)),
);
const failures = [];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

makeCertificate();
const plain = await start('plain', []);
const secure = await start('secure', [
  '--tls-cert',
  join(folder, 'cert.pem'),
  '--tls-key',
  join(folder, 'key.pem'),
]);
const room = { http: plain.http, grpc: plain.grpc, https: secure.http, tokens };
try {
  // 10,000 users and threads with some calls each, so that lists need several chunks.
  for (let round = 0; round < PRELOAD / 200; round += 1) await send();
  const sending = setInterval(() => void send().catch(() => {}), 500);
  // What a collector holds after it has worked for a while is what it idles at: answers cost as much to who reads them.
  await pause(5000);
  for (let round = 0; round < 20; round += 1) await readPages(100);
  const quiet = await watch(plain, WATCH_MS);
  console.log('kind | memory, MB | of it kept | descriptors left | /readyz median | p95 | max');
  console.log(['nothing open', 0, 0, 0, ...quiet.waits].join(' | '));
  for (const name of wanted) {
    const collector = name.startsWith('TLS') ? secure : plain;
    const [memoryBefore, filesBefore] = [collector.memoryMb(), collector.sockets()];
    const attacker = await attack([{ name, count: COUNT }]);
    const { waits, mostMb } = await watch(collector, WATCH_MS);
    await kill(attacker);
    const left = await socketsLeft(collector, filesBefore);
    const grown = Math.round(mostMb - memoryBefore);
    const row = [name, grown, Math.round(collector.memoryMb() - memoryBefore), left, ...waits];
    console.log(row.join(' | '));
    if (grown > MAX_MEMORY_MB) failures.push(`${name}: ${grown} MB`);
    if (left > 0) failures.push(`${name}: ${left} descriptors stay`);
    // On a busy machine, `/readyz` is slow even without these connections.
    if (waits[0] > Math.max(MAX_WAIT_MS, 4 * quiet.waits[1]))
      failures.push(`${name}: /readyz waits ${waits[0]} ms`);
    if (!collector.isRunning()) throw new Error(`${name}: the collector ended: ${collector.output()}`);
  }
  clearInterval(sending);
  const attacker = await attack(wanted.map((name) => ({ name, count: Math.ceil(COUNT / 20) })));
  for (const [name, collector] of Object.entries({ plain, secure })) {
    const ms = await collector.stop();
    console.log(`stopping with all of them open, ${name}: ${Math.round(ms)} ms`);
    if (ms > MAX_STOP_MS) failures.push(`stopping takes ${Math.round(ms)} ms`);
    if (collector.code() !== 0)
      failures.push(`stopping ends with ${collector.code()}: ${collector.output()}`);
  }
  await kill(attacker);
} finally {
  await Promise.all([plain.stop(), secure.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? 'every kind is held' : `${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function start(name, flags) {
  const args = ['--port', '0', '--grpc-port', '0', '--data', join(folder, name), ...flags];
  for (const [permission, secret] of Object.entries(tokens)) args.push('--token', `${permission}=${secret}`);
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exit = once(child, 'exit');
  while (!output.includes('ready\n')) {
    if (child.exitCode !== null) throw new Error(output);
    await pause(50);
  }
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    http: /Dashboard.* (https?:\S+)/.exec(output)?.[1],
    grpc: `http://127.0.0.1:${/gRPC.*?:(\d+)/.exec(output)?.[1]}`,
    isRunning,
    output: () => output.slice(-2000),
    code: () => child.exitCode ?? child.signalCode,
    memoryMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024,
    // The store opens and closes files as it merges; what a client can leave behind is a socket.
    sockets: () => readdirSync(`/proc/${child.pid}/fd`).filter((fd) => isSocket(child.pid, fd)).length,
    async stop() {
      const begin = performance.now();
      if (isRunning()) child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), 60_000);
      await exit;
      clearTimeout(limit);
      return performance.now() - begin;
    },
  };
}

function isSocket(pid, fd) {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
  } catch {
    return false;
  }
}

async function attack(list) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('attack.mjs', import.meta.url))], {
    env: { PATH: process.env.PATH, ROOM: JSON.stringify(room), ATTACK: JSON.stringify(list) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(child.stdout, 'data'), pause(15_000)]);
  return child;
}

async function kill(child) {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Asks `/readyz` on a connection of its own each time; returns the waits and the most memory meanwhile. */
async function watch(collector, ms) {
  const waits = [];
  let mostMb = 0;
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const begin = performance.now();
    await ask(collector);
    waits.push(performance.now() - begin);
    mostMb = Math.max(mostMb, collector.memoryMb());
    await pause(30);
  }
  waits.sort((a, b) => a - b);
  const at = (share) => Math.round(waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]);
  return { waits: [at(0.5), at(0.95), at(1)], mostMb };
}

function ask({ http }) {
  if (http.startsWith('https:')) return fetchSecure(`${http}/readyz`);
  return new Promise((resolve, reject) => {
    get(`${http}/readyz`, { agent: false }, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });
}

async function fetchSecure(url) {
  const { get: getSecure } = await import('node:https');
  return new Promise((resolve, reject) => {
    getSecure(url, { agent: false, rejectUnauthorized: false }, (response) =>
      response.resume().on('end', resolve),
    ).on('error', reject);
  });
}

/** How many descriptors more there are than before, once a gRPC connection has to have brought a call (20 seconds). */
async function socketsLeft(collector, before) {
  const end = performance.now() + 25_000;
  while (collector.sockets() > before + 5 && performance.now() < end) await pause(50);
  // The connections of this process come and go.
  return Math.max(0, collector.sockets() - before - 5);
}

/** Requests several pages at the same time, as open dashboards do, and reads the answers. */
async function readPages(count) {
  const paths = ['/api/users', '/api/calls?limit=500', '/'];
  const headers = { authorization: `Bearer ${tokens.read}` };
  const pages = Array.from({ length: count }, async (_, at) => {
    const reply = await fetch(`${plain.http}${paths[at % 10] ?? paths[0]}`, { headers });
    return reply.arrayBuffer();
  });
  await Promise.all(pages);
}

async function send() {
  const spans = Array.from({ length: 200 }, (_, at) => ({
    traceId: (BigInt(Math.floor(Math.random() * 2 ** 52)) * 1000n + BigInt(at))
      .toString(16)
      .padStart(32, '0'),
    spanId: (at + 1).toString(16).padStart(16, '0'),
    name: 'chat',
    startTimeUnixNano: String(BigInt(Date.now() - 1000) * 1_000_000n),
    endTimeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    attributes: [
      { key: 'user.id', value: { stringValue: `u${Math.floor(Math.random() * 10_000)}` } },
      { key: 'session.id', value: { stringValue: `t${Math.floor(Math.random() * 10_000)}` } },
      { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
      { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o-mini' } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '1000' } },
    ],
  }));
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  await fetch(`${room.http}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.ingest}` },
    body,
  });
}

function makeCertificate() {
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      '/CN=localhost',
    ].concat(['-days', '2', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]),
    { stdio: 'ignore' },
  );
}
