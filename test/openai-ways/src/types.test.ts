import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const packages = join(folder, '../../packages');
const tsc = join(folder, '../../node_modules/.bin/tsc');
const flags =
  '--ignoreConfig --noEmit --strict --target es2023 --module nodenext --skipLibCheck --allowImportingTsExtensions';

const all = ['call-options.ts', 'pictures.ts'];

test.each<[name: string, library: string | undefined, sources: readonly string[]]>([
  ['openai 4', 'openai4', ['call-options.ts']],
  ['openai 5', 'openai5', all],
  ['openai 6', 'openai6', all],
  ['openai 7', 'openai7', [...all, 'jobs.ts']],
  ['no openai', undefined, ['without-openai.ts']],
])(
  'all call options compile with %s, as ESM and as CommonJS',
  { timeout: 60_000 },
  async (_name, library, sources) => {
    expect(await complaintsOf(sources, library)).toBe('');
  },
);

/** The compiler's output. Our sources are beside the library, like installed ones, so that TypeScript finds it. */
async function complaintsOf(sources: readonly string[], library: string | undefined): Promise<string> {
  const app = await mkdtemp(join(folder, 'node_modules/.types-'));
  try {
    await mkdir(join(app, 'node_modules/@userspan'), { recursive: true });
    for (const name of ['openai', 'core', 'pricing']) {
      const to = join(app, 'node_modules/@userspan', name);
      await cp(join(packages, name, 'src'), join(to, 'src'), {
        recursive: true,
        filter: (path) => !/\.(?:test|bench)\.ts$/.test(path),
      });
      await copyFile(join(packages, name, 'package.json'), join(to, 'package.json'));
    }
    if (library !== undefined) {
      await symlink(join(folder, 'node_modules', library), join(app, 'node_modules/openai'));
    }
    const files: string[] = [];
    for (const source of sources) {
      for (const file of [source.replace('.ts', '.mts'), source.replace('.ts', '.cts')]) {
        await copyFile(join(folder, 'types', source), join(app, file));
        files.push(file);
      }
    }
    const args = [...flags.split(' '), '--types', 'node', '--customConditions', '@userspan/source', ...files];
    return await promisify(execFile)(tsc, args, { cwd: app }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  } finally {
    await rm(app, { recursive: true, force: true });
  }
}
