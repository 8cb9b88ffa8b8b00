// npm start: installs and builds the packages, starts the collector with its dashboard, and runs the chat example with
// several visitors. `npm start -- --once` ends after the table. If OPENAI_API_KEY is set, it calls the real API.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, pnpm, root, step } from '../test/steps.mjs';
import { usersTable } from './users-table.mjs';

const { values: flags } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '4318' },
    'skip-build': { type: 'boolean', default: false },
  },
});

checkNode();
const children = [];
const data = await mkdtemp(join(tmpdir(), 'userspan-start-'));
process.once('SIGINT', () => void end(130));
process.once('SIGTERM', () => void end(143));

try {
  if (!flags['skip-build']) await installAndBuild();
  const collector = await step('start the collector', startCollector);
  const api = process.env.OPENAI_API_KEY
    ? undefined
    : await step('start the fake OpenAI API', startOpenAIServer);
  await step('run the chat example', () => runExample(collector, api));
  const rows = await settledUsers(collector);
  console.log(`\n${usersTable(rows)}\n`);
  console.log(`  Dashboard      ${collector}/`);
  console.log(`  OTLP endpoint  ${collector}  (OTEL_EXPORTER_OTLP_ENDPOINT)`);
  console.log(`  Users as JSON  ${collector}/api/users`);
  if (flags.once) await end(0);
  console.log('\n  The collector stays up; Ctrl-C ends it.');
} catch (error) {
  console.error(`\nnpm start could not go on: ${error instanceof Error ? error.message : error}`);
  await end(1);
}

async function installAndBuild() {
  // Only what the example needs: the packages that a span passes through, the fake API, and their build tools.
  const needed = [
    '.',
    '@userspan-examples/chat...',
    '@userspan/collector...',
    '@userspan-test/openai-server...',
    'dashboard...',
  ];
  const filters = needed.flatMap((name) => ['--filter', name]);
  await step('install', () => pnpm('install', '--frozen-lockfile', ...filters));
  await step('build', async () => {
    await pnpm('exec', 'tsc', '-b', 'packages/node', 'packages/collector', 'test/openai-server');
    await pnpm('--filter', 'dashboard', 'build');
  });
}

async function startCollector() {
  const port = (await isFree(Number(flags.port))) ? flags.port : '0';
  if (port === '0' && flags.port !== '0') console.log(`  port ${flags.port} is taken; a free one is used`);
  const main = join(root, 'packages/collector/dist/cli/userspan.cjs');
  return await startProcess([
    main,
    '--port',
    port,
    '--grpc-port',
    '0',
    '--data',
    data,
    '--log-level',
    'warn',
  ]);
}

async function startOpenAIServer() {
  return await startProcess([join(root, 'test/openai-server/dist/main.js'), '--port', '0']);
}

async function runExample(collector, api) {
  const env = {
    ...process.env,
    PORT: '0',
    OTEL_SERVICE_NAME: 'chat',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    ...(api && { OPENAI_BASE_URL: api, OPENAI_API_KEY: 'sk-fake' }),
  };
  const cwd = join(root, 'examples/chat');
  const app = await startProcess(['--import', '@userspan/node/auto', 'server.js'], { cwd, env });
  const { visit } = await import('./chat/visitors.js');
  for (const { session, status, text } of await visit(app)) {
    console.log(
      `  ${(session ?? 'not signed in').padEnd(14)} ${status}  ${text.replaceAll(/\s+/g, ' ').slice(0, 72)}`,
    );
  }
  const child = children.pop();
  child.kill('SIGTERM'); // the app exports its last spans before it exits
  await child.ended;
}

/** Starts a Node process and resolves with the first URL that it prints. */
function startProcess(args, options = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  child.ended = new Promise((resolve) => child.once('exit', resolve));
  return new Promise((resolve, reject) => {
    let printed = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code} before it was ready`)));
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const url = /https?:\/\/[^\s"]+\d(?:\/v1)?(?=[\s"/])/.exec(printed);
      if (url) resolve(url[0]);
    });
  });
}

/** Waits until the figures of all users have not changed for a second, and returns them. */
async function settledUsers(collector) {
  let seen = '';
  let since = Date.now();
  const limit = Date.now() + 30_000;
  for (;;) {
    const [users, summary] = await Promise.all([
      fetch(`${collector}/api/users?sort=cost&limit=50`).then((response) => response.json()),
      fetch(`${collector}/api/summary`).then((response) => response.json()),
    ]);
    const now = JSON.stringify([users, summary.unattributed]);
    if (now !== seen) {
      seen = now;
      since = Date.now();
    } else if (Date.now() - since > 1000 && users.data.length > 0) {
      return { users: users.data, unattributed: summary.unattributed };
    }
    if (Date.now() > limit) throw new Error(`no users at ${collector}/api/users after 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function end(code) {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => child.ended));
  await rm(data, { recursive: true, force: true });
  process.exit(code);
}
