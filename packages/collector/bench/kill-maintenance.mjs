// Kills the collector (SIGKILL) at random moments during maintenance, and prints what is wrong afterwards.
//
//   node packages/collector/bench/kill-maintenance.mjs [KIND|all] [KILLS]
//
// Kinds: erase, alias, reprice, retention, reconcile, parts (a batch that is written in parts), early-parts (whose traces are
// corrected in parts, too), repair, rebuild, migration
// (from the first layout) and latest-migration (from the one before this). Each kill starts from a copy of the same data
// folder. If maintenance is started over HTTP, two senders send calls meanwhile. After the next start, acknowledged
// calls must be stored once, sums must match their calls, and the maintenance must be done completely or not at all;
// acknowledged maintenance must be done. The collector must be built.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { COMMAND, figures, request, send, sendUntilDeath, start } from './maintained-collector.mjs';

const WORKER = fileURLToPath(new URL('kill-maintenance-worker.mjs', import.meta.url));
const OLDER = fileURLToPath(new URL('../src/testing/older-stores/', import.meta.url));
const USERS = 20;
const REQUESTS = 10;
const CALLS = 50;
/** Traces that the worker shares between two collectors. */
const SHARED_TRACES = 1_500;
const PER_USER = (USERS * REQUESTS * CALLS) / USERS;
/** Half of the calls are older than the retention of the worker. */
const OLD_MS = 40 * 86_400_000;
const NOW_MS = Date.now();

const [kind = 'all', kills = '20'] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'userspan-kills-'));
const base = join(scratch, 'base');
const data = join(scratch, 'data');

const KINDS = {
  erase: overHttp({
    request: ['DELETE', '/api/users/user-3'],
    isDone: ({ users }) => !users.has('user-3'),
    isUndone: ({ users }) => users.get('user-3')?.calls === PER_USER,
    others: (id) => id !== 'user-3',
  }),
  alias: overHttp({
    request: ['POST', '/api/users/user-3/alias', { userId: 'user-4' }],
    isDone: ({ users }) => users.get('user-4')?.calls === 2 * PER_USER && !users.has('user-3'),
    isUndone: ({ users }) =>
      users.get('user-4')?.calls === PER_USER && users.get('user-3')?.calls === PER_USER,
    others: (id) => id !== 'user-3' && id !== 'user-4',
  }),
  reprice: overHttp({
    prepare: (url) =>
      request(url, 'POST', '/api/prices', { model: 'own-model', usdPerMillion: { input: 2, output: 2 } }),
    request: ['POST', '/api/reprice', { dryRun: false }],
    isDone: ({ priced }) => priced === USERS * REQUESTS * CALLS,
    // Each chunk of calls is a separate step, so some calls may have the new price, with matching sums.
    isUndone: ({ priced }) => priced < USERS * REQUESTS * CALLS,
    others: () => true,
  }),
  repair: overHttp({
    request: ['POST', '/api/rollups/repair'],
    isDone: () => true,
    isUndone: () => true,
    others: () => true,
  }),
  retention: inWorker('retention', {
    isDone: ({ total }) => total === (USERS * REQUESTS * CALLS) / 2,
    isUndone: ({ total }) => total === USERS * REQUESTS * CALLS,
  }),
  reconcile: inWorker('reconcile', {
    prepare: () => runWorker('share', Infinity),
    // A collector of a shared store reconciles everything again after its start.
    finish: () => runWorker('reconcile', Infinity),
    isDone: (found) => sharedCalls(found) === SHARED_TRACES && found.unattributed.calls === 0,
    isUndone: () => false,
  }),
  parts: inParts('parts'),
  'early-parts': inParts('early-parts'),
  rebuild: {
    run: (moment) => {
      for (const path of partsOf('calls')) rmSync(join(path, 'data.bin'), { force: true });
      return killAtStart(moment);
    },
    check: (found) => checkUsers(found, () => true),
  },
  migration: ofOlderStore('schema-1', 'count'),
  'latest-migration': ofOlderStore('schema-15', 'separate'),
};

