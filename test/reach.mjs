/**
 * `npm run reach`: every framework and every loader, from packed tarballs, on Node 20, 22 and 24, Bun and Deno, in every format
 * and stage. Runs `npm run examples` and `test/loading/matrix.mjs`, writes `examples/frameworks/table.md`, and ends with 1 where
 * a cell fails or is missing. An hour on two cores, network.
 *
 *     node test/reach.mjs               empties the table and runs everything; each row is written when it has run
 *     node test/reach.mjs --continue    runs what the table lacks, and what failed
 *     node test/reach.mjs --check       only compares the table with what it must have
 */
import { expectedRows } from './frameworks/expected.mjs';
import { clearTable, missingCells } from './frameworks/table.mjs';
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
failures.push(...(await missingCells([...expectedRows(), ...expectedLoaders()])));
for (const failure of failures) console.error(failure);
console.log(
  failures.length === 0 ? 'the table is complete' : `${failures.length} cells failed or are missing`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
