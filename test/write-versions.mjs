// Writes the version of each package into its `version.ts`, the version of its instrumentation scope. Part of a release.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './steps.mjs';

const packages = join(root, 'packages');
for (const file of await readdir(packages, { recursive: true })) {
  if (!/^[^/]+\/src\/(?:[^/]+\/)?version\.ts$/.test(file)) continue;
  const [folder] = file.split('/');
  const { version } = JSON.parse(await readFile(join(packages, folder, 'package.json'), 'utf8'));
  const path = join(packages, file);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/VERSION = '[^']*'/, `VERSION = '${version}'`));
}
