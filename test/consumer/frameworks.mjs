/**
 * Runs the tests of projects that load the packages in a special way, from the packed tarballs: Jest with CommonJS and
 * with ES modules, and a Nest 11 project as `nest new` creates it. `npm run frameworks`; takes about a minute.
 * `node test/consumer/frameworks.mjs nest` runs one of them.
 */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installProject, packAll } from '../pack.mjs';
import { run, step } from '../steps.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'userspan-frameworks-'));
const failures = [];
let tarballs;
try {
  tarballs = await packAll(scratch);
  for (const esmOnly of ['@userspan/collector', '@userspan/web']) tarballs.delete(esmOnly);

  if (asked('jest')) await checkJest();
  if (asked('nest')) await checkNest();
} finally {
  await rm(scratch, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`\nfailed: ${failures.join(', ')}`);
  process.exitCode = 1;
}

function asked(name) {
  return process.argv.length === 2 || process.argv.includes(name);
}

async function checkJest() {
  const jest = await project('jest', {
    name: 'jest',
    dependencies: {
      '@langchain/core': '^1.4.0',
      '@opentelemetry/api': '~1.9.1',
      jest: '^30.0.0',
      openai: '^7.57.0',
    },
    jest: {
      transform: {},
      testMatch: ['**/*.test.cjs', '**/*.test.mjs'],
      moduleFileExtensions: ['js', 'cjs', 'mjs', 'json'],
    },
  });
  const jestBin = join(jest, 'node_modules/jest/bin/jest.js');
  await check('Jest, CommonJS', jest, [jestBin, 'users.test.cjs']);
  await check('Jest, ES modules', jest, ['--experimental-vm-modules', jestBin, 'users.test.mjs']);
}

async function checkNest() {
  const nest = await project('nest', JSON.parse(await readFile(join(here, 'nest/package.json'), 'utf8')));
  await check('Nest 11', nest, [join(nest, 'node_modules/jest/bin/jest.js')]);
}

/** Copies a project to a folder outside the workspace, installs it, and returns the folder. */
async function project(name, manifest) {
  const folder = join(scratch, name);
  await step(`install ${name}`, async () => {
    await cp(join(here, name), folder, { recursive: true });
    await installProject(folder, tarballs, manifest);
  });
  return folder;
}

async function check(title, cwd, args) {
  try {
    await step(title, () => run(process.execPath, args, { cwd }));
  } catch (error) {
    failures.push(title);
    console.error(error.message);
  }
}
