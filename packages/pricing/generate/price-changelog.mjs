/**
 * Writes the text of a pull request, and an entry of PRICES.md, from the output of `pnpm prices`:
 * `node price-changelog.mjs changes.txt pull-request.md`. If nothing has changed, it writes only the text.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [printed, textPath] = process.argv.slice(2);
const MAX_LINES = 300;

const lines = readFileSync(printed, 'utf8').split('\n');
const sections = [
  ['Changed', lines.filter((line) => line.startsWith('~ '))],
  ['Added', lines.filter((line) => line.startsWith('+ '))],
  ['Removed', lines.filter((line) => line.startsWith('- '))],
].filter(([, changes]) => changes.length > 0);
const disagreements = lines.filter((line) => line.startsWith('? '));

const head = readFileSync(join(root, 'src/generated/price-list.ts'), 'utf8');
const day = /PRICE_LIST_DATE = '(\d{4}-\d\d-\d\d)'/.exec(head)?.[1];
const sources = /^\/\/ From (.*)\.$/m.exec(head)?.[1];
const entry = [`## ${day}`, '', `${sources}.`, '', ...sections.flatMap(section)].join('\n');

if (sections.length > 0) {
  const path = join(root, 'PRICES.md');
  const title =
    '# Changes of the price list\n\nWritten by `pnpm prices` on a schedule; US dollars per 1M tokens.\n\n';
  const before = existsSync(path) ? readFileSync(path, 'utf8').slice(title.length) : '';
  writeFileSync(path, `${title}${entry}\n${before}`);
}
const decided = section(['Disagreements of the sources, as they were decided', disagreements]);
writeFileSync(textPath, `${sections.length === 0 ? 'No price changed.\n' : entry}\n${decided.join('\n')}`);

function section([title, changes]) {
  const shown = changes.slice(0, MAX_LINES).map((line) => `- \`${line}\``);
  const more = changes.length > MAX_LINES ? [`- … and ${changes.length - MAX_LINES} more`] : [];
  return [`### ${title} (${changes.length})`, '', ...shown, ...more, ''];
}
