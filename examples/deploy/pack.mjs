// Packs the collector and the packages that it depends on into a folder, for the Dockerfile:
// `node examples/deploy/pack.mjs FOLDER`.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [folder = '/tarballs'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const name of ['core', 'pricing', 'ledger', 'collector']) {
  const cwd = fileURLToPath(new URL(`../../packages/${name}`, import.meta.url));
  execFileSync('pnpm', ['pack', '--pack-destination', folder], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