let failures = 0;
try {
  await fill();
  for (const name of kind === 'all' ? Object.keys(KINDS) : [kind]) {
    if (KINDS[name] === undefined) {
      throw new Error(`KIND must be all or one of ${Object.keys(KINDS).join(', ')}; got "${name}"`);
    }
    failures += await killAll(name, Number(kills));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function killAll(name, count) {
  let done = 0;
  let problems = 0;
  let longestMs = 0;
  // The first run is not killed, to measure how long the maintenance takes.
  for (let number = 0; number <= count; number += 1) {
    const momentMs = number === 0 ? Infinity : Math.random() * longestMs * 1.1;
    const { result, wrong } = await killOnce(KINDS[name], momentMs);
    if (number === 0) longestMs = result.tookMs;
    if (result.isAcknowledged) done += 1;
    const kill = number === 0 ? 'not killed' : `killed after ${Math.round(momentMs)} ms`;
    console.log(`${name}, ${kill}: ${wrong.length === 0 ? 'ok' : wrong.join('; ')}`);
    if (wrong.length > 0) problems += 1;
  }
  console.log(
    `${name}: ${count} kills within ${Math.round(longestMs)} ms, ${done - 1} after the end, ${problems} wrong`,
  );
  return problems;
}

/** Runs the maintenance on a new copy of the store, kills it after `momentMs`, and returns what is wrong afterwards. */
async function killOnce({ run, check, make, options = [] }, momentMs) {
  rmSync(data, { recursive: true, force: true });
  if (make === undefined) cpSync(base, data, { recursive: true, verbatimSymlinks: true });
  else {
    mkdirSync(data);
    make();
  }
  const result = await run(momentMs);
  const collector = await start(data, options);
  const found = await figures(collector);
  await collector.stop('SIGTERM');
  const wrong = [...check(found, result), ...checkLive(found, result.live ?? new Map())];
  if (found.differences > 0) wrong.push(`${found.differences} sums differ from their calls`);
  if (found.health !== 'ok') wrong.push(`health is ${found.health}`);
  return { result, wrong };
}

function overHttp({ prepare, request: [method, path, body], isDone, isUndone, others }) {
  return {
    async run(momentMs) {
      const collector = await start(data);
      await prepare?.(collector.url);
      const live = new Map();
      const senders = [1, 2].map((sender) => sendUntilDeath(collector.url, sender, live));
      const startedAt = performance.now();
      const answer = request(collector.url, method, path, body).then(
        ({ status }) => status,
        () => undefined,
      );
      if (momentMs === Infinity) await answer;
      else await sleep(momentMs);
      const tookMs = performance.now() - startedAt;
      await collector.stop('SIGKILL');
      const status = await answer;
      await Promise.all(senders);
      if (status !== undefined && status !== 200) throw new Error(`${method} ${path}: ${status}`);
      return { tookMs, live, isAcknowledged: status === 200 };
    },
    check(found, { isAcknowledged }) {
      const wrong = checkUsers(found, others);
      if (isAcknowledged && !isDone(found)) wrong.push('it was acknowledged and is not done');
      if (!isDone(found) && !isUndone(found)) wrong.push('it is half done');
      return wrong;
    },
  };
}

function inWorker(name, { prepare, finish, isDone, isUndone }) {
  return {
    async run(momentMs) {
      await prepare?.();
      const result = await runWorker(name, momentMs);
      await finish?.();
      return result;
    },
    check(found, { isAcknowledged }) {
      if (isAcknowledged && !isDone(found)) return ['it was done and is not there'];
      return isDone(found) || isUndone(found) ? [] : [`it is half done: ${found.total} calls`];
    },
  };
}

/**
 * A batch in parts, which is written again after the kill, as by the log. All figures must equal those of the run
 * without a kill.
 */
function inParts(name) {
  const { run } = inWorker(name, {
    prepare: () => runWorker('late-traces', Infinity),
    finish: () => runWorker(`${name}-again`, Infinity),
  });
  let expected;
  return {
    run,
    check({ users, unattributed, total }, { parts }) {
      const byId = [...users].toSorted(([id], [other]) => (id < other ? -1 : 1));
      const all = JSON.stringify({ byId, unattributed, total });
      expected ??= all;
      console.log(`${parts} parts were stored before the end`);
      return all === expected ? [] : ['other figures than without a kill'];
    },
  };
}

async function runWorker(name, momentMs) {
  const child = spawn(process.execPath, [WORKER, data, name, String(NOW_MS - 60_000)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let startedAt = 0;
  let parts = 0;
  let isAcknowledged = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'begins') {
      startedAt = performance.now();
      if (momentMs !== Infinity) setTimeout(() => child.kill('SIGKILL'), momentMs);
    } else if (line === 'part') {
      parts += 1;
    } else if (line === 'done') {
      isAcknowledged = true;
      break;
    }
  }
  if (startedAt === 0) throw new Error(`the worker did not start: exit ${await exited}`);
  const tookMs = performance.now() - startedAt;
  child.kill('SIGKILL');
  await exited;
  return { tookMs, isAcknowledged, parts };
}

/** A store of an older version, with the figures of that version's collector. */
function ofOlderStore(name, claimed) {
  const { users, unattributed } = JSON.parse(readFileSync(join(OLDER, `${name}.json`), 'utf8'));
  const options = ['--token', 'admin=admin-secret-of-a-store', '--claimed', claimed];
  const isOther = (found, expected) =>
    Object.keys(expected).some((field) => found?.[field] !== expected[field]);
  return {
    run: (momentMs) => killAtStart(momentMs, options),
    make: () => execFileSync('tar', ['-xzf', join(OLDER, `${name}.tar.gz`), '-C', data]),
    options,
    check(found) {
      const wrong = Object.keys(users).filter((id) => isOther(found.users.get(id), users[id]));
      return [
        ...wrong.map((id) => `${id} has other figures than before`),
        ...(found.users.size === Object.keys(users).length ? [] : [`${found.users.size} users`]),
        ...(isOther(found.unattributed, unattributed) ? ['other unattributed calls than before'] : []),
      ];
    },
  };
}

function sharedCalls({ users }) {
  const shared = [...users].filter(([id]) => id.startsWith('shared-'));
  return shared.reduce((sum, [, { calls }]) => sum + calls, 0);
}

/** Kills the collector during the start or its background work afterwards. */
async function killAtStart(momentMs, options = []) {
  const startedAt = performance.now();
  if (momentMs === Infinity) {
    const collector = await start(data, options);
    await figures(collector);
    const tookMs = performance.now() - startedAt;
    await collector.stop('SIGKILL');
    return { tookMs, isAcknowledged: true };
  }
  const child = spawn(
    process.execPath,
    [COMMAND, '--port', '0', '--grpc-port', 'off', '--data', data, ...options],
    {
      stdio: 'ignore',
    },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await sleep(momentMs);
  child.kill('SIGKILL');
  await exited;
  return { tookMs: 0, isAcknowledged: false };
}

function checkUsers({ users }, isChecked) {
  const wrong = [];
  for (let number = 0; number < USERS; number += 1) {
    const id = `user-${number}`;
    const calls = users.get(id)?.calls ?? 0;
    if (isChecked(id) && calls !== PER_USER) wrong.push(`${id} has ${calls} of ${PER_USER} calls`);
  }
  return wrong;
}

/** Checks requests sent during the maintenance: acknowledged ones must be stored once, others at most once. */
function checkLive({ users }, live) {
  const wrong = [];
  for (const [id, isAcknowledged] of live) {
    const calls = users.get(id)?.calls ?? 0;
    if (calls !== 5 && (isAcknowledged || calls !== 0)) wrong.push(`${id} has ${calls} of 5 calls`);
  }
  return wrong;
}

async function fill() {
  mkdirSync(base);
  const collector = await start(base);
  let number = 0;
  for (let user = 0; user < USERS; user += 1) {
    for (let at = 0; at < REQUESTS; at += 1) {
      const startMs = NOW_MS - 3_600_000 - (at % 2 === 0 ? OLD_MS : 0);
      await send(collector.url, `user-${user}`, startMs, CALLS, (number += CALLS));
    }
  }
  await figures(collector);
  // The list of the store's files is also written at the end.
  await collector.stop('SIGTERM');
}

function partsOf(table) {
  const folder = join(data, 'store', 'data', 'userspan', table);
  return readdirSync(folder)
    .filter((name) => /_\d+_\d+_\d+$/.test(name))
    .map((name) => join(folder, name));
}
