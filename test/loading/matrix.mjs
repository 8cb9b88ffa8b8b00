/**
 * `pnpm frameworks`: packs every package, installs the tarballs in a fresh folder as a user would, and runs small apps in
 * every way of loading `openai`, on Node 20, 22 and 24. Each must record one call, of the right user, with its cost to the
 * digit, and print what it prints without us. Prints a table; ends with 1 where a cell fails.
 *
 *     node test/loading/matrix.mjs           every row
 *     node test/loading/matrix.mjs bundle    the rows whose name has this in it, or one of several words
 *     node test/loading/matrix.mjs --write   writes each row into examples/frameworks/table.md when it has run
 *     node test/loading/matrix.mjs --write --continue   runs the rows that the table lacks, or that have a failed cell
 *
 * All runtimes of a row run at once. Where the packages cannot be installed, because the registry or the network failed twice,
 * it says so and skips. Counts go into the file that USERSPAN_TEST_COUNT_FILE names, a cell for a test.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startOpenAIServer } from '@userspan-test/openai-server';

import { incompleteSubjects, tableRow, writeTable } from '../frameworks/table.mjs';
import { NetworkFault, runOnline } from '../network.mjs';
import { packAll } from '../pack.mjs';
import { root, run, step } from '../steps.mjs';
import { startReceiver } from './receiver.mjs';
import { bundles } from './bundles.mjs';
import { expectedLoaders, formatOf, rows, runtimesOf } from './rows.mjs';

/** The packages that a new user installs beside Userspan's tarballs. */
const DEPENDENCIES = [
  '@opentelemetry/api@1.9',
  'openai@7',
  'openai4@npm:openai@4.104.0',
  'openai5@npm:openai@5',
  'openai6@npm:openai@6',
  'llm@npm:openai@6',
  'express@5',
  'esbuild',
  'webpack@5',
  'rollup@4',
  '@rollup/plugin-commonjs',
  '@rollup/plugin-json',
  '@rollup/plugin-node-resolve',
  'tsup',
  'vite@7',
  'tsx@4',
  'ts-node@10',
  'typescript@5.9',
  '@swc-node/register',
  '@swc/core',
  'vitest@4',
  'jest@30',
  'groq-sdk',
  '@sentry/node@10',
  'sentry11@npm:@sentry/node@11',
  'dd-trace',
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/sdk-node',
  'bun',
  'deno',
];
const COST = 0.00000195;
const LIMIT_MS = 120_000;

