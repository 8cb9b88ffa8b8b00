// Checks the packages as a user gets them: packs every package, checks it with publint and attw, installs it from its
// tarball, and compiles a consumer with three majors of TypeScript. `test/consumer/formats.mjs` tests every module format.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installProject, packAll } from './pack.mjs';
import { root, run } from './steps.mjs';

const require = createRequire(join(root, 'test/consumer/package.json'));
const bin = (name) => join(root, 'node_modules/.bin', name);
const scratch = await mkdtemp(join(tmpdir(), 'userspan-packages-'));
try {
  const tarballs = await packAll(scratch);
  for (const [name, tarball] of tarballs) {
    console.log(`  ${name}`);
    await run(bin('publint'), ['run', '--strict', tarball], { stdio: ['ignore', 'ignore', 'inherit'] });
    const profile = isDual(name) ? 'strict' : 'esm-only';
    await run(bin('attw'), ['--profile', profile, '--format', 'table-flipped', '--quiet', tarball]);
  }
  await checkNotices(tarballs.get('@userspan/collector'));
  await checkEngines(tarballs);
  await compileConsumer(tarballs);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** Whether a package runs in the process of an app and therefore has ESM and CommonJS. The other packages are ESM only. */
function isDual(name) {
  return name !== '@userspan/web' && name !== '@userspan/collector';
}

/** Checks that the tarball contains the licence of every library and font that the dashboard imports. */
async function checkNotices(tarball) {
  const notices = await promisify(execFile)('tar', [
    '-xOzf',
    tarball,
    'package/dashboard/THIRD-PARTY-NOTICES.txt',
  ]);
  const source = join(root, 'packages/dashboard/src');
  for (const file of await readdir(source, { recursive: true })) {
    if (!/\.(tsx?|css)$/.test(file) || file.includes('.test.')) continue;
    const imports = (await readFile(join(source, file), 'utf8')).matchAll(
      /^import (?!type )(?:[^;]*? from )?'((?:@[^/']+\/)?[^./'][^/']*)/gm,
    );
    for (const [, name] of imports) {
      if (!notices.stdout.includes(`\n${name} `)) {
        throw new Error(`THIRD-PARTY-NOTICES.txt lacks ${name}, which ${file} imports`);
      }
    }
  }
}

/**
 * Checks that all dependencies that npm would install run on this version of Node. CI runs Node 20, the oldest that the
 * packages support. If a dependency at any depth did not support it, npm would print an EBADENGINE warning for every user.
 */
async function checkEngines(tarballs) {
  const cwd = join(scratch, 'engines');
  await mkdir(cwd);
  const dependencies = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]));
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true, dependencies }));
  console.log(`  engines of all dependencies on Node ${process.versions.node}`);
  await run(
    'npm',
    ['install', '--package-lock-only', '--engine-strict', '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd },
  );
}

/** Installs the tarballs with real peers and compiles an import of every public entry, without `skipLibCheck`. */
async function compileConsumer(tarballs) {
  const cwd = join(scratch, 'consumer');
  const { userspanPeers } = JSON.parse(await readFile(join(root, 'test/consumer/package.json'), 'utf8'));
  await installProject(cwd, tarballs, { name: 'consumer', type: 'module', dependencies: userspanPeers });
  await copyFile(join(root, 'test/consumer/index.ts'), join(cwd, 'index.ts'));
  const flags = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
  for (const compiler of ['typescript-5', 'typescript-6', 'typescript-7']) {
    const tsc = join(require.resolve(`${compiler}/package.json`), '../bin/tsc');
    console.log(`  consumer with ${compiler}`);
    await run(process.execPath, [tsc, ...flags, '--skipLibCheck', 'false', 'index.ts'], { cwd });
  }
}
