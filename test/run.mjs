// npm test: installs, builds, checks and tests everything. Ends with `N passed, N failed, N skipped`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installClients, TESTS } from './clients/install.mjs';
import { checkNode, pnpm, root, run, step } from './steps.mjs';

checkNode();
/** Beside what an engineer runs all day, what takes many minutes or the network. */
const isAll = process.env.USERSPAN_TEST_ALL === '1';
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const unsteady = [];
/** Where more files than this fail, something is broken, not unsteady. */
const MOST_AGAIN = 5;
const scratch = await mkdtemp(join(tmpdir(), 'userspan-test-'));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

/** What runs again on the other Nodes: everything that lives in an application's process. */
const onEveryNode = [
  'packages/core',
  'packages/pricing',
  'packages/ledger',
  'packages/openai',
  'packages/node',
  'test/formats',
  'test/identity',
  'test/openai-ways/src/ways.test.ts',
  'test/sdk3',
];

try {
  await step('install', () => pnpm('install', '--frozen-lockfile'));
  await step('build', () => pnpm('build'));
  process.env.USERSPAN_TARBALLS = join(scratch, 'tarballs');
  await attempt('check', () => run(process.execPath, ['test/check.mjs']));
  await test(
    'test',
    process.execPath,
    isAll ? TESTS.flatMap((path) => ['--exclude', path.endsWith('.ts') ? path : `${path}/**`]) : [],
  );
  if (isAll) {
    await attempt('audit', () => run(process.execPath, ['test/audit.mjs', '--if-served']));
    await attempt('formats', () => run(process.execPath, ['test/consumer/formats.mjs']));
    await attempt('frameworks', () => run(process.execPath, ['test/consumer/frameworks.mjs']));
    await attempt('first alert', () => run(process.execPath, ['test/consumer/alert.mjs']));
    for (const major of ['22', '24']) await testOn(major);
    take(await countedRun('examples', process.execPath, ['test/frameworks/run.mjs']));
    take(await countedRun('loaders', process.execPath, ['test/loading/matrix.mjs']));
    await attempt('clients', testClients);
  }
  if (!isAll) console.log('\n▸ Left out, and run by .ci/run: Node 22 and 24, and what takes minutes');
} catch (error) {
  counts.failed++;
  failures.push(messageOf(error));
} finally {
  await rm(scratch, { recursive: true, force: true });
}
if (unsteady.length > 0)
  console.error(
    `\nPassed only when run again, alone:\n${unsteady.map((failure) => `  ${failure}`).join('\n')}`,
  );
if (failures.length > 0) console.error(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

async function attempt(title, work) {
  try {
    await step(title, work);
  } catch (error) {
    counts.failed++;
    failures.push(`${title}: ${messageOf(error)}`);
  }
}

async function testOn(major) {
  const node = nodeBinary(major);
  if (node !== undefined) return test(`test on Node ${major}`, node, onEveryNode);
  console.log(
    `\n▸ test on Node ${major}: left out, there is no such Node package for ${process.platform} ${process.arch}`,
  );
}

/** The clients and backends of other vendors, with all that can be installed here. */
async function testClients() {
  const clients = await installClients();
  try {
    await test('clients', process.execPath, TESTS, clients.env);
  } finally {
    clients.remove();
    for (const reason of clients.absent) console.log(`  skipped: ${reason}`);
  }
}

/** Runs tests. A file that fails is run once more, alone: what passes then is reported as unsteady, and does not fail the run. */
async function test(title, node, args, env = {}) {
  const first = await vitestRun(title, node, args, env);
  const again = first.files.filter(({ failed }) => failed > 0).map(({ file }) => file);
  const second =
    again.length > 0 && again.length <= MOST_AGAIN
      ? await vitestRun(`${title} again`, node, again, env)
      : undefined;
  const steady = second === undefined ? first.files : first.files.filter(({ file }) => !again.includes(file));
  take({
    files: [...steady, ...(second?.files ?? [])],
    errors: [...first.errors, ...(second?.errors ?? [])],
  });
  const passedNow = new Set(second?.files.filter(({ failed }) => failed === 0).map(({ file }) => file));
  for (const { file, failures } of first.files) if (passedNow.has(file)) unsteady.push(...failures);
}

/** Adds what a run counted to the counts of all. */
function take({ files, errors }) {
  for (const count of files) {
    for (const key of Object.keys(counts)) counts[key] += count[key];
    failures.push(...count.failures);
  }
  counts.failed += errors.length;
  failures.push(...errors);
}

function vitestRun(title, node, args, env) {
  return countedRun(title, node, [vitest, 'run', ...args], env);
}

/** Runs what writes its counts into USERSPAN_TEST_COUNT_FILE: files with their tests, and errors outside of them. */
async function countedRun(title, node, args, env = {}) {
  const countFile = join(scratch, `${title.replaceAll(' ', '-')}.json`);
  const withCounts = { ...process.env, ...env, USERSPAN_TEST_COUNT_FILE: countFile };
  const ended = await step(title, () => run(node, args, { env: withCounts })).then(
    () => true,
    () => false,
  );
  const count = await readFile(countFile, 'utf8').then(JSON.parse, () => ({
    files: [],
    errors: [`${title}: ended before it could say what failed`],
  }));
  if (!ended && count.errors.length === 0 && count.files.every(({ failed }) => failed === 0))
    count.errors.push(`${title}: no test failed, but the run did`);
  return count;
}

function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

function nodeBinary(major) {
  const require = createRequire(join(root, 'test/nodes/package.json'));
  try {
    return join(require.resolve(`node-${major}/package.json`), '../bin/node');
  } catch {
    return undefined;
  }
}
