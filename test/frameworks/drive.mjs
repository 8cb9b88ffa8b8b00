// Starts an app and sends the requests of all users at the same time, or runs a script that sends them itself.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

import { questionOf, users } from './users.mjs';

/** On a busy machine, `next dev` compiles for minutes. */
const LIMIT_MS = 300_000;

/**
 * One run of an app. A server listens on PORT and answers `POST /ask` with `{ answer }`; a script finds what to ask in
 * QUESTIONS and prints its answers; one with a server inside listens on PORT too.
 *
 * @param untilRecorded waits until the collector has the calls. A development server is stopped only then: `next dev` kills
 *   the process of the app 0.1 s after the signal, which is less than a busy machine may take to send the last span.
 * @returns what it answered, what it wrote on standard error, and its exit code (0 for a server that ends on SIGTERM).
 */
export async function drive(example, way, folder, binary, env, untilRecorded) {
  const questions = users.map((user) => ({ user: user.id, question: questionOf(user, example.directive) }));
  const port = await freePort();
  const withPort = { ...env, PORT: String(port) };
  if (!example.isServer)
    return await runScript(way, folder, binary, { ...withPort, QUESTIONS: JSON.stringify(questions) });
  const app = start(way.start, folder, binary, withPort);
  try {
    const path = example.path ?? '/ask';
    await untilReady(`http://127.0.0.1:${port}${path}`, app);
    const answers = await Promise.all(
      questions.map((question) => ask(`http://127.0.0.1:${port}${path}`, question)),
    );
    // The second round, with all code loaded and compiled.
    for (const question of questions) answers.push(await ask(`http://127.0.0.1:${port}${path}`, question));
    if (way.stage === 'dev') await untilRecorded?.();
    await stop(app);
    return { output: JSON.stringify(answers), errors: app.errors(), code: 0 };
  } catch (error) {
    await stop(app);
    throw new Error(`${error.message}: ${app.errors()}`, { cause: error });
  }
}

/** Runs a command line in a shell; rejects with its output when it fails. */
export async function shell(command, { cwd, env }) {
  const child = spawn('sh', ['-c', command], { cwd, env: withBin(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`"${command}" ended with ${code}:\n${output.slice(-3000)}`);
}

async function runScript(way, folder, binary, env) {
  const app = start(way.start, folder, binary, env);
  const code = await app.ended;
  return { output: app.output(), errors: app.errors(), code };
}

async function ask(url, { user, question }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user': user },
    body: JSON.stringify({ question }),
  });
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return text;
}

/** Starts a process in a separate process group, so that its children end with it. `node` is the binary of this run. */
function start(command, cwd, binary, env) {
  const script = command.replaceAll(/^node /g, `'${binary}' `);
  const child = spawn('sh', ['-c', `exec ${script}`], {
    cwd,
    env: withBin(env, binary),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const timer = setTimeout(() => signal(child, 'SIGKILL'), LIMIT_MS);
  const ended = new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code);
    }),
  );
  return { child, ended, output: () => output, errors: () => errors };
}

async function stop({ child, ended }) {
  child.kill('SIGTERM');
  const late = setTimeout(() => signal(child, 'SIGKILL'), 15_000);
  await ended;
  clearTimeout(late);
  signal(child, 'SIGKILL');
}

/** Sends a signal to the whole process group, if it still exists. */
function signal({ pid }, name) {
  try {
    process.kill(-pid, name);
  } catch {
    // The group has ended.
  }
}

function withBin(env, binary) {
  const folders = [
    binary === undefined ? undefined : binary.replace(/\/[^/]*$/, ''),
    './node_modules/.bin',
    env.PATH,
  ];
  return { ...env, PATH: folders.filter((folder) => folder?.includes('/') || folder === env.PATH).join(':') };
}

async function untilReady(url, app) {
  let hasEnded = false;
  void app.ended.then(() => (hasEnded = true));
  const limit = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      await (await fetch(url)).text();
      return;
    } catch (error) {
      if (hasEnded) throw new Error('the app ended before it listened', { cause: error });
      if (Date.now() > limit) throw new Error('the app did not listen in time', { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
