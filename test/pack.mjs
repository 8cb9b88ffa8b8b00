// The packages as a user of them gets them: packed into tarballs, and installed from those.
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runOnline } from './network.mjs';
import { root, run } from './steps.mjs';

const pnpm = ['--yes', 'pnpm@10.34.9'];

/**
 * Packs every package that is published into a folder; returns the tarballs by name. `npm test` names one folder for all
 * of its steps in `USERSPAN_TARBALLS`; the first step packs into it, and the others take its tarballs.
 */
export async function packAll(ownFolder) {
  const shared = process.env.USERSPAN_TARBALLS;
  const folder = shared ?? ownFolder;
  const tarballs = new Map();
  for (const name of await readdir(join(root, 'packages'))) {
    const cwd = join(root, 'packages', name);
    const manifest = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
    if (manifest.private) continue;
    const file = join(folder, `${manifest.name.slice(1).replace('/', '-')}-${manifest.version}.tgz`);
    if (shared === undefined || !existsSync(file)) {
      await run('npx', [...pnpm, 'pack', '--pack-destination', folder], {
        cwd,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
    tarballs.set(manifest.name, file);
  }
  return tarballs;
}

/**
 * Makes a project that depends on the tarballs and on more packages, and installs it.
 *
 * @param folder where to; made if it is not there.
 * @param tarballs from `packAll`.
 * @param manifest `package.json` without what the tarballs add.
 */
export async function installProject(folder, tarballs, manifest) {
  await mkdir(folder, { recursive: true });
  const local = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]));
  const full = {
    private: true,
    ...manifest,
    dependencies: { ...local, ...manifest.dependencies },
    pnpm: { overrides: local },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(full, undefined, 2));
  await runOnline('npx', [...pnpm, 'install', '--prefer-offline', '--ignore-workspace'], { cwd: folder });
}

/** The same with npm, which refuses peers whose ranges do not fit, and with no more of the tarballs than the manifest needs. */
export async function installByNpm(folder, tarballs, manifest) {
  await mkdir(folder, { recursive: true });
  const needed = new Set(Object.keys(manifest.dependencies).filter((name) => tarballs.has(name)));
  for (const name of needed) {
    const { dependencies = {} } = await packedManifest(name);
    for (const inner of Object.keys(dependencies)) if (tarballs.has(inner)) needed.add(inner);
  }
  const local = Object.fromEntries([...needed].map((name) => [name, `file:${tarballs.get(name)}`]));
  const full = { private: true, ...manifest, dependencies: { ...manifest.dependencies, ...local } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(full, undefined, 2));
  await runOnline('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

async function packedManifest(name) {
  const file = join(root, 'packages', name.replace('@userspan/', ''), 'package.json');
  return JSON.parse(await readFile(file, 'utf8'));
}
