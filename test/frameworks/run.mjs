/**
 * Runs the apps of `examples/frameworks` as a new user would: installed from packed tarballs, on Node 20, 22 and 24, built
 * in each format, against a fake API and a real collector. Each answer must give one call, of the right user, with its cost
 * to the digit, and the app must print what it prints without us. The TypeScript of its README must compile strictly. Ends with 1 where a cell fails.
 *
 *     node test/frameworks/run.mjs              every app
 *     node test/frameworks/run.mjs hono next    the apps whose name begins with one of these
 *     node test/frameworks/run.mjs --write      writes the rows of each app into examples/frameworks/table.md when it has run
 *     node test/frameworks/run.mjs --write --continue    runs the apps that the table lacks, or that have a failed cell
 *
 * An app whose packages cannot be installed, because the registry or the network failed twice, is skipped and says so. Counts go into the
 * file that USERSPAN_TEST_COUNT_FILE names, a cell for a test.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startOpenAIServer } from '@userspan-test/openai-server';

import { NetworkFault } from '../network.mjs';
import { installByNpm, installProject, packAll } from '../pack.mjs';
import { root, step } from '../steps.mjs';
import { checkCalls, startCollector } from './collector.mjs';
import { cases, tools } from './cases.mjs';
import { drive, shell } from './drive.mjs';
import { compileReadme } from './readme.mjs';
import { expectedRows, subjectOf } from './expected.mjs';
import { absentRows, incompleteSubjects, table, tableRow, writeTable } from './table.mjs';
import { startVendors } from './vendors.mjs';

const examples = join(root, 'examples/frameworks');
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const incomplete = process.argv.includes('--continue') ? await incompleteSubjects(expectedRows()) : undefined;
const wanted = cases.filter(
  (example) =>
    (names.length === 0 || names.some((start) => example.name.startsWith(start))) &&
    (incomplete?.has(subjectOf(example)) ?? true),
);
const scratch = await mkdtemp(join(tmpdir(), 'userspan-frameworks-'));
const nodes = nodeBinaries();
const rows = [];
const readmeFailures = [];
/** The apps that were not installed, each with the error of the registry or the network. */
const skipped = new Map();
/** The fake APIs, one for each version of Node, so that the runs can be parallel. */
const apis = new Map();
let collector;
try {
  const tarballs = await step('pack', () => packAll(scratch));
  for (const name of ['@userspan/collector', '@userspan/web']) tarballs.delete(name);
  for (const name of ['without', ...nodes.keys()]) {
    apis.set(name, { openai: await startOpenAIServer(), vendors: await startVendors() });
  }
  collector = await startCollector(scratch);
  for (const example of wanted) {
    await runCase(example, tarballs).catch((error) => {
      if (!(error instanceof NetworkFault)) throw error;
      skipped.set(example, error.message);
      console.log(`  ${example.name}: SKIPPED, the network failed twice: ${error.message}`);
    });
    if (process.argv.includes('--write')) await writeRows(example);
  }
} finally {
  await collector?.stop();
  for (const { openai, vendors } of apis.values()) await Promise.all([openai.close(), vendors.close()]);
  await rm(scratch, { recursive: true, force: true });
}
console.log(`\n${table(wanted.flatMap(rowsOf))}`);
const failures = [...readmeFailures, ...rows.flatMap(({ failures }) => failures)];
for (const failure of failures) console.error(`\n${failure}`);
for (const [example, reason] of skipped) console.log(`skipped: ${example.name}: ${reason}`);
console.log(failures.length === 0 ? 'every cell that ran is ok' : `${failures.length} cells failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
if (process.env.USERSPAN_TEST_COUNT_FILE !== undefined) await writeCounts();

/** In the counts, an app is a file of tests. Each of its cells, and the TypeScript of its README, is a test. */
async function writeCounts() {
  const files = wanted.map((example) => {
    const own = rows.filter((row) => row.example === example);
    const failures = [
      ...readmeFailures.filter((failure) => failure.startsWith(`${example.name}, README: `)),
      ...own.flatMap(({ failures }) => failures),
    ];
    const passed = own.flatMap(({ cells }) => [...cells.values()]).filter((cell) => cell === 'ok').length;
    const left = skipped.has(example) ? example.ways.length : 0;
    return { file: example.name, passed, failed: failures.length, skipped: left, failures };
  });
  await writeFile(process.env.USERSPAN_TEST_COUNT_FILE, JSON.stringify({ files, errors: [] }));
}

function rowsOf(example) {
  return [
    ...rows
      .filter((row) => row.example === example)
      .map(({ way, cells, note }) => tableRow(subjectOf(example), way.format, way.stage, cells, note)),
    ...absentRows(subjectOf(example), example.absent),
  ];
}

async function writeRows(example) {
  if (skipped.has(example)) return;
  await writeTable(rowsOf(example), cases.map(subjectOf));
}

/** Installs an app once, then builds and starts it in each of its ways on each Node. */
async function runCase(example, tarballs) {
  const folder = join(scratch, example.name);
  const from = performance.now();
  await step(`${example.name}: install`, async () => {
    await mkdir(folder);
    await cp(join(examples, example.folder ?? example.name), folder, { recursive: true });
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const dependencies = { ...tools, ...manifest.dependencies, ...example.dependencies };
    const install = example.isByNpm ? installByNpm : installProject;
    await install(folder, tarballs, { ...manifest, ...example.manifest, dependencies });
  });
  const readmeFailure = await compileReadme(example.folder ?? example.name, folder).then(
    () => undefined,
    (error) => `${example.name}, README: ${error.message}`,
  );
  if (readmeFailure !== undefined) readmeFailures.push(readmeFailure);
  let firstUserS;
  for (const way of example.ways) {
    const row = { example, way, cells: new Map(), failures: [] };
    rows.push(row);
    try {
      await runWay(row, folder);
    } catch (error) {
      row.failures.push(`${example.name}, ${way.name}: ${error.message}`);
    }
    if (firstUserS === undefined && row.firstOkAt !== undefined) {
      firstUserS = (row.firstOkAt - from) / 1000;
      row.note = `first user ${Math.ceil(firstUserS)} s after the start of the install`;
    }
    console.log(`  ${way.name}: ${[...row.cells].map(([major, cell]) => `${major} ${cell}`).join(', ')}`);
    for (const failure of row.failures) console.log(`  ${failure}`);
  }
  console.log(`  first user with a cost: ${firstUserS?.toFixed(1)} s after the start of the install`);
  await rm(folder, { recursive: true, force: true });
}

/** Builds an app in one way and runs it on each Node; notes the result of each in the row. */
async function runWay(row, folder) {
  const { example, way } = row;
  if (way.build !== undefined) {
    await shell(way.build, { cwd: folder, env: environment(way, 'build', 'without') });
  }
  const majors = [...nodes.keys()].filter((major) => way.nodes?.includes(major) ?? true);
  const runs = [
    () => runWithout(example, way, folder, nodes.get(majors[0])),
    ...majors.map((major) => () => runCell(example, way, folder, major)),
  ];
  const [without, ...ended] = way.isExclusive
    ? await inTurn(runs)
    : await Promise.all(runs.map((run) => run()));
  for (const [index, major] of majors.entries()) {
    const { failure, output } = ended[index];
    const wrong =
      failure ??
      (output === without.output ? undefined : `it answered ${output}, and without us ${without.output}`);
    row.cells.set(major, wrong === undefined ? 'ok' : 'FAILED');
    if (wrong === undefined) row.firstOkAt ??= performance.now();
    else row.failures.push(`${example.name}, ${way.name}, Node ${major}: ${wrong}`);
  }
}

function runWithout(example, way, folder, binary) {
  return drive(example, { ...way, start: way.without ?? way.start }, folder, binary, {
    ...environment(way, 'without', 'without'),
    USERSPAN_ENABLED: 'false',
    OTEL_SDK_DISABLED: 'true',
  });
}

/** Returns the answers of the app, and the differences between recorded and expected calls. */
async function runCell(example, way, folder, major) {
  const service = `${example.name}-${way.name.replaceAll(/[^\w]+/g, '-')}-${major}`;
  const { openai, vendors } = apis.get(major);
  const from = [openai.bills.length, vendors.bills.length];
  const check = () =>
    checkCalls(collector, service, [...openai.bills.slice(from[0]), ...vendors.bills.slice(from[1])]);
  const { code, output, errors } = await drive(
    example,
    way,
    folder,
    nodes.get(major),
    environment(way, service, major),
    check,
  );
  if (code !== 0) return { output, failure: `it ended with ${code}: ${errors}` };
  const wrong = await check();
  if (wrong !== undefined) return { output, failure: `${wrong}\n${errors}` };
  const isExpected = (line) => way.warns !== undefined && line.includes(way.warns);
  const warning = errors.split('\n').find((line) => line.includes('userspan:') && !isExpected(line));
  return { output, failure: warning === undefined ? undefined : `it warned: ${warning}` };
}

async function inTurn(runs) {
  const ended = [];
  for (const run of runs) ended.push(await run());
  return ended;
}

function environment(way, service, major) {
  const { openai, vendors } = apis.get(major);
  return {
    PATH: process.env.PATH,
    HOME: scratch,
    OPENAI_BASE_URL: openai.url,
    OPENAI_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: vendors.url,
    ANTHROPIC_API_KEY: 'sk-test',
    GOOGLE_GEMINI_BASE_URL: vendors.url,
    GEMINI_API_KEY: 'sk-test',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: service,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    NEXT_TELEMETRY_DISABLED: '1',
    DD_TRACE_AGENT_PORT: '9',
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    ...way.env,
  };
}

function nodeBinaries() {
  const require = createRequire(join(root, 'test/nodes/package.json'));
  const node = (major) => join(require.resolve(`node-${major}/package.json`), '../bin/node');
  return new Map([
    ['20', process.version.startsWith('v20.') ? process.execPath : 'node'],
    ['22', node('22')],
    ['24', node('24')],
  ]);
}
