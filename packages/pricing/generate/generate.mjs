/**
 * `pnpm prices`: writes src/generated/price-list.ts from @pydantic/genai-prices and the overlay, and prints what
 * changed. With `--check` it writes nothing and fails when the file is out of date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { priceListText } from './price-list-text.mjs';
import { changesBetween } from './changes.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const generatedPath = join(root, 'src/generated/price-list.ts');

/** The whole generated file; the same input gives the same bytes. */
export async function generatedSource() {
  const overlay = (name) => JSON.parse(readFileSync(join(root, 'overlay', `${name}.json`), 'utf8'));
  const base = JSON.parse(readFileSync(join(root, 'overlay/base.json'), 'utf8'));
  const { waitForUpdate } = await import('@pydantic/genai-prices');
  const text = priceListText(await waitForUpdate(), {
    models: overlay('models'),
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
