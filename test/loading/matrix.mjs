/**
 * `pnpm frameworks`: packs every package, installs the tarballs in a fresh folder as a user would, and runs small apps in
 * every way of loading `openai`, on Node 20, 22 and 24. Each must record one call, of the right user, with its cost to the
 * digit, and print what it prints without us. Prints a table; ends with 1 where a cell fails.
 *
 *     node test/loading/matrix.mjs           every row
 *     node test/loading/matrix.mjs bundle    the rows whose name has this in it, or one of several words
 *     node test/loading/matrix.mjs --write   writes each row into examples/frameworks/table.md when it has run
 *     node test/loading/matrix.mjs --write --continue   runs the rows that the table lacks, or that have a failed cell
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startOpenAIServer } from '@userspan-test/openai-server';

import { incompleteSubjects, tableRow, writeTable } from '../frameworks/table.mjs';
import { root, run } from '../steps.mjs';
import { startReceiver } from './receiver.mjs';
import { bundles } from './bundles.mjs';
import { expectedLoaders, formatOf, rows, runtimesOf } from './rows.mjs';

/** What a new user installs beside our tarballs. */
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
const receiver = await startReceiver();
let failures = 0;
try {
  const folder = await installApp();
  await bundles(folder, run);
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
    const cells = new Map();
    for (const runtime of runtimesOf(row)) {
      const failure = await check(row, runtimes.get(runtime), folder);
      cells.set(runtime, failure === undefined ? 'ok' : 'FAILED');
      if (failure !== undefined) {
        failures += 1;
        console.error(`${row.name} on ${runtime}: ${failure}`);
      }
    }
    console.log([row.name, ...[...runtimes.keys()].map((runtime) => cells.get(runtime) ?? '–')].join(' | '));
    const note = row.warns === undefined ? '' : 'warns';
    const written = tableRow(row.name, formatOf(row), 'production', cells, note);
    if (process.argv.includes('--write')) await writeTable([written], order);
  }
} finally {
  await openai.close();
  await receiver.close();
  await rm(scratch, { recursive: true, force: true });
}
console.log(failures === 0 ? 'every cell is ok' : `${failures} cells failed`);
process.exitCode = failures === 0 ? 0 : 1;

/** Undefined where the row is right, else what is wrong. */
async function check(row, binary, folder) {
  receiver.clear();
  const without = await start(row, binary, folder, { USERSPAN_ENABLED: 'false' });
  const othersWithout = receiver.othersShape();
  receiver.clear();
  const ended = await start(row, binary, folder, {});
  const calls = receiver.spans.filter((span) => span['gen_ai.usage.cost'] !== undefined);
  const expected = row.isMissed === true ? [] : [{ user: 'u1', cost: COST }];
  const actual = calls.map((span) => ({ user: span['user.id'], cost: span['gen_ai.usage.cost'] }));
  if (ended.code !== 0) return `it ended with ${ended.code}: ${ended.errors}`;
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    return `recorded ${JSON.stringify(actual)}: ${ended.errors}`;
  if (ended.output !== without.output) return `it printed ${ended.output}, and without us ${without.output}`;
  if (
    row.others === true &&
    row.args.includes('express.mjs') &&
    othersWithout === '[]' &&
    row.sendsNothing !== true
  )
    return 'the other SDK sent nothing without us, so nothing is compared';
  if (row.others === true && receiver.othersShape() !== othersWithout) {
    return `the other SDK sent ${receiver.othersShape()}, and without us ${othersWithout}`;
  }
  if (row.prints !== undefined && !ended.output.includes(row.prints)) return `it did not print ${row.prints}`;
  if (row.warns === undefined && /userspan: |USERSPAN_/.test(ended.errors))
    return `it warned: ${ended.errors}`;
  if (row.warns !== undefined && ended.errors.split(row.warns).length !== 2)
    return `it did not warn once: ${ended.errors}`;
  return undefined;
}

function start({ command, args, cwd, env }, binary, folder, extra) {
  const child = spawn(command ?? binary, args, {
    cwd: cwd ?? folder,
    env: {
      PATH: process.env.PATH,
      HOME: scratch,
      OPENAI_BASE_URL: openai.url,
      AZURE_URL: openai.hosts.azure,
      GROQ_URL: openai.hosts.groq,
      OPENAI_API_KEY: 'sk-test',
      USERSPAN_ENDPOINT: receiver.url,
      USERSPAN_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/others`,
      SENTRY_DSN: `${receiver.url.replace('http://', 'http://key@')}/1`,
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
  const tarballs = [];
  for (const name of ['core', 'pricing', 'ledger', 'openai', 'node']) {
    const cwd = join(root, 'packages', name);
    await run('npx', ['--yes', 'pnpm@10.34.9', 'pack', '--pack-destination', scratch], {
      cwd,
      stdio: 'ignore',
    });
  }
  for (const file of await readdir(scratch)) tarballs.push(join(scratch, file));
  const folder = join(scratch, 'app');
  await mkdir(folder);
  await cp(apps, folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "app", "private": true }');
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...tarballs, ...DEPENDENCIES],
    {
      cwd: folder,
    },
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
