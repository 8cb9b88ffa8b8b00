// SECURITY.md names a test for every line of its threat model. Fails where a holder has none, or a file is gone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const holders = rowsOf('Who holds what, and what it must never do').map(([holder]) => holder);
const lines = rowsOf('The test of each line');
const faults = [];
for (const holder of holders) {
  if (!lines.some(([of]) => of === holder)) faults.push(`no test is named for ${holder}`);
}
for (const [holder, over, tests] of lines) {
  if (!holders.includes(holder))
    faults.push(`a test is named for ${holder}, which the threat model does not have`);
  const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
  if (files.length === 0) faults.push(`no test is named for ${holder} over ${over}`);
  for (const file of files) {
    if (!/\.test\.tsx?$/.test(file) || !existsSync(join(root, file)))
      faults.push(`${file} is no test of this repository`);
  }
}
for (const fault of faults) console.error(`SECURITY.md: ${fault}`);
console.log(`  ${holders.length} holders, ${lines.length} lines`);
process.exitCode = faults.length === 0 && holders.length > 0 ? 0 : 1;

/** The cells of the table below a heading, without its head. */
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
