// SECURITY.md lists tests for every actor of its threat model. Fails if an actor has no test, or a file does not exist.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const actors = rowsOf('Threat model').map(([actor]) => actor);
const lines = rowsOf('Tests of the threat model');
const faults = [];
for (const actor of actors) {
  if (!lines.some(([of]) => of === actor)) faults.push(`no tests are listed for "${actor}"`);
}
for (const [actor, through, tests] of lines) {
  if (!actors.includes(actor))
    faults.push(`tests are listed for "${actor}", which is not in the threat model`);
  const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
  if (files.length === 0) faults.push(`no tests are listed for "${actor}" through ${through}`);
  for (const file of files) {
    if (!/\.test\.tsx?$/.test(file) || !existsSync(join(root, file)))
      faults.push(`${file} is not a test of this repository`);
  }
}
for (const fault of faults) console.error(`SECURITY.md: ${fault}`);
console.log(`  ${actors.length} actors, ${lines.length} rows of tests`);
process.exitCode = faults.length === 0 && actors.length > 0 ? 0 : 1;

/** The cells of the table below a heading, without the table's header. */
function rowsOf(heading) {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
