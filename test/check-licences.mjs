// Checks the licences of all dependencies of the published packages, at any depth, and of all packages that are bundled
// into the dashboard. Reads the installed packages; needs no network.
import { existsSync } from 'node:fs';
import { readFile, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './steps.mjs';

/** Licences that require at most a notice from a package under Apache-2.0. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Unlicense',
]);

const packages = join(root, 'packages');
const seen = new Map();
for (const name of await readdir(packages)) {
  const folder = join(packages, name);
  const manifest = await manifestIn(folder);
  if (manifest === undefined) continue;
  const shipped = manifest.private ? await importedPackages(join(folder, 'src')) : dependenciesOf(manifest);
  for (const dependency of shipped) await visit(folder, dependency, manifest.name);
}
const refused = [...seen.values()].filter(({ licence }) => !isAllowed(licence));
for (const { name, licence, by } of refused) {
  console.error(`${name}, which ${by} depends on, has the licence ${licence ?? '(none)'}: not in ALLOWED`);
}
console.log(`  ${seen.size} packages ship`);
process.exitCode = refused.length === 0 ? 0 : 1;

async function visit(from, name, by) {
  const folder = await installedFolder(from, name);
  // An optional dependency for another platform is not installed.
  if (folder === undefined || seen.has(folder) || folder.startsWith(packages)) return;
  const manifest = await manifestIn(folder);
  seen.set(folder, { name: `${name}@${manifest.version}`, licence: licenceOf(manifest), by });
  for (const dependency of dependenciesOf(manifest)) await visit(folder, dependency, name);
}

function dependenciesOf({ dependencies, optionalDependencies }) {
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

/** `MIT`, `(MIT OR GPL-3.0)`: one of the choices is enough; `MIT AND CC0-1.0`: all of them must be allowed. */
function isAllowed(licence) {
  if (typeof licence !== 'string') return false;
  return licence
    .replaceAll(/[()]/g, '')
    .split(/ OR /i)
    .some((choice) => choice.split(/ AND /i).every((part) => ALLOWED.has(part.trim())));
}

function licenceOf({ license, licenses }) {
  return typeof license === 'string'
    ? license
    : (license?.type ?? licenses?.map(({ type }) => type).join(' OR '));
}

async function installedFolder(from, name) {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpath(candidate);
  }
  return undefined;
}

function manifestIn(folder) {
  return readFile(join(folder, 'package.json'), 'utf8').then(JSON.parse, () => undefined);
}

/** Returns the packages that the sources of a folder import, because bundled packages are not in any list of dependencies. */
async function importedPackages(folder) {
  const names = new Set();
  for (const file of await readdir(folder, { recursive: true })) {
    if (!/\.(tsx?|css)$/.test(file) || file.includes('.test.')) continue;
    const text = await readFile(join(folder, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import) '((?:@[^/']+\/)?[^./'][^/']*)/g)) names.add(name);
  }
  return names;
}