const apps = fileURLToPath(new URL('apps', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'userspan-loading-'));
const openai = await startOpenAIServer();
const ran = [];
let skipped;
try {
  const folder = await step('loaders: install', installApp);
  await step('loaders: bundles', () => bundles(folder, run));
  await runRows(folder);
} catch (error) {
  if (!(error instanceof NetworkFault)) throw error;
  skipped = `loaders: the network failed twice: ${error.message}`;
} finally {
  await openai.close();
  await rm(scratch, { recursive: true, force: true });
}
const failures = ran.flatMap((row) => row.failures);
for (const failure of failures) console.error(`\n${failure}`);
if (skipped !== undefined) console.log(`skipped: ${skipped}`);
else console.log(failures.length === 0 ? 'every cell is ok' : `${failures.length} cells failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
if (process.env.USERSPAN_TEST_COUNT_FILE !== undefined) await writeCounts();

async function runRows(folder) {
  const runtimes = runtimesIn(folder);
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const order = rows(folder).map(({ name }) => name);
  const incomplete = process.argv.includes('--continue')
    ? await incompleteSubjects(expectedLoaders())
    : undefined;
  const wanted = rows(folder).filter(
    ({ name }) =>
      (words.length === 0 || words.some((word) => name.includes(word))) && (incomplete?.has(name) ?? true),
  );
  console.log(['way of loading', ...runtimes.keys()].join(' | '));
  for (const row of wanted) {
    const checked = await checkRow(row, runtimes, folder);
    ran.push(checked);
    console.log(
      [row.name, ...[...runtimes.keys()].map((runtime) => checked.cells.get(runtime) ?? '–')].join(' | '),
    );
    const note = row.warns === undefined ? '' : 'warns';
    const written = tableRow(row.name, formatOf(row), 'production', checked.cells, note);
    if (process.argv.includes('--write')) await writeTable([written], order);
  }
}

/** Runs a row on all of its runtimes at the same time. The run without Userspan prints the same on every Node, so only one Node runs it. */
async function checkRow(row, runtimes, folder) {
  const plainRuns = new Map();
  const plainRun = (runtime) => {
    const key = row.others === true ? runtime : engineOf(runtime);
    if (!plainRuns.has(key))
      plainRuns.set(key, start(row, runtimes.get(runtime), folder, { USERSPAN_ENABLED: 'false' }));
    return plainRuns.get(key);
  };
  const cells = new Map();
  const failed = [];
  const check = async (runtime) => {
    const [without, ended] = await Promise.all([
      plainRun(runtime),
      start(row, runtimes.get(runtime), folder, {}),
    ]);
    const failure = failureOf(row, without, ended);
    cells.set(runtime, failure === undefined ? 'ok' : 'FAILED');
    if (failure !== undefined) failed.push(`${row.name} on ${runtime}: ${failure}`);
  };
  await Promise.all(runtimesOf(row).map(check));
  return { name: row.name, cells, failures: failed };
}

function engineOf(runtime) {
  return /^\d+$/.test(runtime) ? 'node' : runtime;
}

/** Returns undefined if a run is right, and otherwise the error. */
function failureOf(row, without, ended) {
  const calls = ended.spans.filter((span) => span['gen_ai.usage.cost'] !== undefined);
  const expected = row.isMissed === true ? [] : [{ user: 'u1', cost: COST }];
  const actual = calls.map((span) => ({ user: span['user.id'], cost: span['gen_ai.usage.cost'] }));
  if (ended.code !== 0) return `it ended with ${ended.code}: ${ended.errors}`;
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    return `recorded ${JSON.stringify(actual)}: ${ended.errors}`;
  if (without.spans.length > 0) return 'it sent spans with USERSPAN_ENABLED=false';
  if (ended.output !== without.output) return `it printed ${ended.output}, and without us ${without.output}`;
  if (
    row.others === true &&
    row.args.includes('express.mjs') &&
    without.othersShape === '[]' &&
    row.sendsNothing !== true
  )
    return 'the other SDK sent nothing without us, so nothing is compared';
  if (row.others === true && ended.othersShape !== without.othersShape) {
    return `the other SDK sent ${ended.othersShape}, and without us ${without.othersShape}`;
  }
  if (row.prints !== undefined && !ended.output.includes(row.prints)) return `it did not print ${row.prints}`;
  if (row.warns === undefined && /userspan: |USERSPAN_/.test(ended.errors))
    return `it warned: ${ended.errors}`;
  if (row.warns !== undefined && ended.errors.split(row.warns).length !== 2)
    return `it did not warn once: ${ended.errors}`;
  return undefined;
}

/** In the counts, all rows are one file of tests, and each cell is a test. */
async function writeCounts() {
  const cells = ran.flatMap((row) => [...row.cells.values()]);
  const file = {
    file: 'loaders',
    passed: cells.filter((cell) => cell === 'ok').length,
    failed: failures.length,
    skipped: skipped === undefined ? 0 : expectedLoaders().length,
    failures,
  };
  await writeFile(process.env.USERSPAN_TEST_COUNT_FILE, JSON.stringify({ files: [file], errors: [] }));
}

/** Runs an app and returns its exit code, its output, Userspan's spans, and the names and parents of another SDK's spans. */
async function start(row, binary, folder, extra) {
  const receiver = await startReceiver();
  try {
    const ended = await runApp(row, binary, folder, receiver.url, extra);
    return { ...ended, spans: receiver.spans, othersShape: receiver.othersShape() };
  } finally {
    await receiver.close();
  }
}

function runApp({ command, args, cwd, env }, binary, folder, receiverUrl, extra) {
  const child = spawn(command ?? binary, args, {
    cwd: cwd ?? folder,
    env: {
      PATH: process.env.PATH,
      HOME: scratch,
      OPENAI_BASE_URL: openai.url,
      AZURE_URL: openai.hosts.azure,
      GROQ_URL: openai.hosts.groq,
      OPENAI_API_KEY: 'sk-test',
      USERSPAN_ENDPOINT: receiverUrl,
      USERSPAN_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiverUrl}/others`,
      SENTRY_DSN: `${receiverUrl.replace('http://', 'http://key@')}/1`,
      DD_TRACE_AGENT_PORT: '9',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      ...env,
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (errors += text));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}

async function installApp() {
  const packed = await packAll(scratch);
  const tarballs = ['core', 'pricing', 'ledger', 'openai', 'node'].map((name) =>
    packed.get(`@userspan/${name}`),
  );
  const folder = join(scratch, 'app');
  await mkdir(folder);
  await cp(apps, folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "app", "private": true }');
  await runOnline(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...tarballs, ...DEPENDENCIES],
    { cwd: folder },
  );
  return folder;
}

function runtimesIn(folder) {
  const require = createRequire(join(root, 'test/nodes/package.json'));
  const node = (major) => join(require.resolve(`node-${major}/package.json`), '../bin/node');
  return new Map([
    ['20', process.version.startsWith('v20.') ? process.execPath : 'node'],
    ['22', node('22')],
    ['24', node('24')],
    ['bun', join(folder, 'node_modules/.bin/bun')],
    ['deno', join(folder, 'node_modules/.bin/deno')],
  ]);
}
