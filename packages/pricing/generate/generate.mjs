/**
 * The last step of `pnpm prices`: writes src/generated/price-list.ts, price-list.txt and price-decisions.tsv from
 * @pydantic/genai-prices, the extract of LiteLLM's list and the overlay, and prints what changed and every disagreement
 * of the sources. With `--check` it writes nothing and fails when a file is out of date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeList } from './encode-list.mjs';
import { loadPackage } from './load-package.mjs';
import { mergeSources } from './merge-sources.mjs';
import { priceListText } from './price-list-text.mjs';
import { readExtract } from './sources/extract.mjs';
import { changesBetween } from './changes.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The generated files; the same input gives the same bytes. */
async function generate() {
  const overlay = Object.fromEntries(
    ['base', 'models', 'aliases', 'service-tiers', 'providers', 'excluded', 'disagreements'].map((name) => [
      name === 'service-tiers' ? 'tiers' : name,
      readJson(join(root, 'overlay', `${name}.json`)),
    ]),
  );
  const { base } = overlay;
  const installed = readJson(new URL('../package.json', import.meta.resolve(base.package))).version;
  if (installed !== base.version) {
    throw new Error(
      `${base.package} ${installed} is installed: set its version and day in overlay/base.json`,
    );
  }
  const { waitForUpdate } = await import('@pydantic/genai-prices');
  const first = priceListText(await waitForUpdate(), overlay, await loadPackage());
  const { head, rows } = readExtract(readFileSync(join(root, 'generate/sources/litellm.tsv'), 'utf8'));
  const { text, decisions, counts } = await mergeSources(first, rows, head.published, overlay);
  const packed = encodeList(text);
  if (/[`\\]|\$\{/.test(packed)) throw new Error('the list cannot stand in a template literal');
  const sources = `${base.package} ${base.version} of ${base.published} and ${head.package} ${head.version} of ${head.published}`;
  const day = head.published > base.published ? head.published : base.published;
  return {
    text,
    decisions,
    counts,
    files: {
      'price-list.txt': `${text}\n`,
      'price-decisions.tsv': decisionsText(decisions, counts, sources),
      'src/generated/price-list.ts': `// Made by \`pnpm prices\`. Do not edit: price-list.txt is the same list for people.
//
// From ${sources}.
// Both are under the MIT licence, which stands in LICENSE-genai-prices and LICENSE-litellm beside package.json:
${copyright(new URL('../LICENSE', import.meta.resolve(base.package)))}
${copyright(new URL('../LICENSE-litellm', import.meta.url))}
/** The day the newer of the two sources was published. */
export const PRICE_LIST_DATE = '${day}';

/** See src/list/price-list.ts. */
export const PRICE_LIST: string = \`${packed}\`;
`,
    },
  };
}

function decisionsText(decisions, counts, sources) {
  const head = [
    `# Where the sources of the price list disagree, and what was decided; made by \`pnpm prices\`.`,
    `# ${sources}.`,
    `# Of LiteLLM's names ${counts.added} were added, ${counts.agreed} agree, ${counts.filled} agree and add units or tiers, ${decisions.length} disagree, ${counts.left} are excluded.`,
    '# The rules are described in generate/merge-sources.mjs. Prices are US dollars per 1M tokens, genai-prices / LiteLLM.',
    ['provider', 'model', 'taken', 'rule', "LiteLLM's source", 'prices', 'reason'].join('\t'),
  ];
  const lines = decisions.map(({ provider, name, use, rule, source, differences, reason = '' }) =>
    [provider, name, use, rule, source, differences.join('; '), reason].join('\t').trimEnd(),
  );
  return [...head, ...lines, ''].join('\n');
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The copyright line of a licence. */
function copyright(path) {
  const line = /^Copyright .*$/m.exec(readFileSync(path, 'utf8'))?.[0];
  if (line === undefined) throw new Error(`${path} names no copyright`);
  return `// ${line.trim()}`;
}

async function main() {
  const { text, decisions, counts, files } = await generate();
  const before = existsSync(join(root, 'price-list.txt'))
    ? readFileSync(join(root, 'price-list.txt'), 'utf8')
    : '';
  if (process.argv.includes('--check')) {
    for (const [name, content] of Object.entries(files)) {
      if (readFileSync(join(root, name), 'utf8') !== content)
        throw new Error(`${name} is out of date: run \`node packages/pricing/generate/generate.mjs\``);
    }
    return;
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  console.log(decisionsOnScreen(decisions));
  const changes = changesBetween(before, text);
  for (const line of changes) console.log(line);
  const bytes = Buffer.byteLength(files['src/generated/price-list.ts']);
  console.log(
    `${changes.length} changes; ${decisions.length} disagreements, ${counts.added} names of LiteLLM only; ${bytes} bytes`,
  );
}

function decisionsOnScreen(decisions) {
  return decisions
    .map(
      ({ provider, name, use, rule, differences }) =>
        `? ${provider} ${name}: ${differences.join('; ')} -> ${use} (${rule})`,
    )
    .join('\n');
}

await main();
