// What a stranger gets: every package is packed, looked at by publint and attw, installed from its tarball by a consumer,
// and compiled against with three majors of TypeScript.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './steps.mjs';

const require = createRequire(join(root, 'test/consumer/package.json'));
const bin = (name) => join(root, 'node_modules/.bin', name);
const scratch = await mkdtemp(join(tmpdir(), 'userspan-packages-'));
try {
  const tarballs = await pack();
  for (const [name, tarball] of tarballs) {
    console.log(`  ${name}`);
    await run(bin('publint'), ['run', '--strict', tarball], { stdio: ['ignore', 'ignore', 'inherit'] });
    const profile = isDual(name) ? 'strict' : 'esm-only';
    await run(bin('attw'), ['--profile', profile, '--format', 'table-flipped', '--quiet', tarball]);
  }
  await compileConsumer(tarballs);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** Whether a package lives in an app's process, and so ships ESM and CommonJS. The others are ESM only. */
function isDual(name) {
  return name !== '@userspan/web' && name !== '@userspan/collector';
}

async function pack() {
  const tarballs = new Map();
  for (const folder of await readdir(join(root, 'packages'))) {
    const cwd = join(root, 'packages', folder);
    const manifest = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
    if (manifest.private) continue;
    const args = ['--yes', 'pnpm@10.34.9', 'pack', '--pack-destination', scratch];
    await run('npx', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    const file = `${manifest.name.slice(1).replace('/', '-')}-${manifest.version}.tgz`;
    tarballs.set(manifest.name, join(scratch, file));
  }
  return tarballs;
}

/** Installs the tarballs next to real peers and compiles every public entry, declarations checked. */
async function compileConsumer(tarballs) {
  const consumer = join(scratch, 'consumer');
  await mkdir(consumer);
  const peers = JSON.parse(await readFile(join(root, 'test/consumer/package.json'), 'utf8')).userspanPeers;
  const local = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]));
  await writeFile(
    join(consumer, 'package.json'),
    JSON.stringify({
      name: 'consumer',
      private: true,
      type: 'module',
      dependencies: { ...local, ...peers },
      pnpm: { overrides: local },
    }),
  );
  await writeFile(join(consumer, 'index.ts'), await readFile(join(root, 'test/consumer/index.ts'), 'utf8'));
  await run(
    'npx',
    [
      '--yes',
      'pnpm@10.34.9',
      'install',
      '--silent',
      '--no-optional',
      '--prefer-offline',
      '--ignore-workspace',
    ],
    { cwd: consumer },
  );
  for (const compiler of ['typescript-5', 'typescript-6', 'typescript-7']) {
    const tsc = join(require.resolve(`${compiler}/package.json`), '../bin/tsc');
    console.log(`  consumer with ${compiler}`);
    await run(
      process.execPath,
      [
        tsc,
        '--noEmit',
        '--strict',
        '--target',
        'es2023',
        '--module',
        'nodenext',
        '--types',
        'node',
        '--skipLibCheck',
        'false',
        'index.ts',
      ],
      { cwd: consumer },
    );
  }
}
