/**
 * `pnpm prices`: writes src/generated/price-list.ts from @pydantic/genai-prices and the overlay, and prints what
 * changed. With `--check` it writes nothing and fails when the file is out of date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { priceListText } from './price-list-text.mjs';
import { changesBetween } from './changes.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const generatedPath = join(root, 'src/generated/price-list.ts');

/** The whole generated file; the same input gives the same bytes. */
async function generatedSource() {
  const overlay = (name) => readJson(join(root, 'overlay', `${name}.json`));
  const base = overlay('base');
  const installed = readJson(new URL('../package.json', import.meta.resolve(base.package))).version;
  if (installed !== base.version) {
    throw new Error(
      `${base.package} ${installed} is installed: set its version and day in overlay/base.json`,
    );
  }
  const { waitForUpdate } = await import('@pydantic/genai-prices');
  const text = priceListText(await waitForUpdate(), {
    models: overlay('models'),
    aliases: overlay('aliases'),
    tiers: overlay('service-tiers'),
    providers: overlay('providers'),
    excluded: overlay('excluded'),
  });
  if (/[`\\]|\$\{/.test(text)) throw new Error('the list cannot stand in a template literal');
  return `// Made by \`pnpm prices\`. Do not edit.
//
// Base: ${base.package} ${base.version}, published ${base.published}.
//
${licence()}
/** The day the price list was published. */
export const PRICE_LIST_DATE = '${base.published}';

/** One line a model, see src/price-list.ts. */
export const PRICE_LIST: string = \`${text}\`;
`;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function licence() {
  const path = new URL('../LICENSE', import.meta.resolve('@pydantic/genai-prices'));
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => `// ${line}`.trimEnd())
    .join('\n');
}

async function main() {
  const after = await generatedSource();
  const before = existsSync(generatedPath) ? readFileSync(generatedPath, 'utf8') : '';
  const changes = changesBetween(before, after);
  if (process.argv.includes('--check')) {
    if (before !== after) throw new Error('src/generated/price-list.ts is out of date: run `pnpm prices`');
    return;
  }
  writeFileSync(generatedPath, after);
  for (const line of changes) console.log(line);
  console.log(`${changes.length} changes, ${Buffer.byteLength(after)} bytes`);
}

await main();
