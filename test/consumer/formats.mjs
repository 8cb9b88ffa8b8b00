/**
 * Compiles and runs `app.ts` from the packed tarballs: TypeScript 5.5, 5.9, 6 and 7, every kind of module resolution,
 * with `import` and with `import = require()`. `npm run formats`; takes about two minutes.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installProject, packAll } from '../pack.mjs';
import { step } from '../steps.mjs';

const require = createRequire(import.meta.url);
const esm = await readFile(new URL('app.ts', import.meta.url), 'utf8');
const commonjs = esm.replaceAll(/^import \* as (\w+) from ('.*');$/gm, 'import $1 = require($2);');

const compilers = [
  { name: 'typescript-5.5', node10: { moduleResolution: 'node10' } },
  { name: 'typescript-5', node10: { moduleResolution: 'node10' } },
  { name: 'typescript-6', node10: { moduleResolution: 'node10', ignoreDeprecations: '6.0' } },
  // TypeScript 7 has no node10; its `module: commonjs` resolves as bundlers do.
  { name: 'typescript-7', node10: { moduleResolution: 'bundler' } },
];

/** Every format with the files of the app and the compiler options. `package` is the `type` in the project's package.json. */
const formats = [
  {
    name: 'commonjs',
    package: 'commonjs',
    files: { 'import.ts': esm, 'require.ts': commonjs },
    options: ({ node10 }) => ({ module: 'commonjs', ...node10 }),
  },
  ...['node16', 'nodenext'].map((module) => ({
    name: module,
    package: 'commonjs',
    files: { 'import.mts': esm, 'import-in-commonjs.cts': esm, 'require.cts': commonjs },
    options: () => ({ module }),
  })),
  {
    name: 'bundler',
    package: 'module',
    files: { 'import.ts': esm },
    options: () => ({ module: 'esnext', moduleResolution: 'bundler' }),
  },
  {
    name: 'preserve',
    package: 'commonjs',
    files: { 'import.mts': esm, 'require.cts': commonjs },
    options: () => ({ module: 'preserve', moduleResolution: 'bundler' }),
  },
];

const scratch = await mkdtemp(join(tmpdir(), 'userspan-formats-'));
const failures = [];
try {
  const project = join(scratch, 'project');
  await step('pack and install', async () => {
    const { userspanPeers } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
    const tarballs = await packAll(scratch);
    for (const esmOnly of ['@userspan/collector', '@userspan/web']) tarballs.delete(esmOnly);
    const dependencies = { ...userspanPeers, '@langchain/core': '^1.4.0' };
    await installProject(project, tarballs, { name: 'formats', dependencies });
  });
  for (const compiler of compilers) {
    await step(compiler.name, () => Promise.all(formats.map((format) => check(project, compiler, format))));
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`\n${failures.join('\n\n')}`);
  process.exitCode = 1;
}

/** Compiles one format with one compiler, and runs the result. */
async function check(project, compiler, format) {
  const folder = join(project, `${compiler.name}-${format.name}`);
  await mkdir(folder);
  const files = Object.keys(format.files);
  const compilerOptions = {
    ...format.options(compiler),
    target: 'es2022',
    strict: true,
    esModuleInterop: true,
    types: ['node'],
    rootDir: '.',
    outDir: 'out',
    skipLibCheck: false,
  };
  await Promise.all([
    ...Object.entries(format.files).map(([file, text]) => writeFile(join(folder, file), text)),
    writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: format.package })),
    writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files })),
  ]);
  const tsc = join(require.resolve(`${compiler.name}/package.json`), '../bin/tsc');
  const compiled = await output([tsc, '-p', folder], folder);
  const errors = compiled.split('\n').filter((line) => line.includes('error TS') && isOurs(line));
  if (errors.length > 0) return fail(`does not compile:\n${errors.join('\n')}`);
  for (const file of files) {
    const out = await output([join(folder, 'out', file.replace(/ts$/, 'js'))], folder);
    if (out.trim() !== 'ok') fail(`${file} does not run:\n${out}`);
  }

  function fail(what) {
    failures.push(`${compiler.name}, ${format.name}: ${what}`);
  }
}

/** Whether an error is in the app or in this project's declarations. Errors in those of other packages are ignored. */
function isOurs(line) {
  return !line.includes('node_modules/') || line.includes('node_modules/@userspan/');
}

function output(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
}
