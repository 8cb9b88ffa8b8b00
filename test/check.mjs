// Runs all checks that do not run the product: format, lint, layers, unused code, the published packages, and the types
// that a user's compiler sees.
import { join } from 'node:path';
import { root, run, step } from './steps.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);
const failures = [];

await check('format', () => run(bin('oxfmt'), ['--check', '.']));
await check('lint', () => run(bin('oxlint'), ['--type-aware', '--deny-warnings']));
await check('layers', () => run(process.execPath, ['test/check-layers.mjs']));
await check('types of tests', () => run(bin('tsc'), ['-p', 'tsconfig.test.json']));
await check('types of the dashboard', () => run(bin('tsc'), ['-p', 'packages/dashboard']));
await check('unused code', () => run(bin('knip'), ['--no-progress', '--no-config-hints']));
await check('licences', () => run(process.execPath, ['test/check-licences.mjs']));
await check('table of frameworks', () => run(process.execPath, ['test/reach.mjs', '--check']));
await check('threat model', () => run(process.execPath, ['test/check-security.mjs']));
await check('packages', () => run(process.execPath, ['test/check-packages.mjs']));

if (failures.length > 0) {
  console.error(`\nfailed: ${failures.join(', ')}`);
  process.exitCode = 1;
}

async function check(title, work) {
  try {
    await step(title, work);
  } catch (error) {
    failures.push(title);
    console.error(error.message);
  }
}
