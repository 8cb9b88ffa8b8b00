/**
 * Builds the packages as they are published, from the sources, after `tsc -b` has written the declarations to `dist`.
 *
 *     node test/build-packages.mjs              every package that has been compiled
 *     node test/build-packages.mjs core ledger  these
 *
 * **ES modules.** Node takes about half a millisecond to load each file when a process starts, so the modules of a
 * package are bundled: one file for each entry, and `dist/chunks` with what entries share. A shared module is in one
 * file only, so that it exists once in a process. Other packages are imported by name as before. In the workspace,
 * `dist` also contains the modules that tsc wrote; `files` in `package.json` leaves them out of the published package.
 *
 * **CommonJS.** The copy in `dist/cjs` has the same files as the ES modules, converted one by one, so that two entries
 * of a package share them. Declarations are unchanged; `dist/cjs/package.json` marks them and the code as CommonJS.
 * Only files that an entry of `exports` loads are written. A package has a copy if its `exports` have the condition
 * `require`.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));

/** Replaces `import.meta.url` in a CommonJS module. */
const FILE_URL = '__userspan_file_url';
const FILE_URL_BANNER = `const ${FILE_URL} = require('node:url').pathToFileURL(__filename).href;`;

/** Entries that are no `exports`: commands and threads. */
const FURTHER_ENTRIES = {
  collector: ['src/main.ts', 'src/cli/main.ts', 'src/ingest/build-batches.ts'],
};
/** Applications bundle `web` themselves. `pricing` has its own build: one minified module, `packages/pricing/generate/one-module.mjs`. */
const NOT_BUNDLED = new Set(['web', 'pricing']);

/** Runs before the tests, because tests that start processes load the builds, which must match the sources. */
export async function buildAllPackages() {
  return buildPackages(await readdir(packages));
}

/** Returns the names of the packages that are compiled. */
async function buildPackages(folders) {
  const built = [];
  for (const folder of folders) {
    const root = join(packages, folder);
    const manifest = await readFile(join(root, 'package.json'), 'utf8').then(JSON.parse, () => undefined);
    if (manifest?.exports === undefined || !existsSync(join(root, 'dist/index.js'))) continue;
    if (!NOT_BUNDLED.has(folder)) await bundleModules(root, modulesOf(manifest, FURTHER_ENTRIES[folder]));
    const commonjs = commonjsEntries(manifest);
    if (commonjs.length > 0) await copyAsCommonjs(root, commonjs);
    built.push(folder);
  }
  return built;
}

/** The sources of a package's entries. */
function modulesOf(manifest, further = []) {
  const modules = Object.values(manifest.exports).map((entry) => entry['@userspan/source']);
  return [...modules.filter((module) => module !== undefined), ...further];
}

async function bundleModules(root, entryPoints) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outbase: 'src',
    outdir: 'dist',
    write: false,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    sourcemap: true,
    logLevel: 'warning',
  });
  const outputs = new Map(outputFiles.map(({ path, text }) => [path, text]));
  await writeFiles(outputs);
  await removeOthers(join(root, 'dist/chunks'), outputs);
}

/** The ESM files of the entries that have a CommonJS copy. */
function commonjsEntries(manifest) {
  return Object.values(manifest.exports)
    .filter((entry) => entry.require !== undefined)
    .map((entry) => entry.import.default);
}

async function copyAsCommonjs(root, entries) {
  const dist = join(root, 'dist');
  const target = join(dist, 'cjs');
  const modules = await reachableModules(root, entries);
  const outputs = new Map([[join(target, 'package.json'), '{ "type": "commonjs" }\n']]);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: modules,
    outbase: dist,
    outdir: target,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'es2023',
    sourcemap: true,
    define: { 'import.meta.url': FILE_URL },
    logLevel: 'warning',
  });
  for (const { path, text } of outputFiles) outputs.set(path, withFileUrl(text));
  for (const file of await readdir(dist, { recursive: true })) {
    if (!file.endsWith('.d.ts') || file.startsWith('cjs')) continue;
    outputs.set(join(target, file), await readFile(join(dist, file), 'utf8'));
  }
  await writeFiles(outputs);
  await removeOthers(target, outputs);
}

/** Returns every module of the package that an entry loads, found by esbuild. */
async function reachableModules(root, entries) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'dist',
    write: false,
    metafile: true,
    // Also an import that loads a file only to run it in order.
    ignoreAnnotations: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

function withFileUrl(text) {
  return text.includes(FILE_URL) ? text.replace('"use strict";', `"use strict";${FILE_URL_BANNER}`) : text;
}

/** Writes the files that changed. Replaces each file atomically, because another process may read it. */
async function writeFiles(outputs) {
  for (const [path, text] of outputs) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}.draft`;
    await writeFile(draft, text);
    await rename(draft, path);
  }
}

async function removeOthers(folder, outputs) {
  if (!existsSync(folder)) return;
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !outputs.has(path) && !path.endsWith('.draft')) await rm(path, { force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const named = process.argv.slice(2);
  const built = await (named.length > 0 ? buildPackages(named) : buildAllPackages());
  console.log(`built: ${built.join(', ')}`);
}
