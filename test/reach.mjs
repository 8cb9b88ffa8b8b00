/**
 * `npm run reach`: every framework and every loader, from packed tarballs, on Node 20, 22 and 24, Bun and Deno, in every format
 * and stage. Runs `npm run examples` and `test/loading/matrix.mjs`, writes `examples/frameworks/table.md`, and ends with 1 where
 * a cell fails or is missing. Half an hour on two cores, network. `.ci/run` runs the same two, where a cell that fails is a test
 * that fails, and `--check`; so each run of CI shows the published table to be right.
 *
 *     node test/reach.mjs               empties the table and runs everything; each row is written when it has run
 *     node test/reach.mjs --continue    runs what the table lacks, and what failed
 *     node test/reach.mjs --check       only compares the table with the rows and cells that it must have
 */
import { expectedRows } from './frameworks/expected.mjs';
import { clearTable, faultsOfTable } from './frameworks/table.mjs';
import { expectedLoaders } from './loading/rows.mjs';
import { run } from './steps.mjs';

const failures = [];
if (!process.argv.includes('--check')) {
  const isContinued = process.argv.includes('--continue');
  if (!isContinued) await clearTable();
  const flags = isContinued ? ['--write', '--continue'] : ['--write'];
  for (const script of ['test/frameworks/run.mjs', 'test/loading/matrix.mjs']) {
    await run(process.execPath, [script, ...flags]).catch((error) => failures.push(error.message));
  }
}
failures.push(...(await faultsOfTable([...expectedRows(), ...expectedLoaders()])));
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? 'the table is complete' : `${failures.length} faults in the table`);
process.exitCode = failures.length === 0 ? 0 : 1;
