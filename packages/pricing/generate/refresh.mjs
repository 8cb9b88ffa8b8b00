/**
 * The first step of `pnpm prices`: asks the registries for newer versions of the two sources. A newer genai-prices is
 * installed, and its version is written to overlay/base.json. A newer LiteLLM is downloaded, and its extract regenerated.
 * Needs npm, pip and a network. With `--litellm=FILE --version=V --published=DAY` it reads LiteLLM's list from a file.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadPackage } from './load-package.mjs';
import { readExtract, writeExtract } from './sources/extract.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const basePath = join(root, 'overlay/base.json');
const extractPath = join(root, 'generate/sources/litellm.tsv');
const LIST = 'litellm/model_prices_and_context_window_backup.json';

const { values: options } = parseArgs({
  options: { litellm: { type: 'string' }, version: { type: 'string' }, published: { type: 'string' } },
});
if (options.litellm === undefined) {
  refreshGenaiPrices();
  await refreshLitellm();
} else {
  await writeLitellm(readFileSync(options.litellm, 'utf8'), options.version, options.published);
}

function refreshGenaiPrices() {
  const base = JSON.parse(readFileSync(basePath, 'utf8'));
  const { version, time } = JSON.parse(run('npm', ['view', base.package, 'version', 'time', '--json']));
  if (version === base.version) return;
  const catalogPath = join(root, '../../pnpm-workspace.yaml');
  const catalog = readFileSync(catalogPath, 'utf8');
  writeFileSync(
    catalogPath,
    catalog.replace(`'${base.package}': ${base.version}`, `'${base.package}': ${version}`),
  );
  const next = { ...base, version, published: time[version].slice(0, 10) };
  writeFileSync(basePath, `${JSON.stringify(next).replaceAll(/[{,:]/g, '$& ').replace('}', ' }')}\n`);
  // Through npx, as in the tests, because pnpm may not be installed.
  const workspace = join(root, '../..');
  const { packageManager } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'));
  run('npx', ['--yes', packageManager, 'install', '--no-frozen-lockfile'], { cwd: workspace });
  console.log(`${base.package} ${base.version} -> ${version}`);
}

async function refreshLitellm() {
  const folder = mkdtempSync(join(tmpdir(), 'userspan-prices-'));
  try {
    const python = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--dest',
      folder,
      'litellm',
    ];
    run('python3', python);
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    const version = wheel?.split('-')[1];
    if (version === undefined) throw new Error('pip downloaded no wheel of litellm');
    if (version === readExtract(readFileSync(extractPath, 'utf8')).head.version) return;
    run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    const licence = readFileSync(join(folder, `litellm-${version}.dist-info/licenses/LICENSE`), 'utf8');
    writeFileSync(join(root, 'LICENSE-litellm'), licence);
    await writeLitellm(readFileSync(join(folder, LIST), 'utf8'), version, await dayPublished(version));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The day of a version in the project's metadata, which mirrors of PyPI have too; not all have that of a version. */
async function dayPublished(version) {
  const url = 'https://pypi.org/pypi/litellm/json';
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const { releases } = await answer.json();
  const day = releases[version]?.[0]?.upload_time_iso_8601.slice(0, 10);
  if (day === undefined) throw new Error(`${url} has no file of version ${version}`);
  return day;
}

async function writeLitellm(text, version, published) {
  const { FeedReader, readJson, readLitellm, withHistory } = await loadPackage();
  const reader = new FeedReader(readJson(text));
  readLitellm(reader, reader.document.value);
  for (const { line, path, message } of reader.problems)
    console.log(`! LiteLLM, line ${line}, ${path}: ${message}`);
  const before = readExtract(readFileSync(extractPath, 'utf8'));
  const head = { package: 'litellm', version, published, licence: 'MIT, see LICENSE-litellm' };
  const rows = reader.rows.toSorted((a, b) => byText(a.provider, b.provider) || byText(a.name, b.name));
  writeFileSync(extractPath, writeExtract(head, rows, before, withHistory));
  console.log(`litellm ${before.head.version} -> ${version}, ${rows.length} models`);
}

function run(command, args, more = {}) {
  return execFileSync(command, args, { encoding: 'utf8', ...more });
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
