/**
 * Writes the CommonJS copy of a package to `dist/cjs`, from the ES modules that `tsc -b` wrote to `dist`.
 *
 *     node test/build-commonjs.mjs              every package that ships one
 *     node test/build-commonjs.mjs core ledger  these
 *
 * The copy has the same modules as separate files, so that two entries of a package share them. Declarations are
 * unchanged; `dist/cjs/package.json` marks them and the code as CommonJS. Only modules that an entry of `exports` loads
 * are written. A package has a copy if its `exports` have the condition `require`.
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

/** Runs before the tests, because tests that start processes load the copies, which must match the last output of `tsc -b`. */
export async function buildAllCommonjs() {
  return buildCommonjs(await readdir(packages));
}

/** Writes the copies of these packages. Returns the names of the packages that are built and have a copy. */
async function buildCommonjs(folders) {
  const built = [];
  for (const folder of folders) {
    const root = join(packages, folder);
    const manifest = await readFile(join(root, 'package.json'), 'utf8').then(JSON.parse, () => undefined);
    const entries = commonjsEntries(manifest);
    if (entries.length === 0 || !existsSync(join(root, 'dist/index.js'))) continue;
    await buildPackage(root, entries);
    built.push(folder);
  }
  return built;
}

/** The ESM files of the entries that have a CommonJS copy. */
function commonjsEntries(manifest) {
  return Object.values(manifest?.exports ?? {})
    .filter((entry) => entry.require !== undefined)
    .map((entry) => entry.import.default);
}

async function buildPackage(root, entries) {
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
  await writeTree(target, outputs);
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
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

function withFileUrl(text) {
  return text.includes(FILE_URL) ? text.replace('"use strict";', `"use strict";${FILE_URL_BANNER}`) : text;
}

/** Writes these files to a folder and deletes all others. Replaces each file atomically, because another process may read it. */
async function writeTree(folder, outputs) {
  for (const [path, text] of outputs) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}.draft`;
    await writeFile(draft, text);
    await rename(draft, path);
  }
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !outputs.has(path) && !path.endsWith('.draft')) await rm(path, { force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const named = process.argv.slice(2);
  const built = await (named.length > 0 ? buildCommonjs(named) : buildAllCommonjs());
  console.log(`CommonJS: ${built.join(', ')}`);
}
