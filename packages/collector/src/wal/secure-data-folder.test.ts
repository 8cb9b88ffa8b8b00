import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secureDataFolder } from './secure-data-folder.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-modes-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('sets mode 0700 on folders and 0600 on files, and does not change targets of links', async () => {
  const data = join(dir, 'data');
  const elsewhere = join(dir, 'elsewhere');
  await mkdir(join(data, 'store', 'part'), { recursive: true });
  await writeFile(join(data, 'store', 'part', 'data.bin'), 'x');
  await writeFile(elsewhere, 'x', { mode: 0o644 });
  await symlink(elsewhere, join(data, 'link'));
  await chmod(data, 0o755);
  await chmod(join(data, 'store', 'part', 'data.bin'), 0o666);
  expect(await secureDataFolder(data)).toEqual([]);
  const modes = await Promise.all(
    [data, join(data, 'store'), join(data, 'store/part'), join(data, 'store/part/data.bin'), elsewhere].map(
      mode,
    ),
  );
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o600, 0o644]);
});

test('follows a folder that is a link', async () => {
  await mkdir(join(dir, 'real'), { mode: 0o755 });
  await writeFile(join(dir, 'real', 'file'), 'x', { mode: 0o644 });
  await symlink(join(dir, 'real'), join(dir, 'data'));
  await secureDataFolder(join(dir, 'data'));
  expect([await mode(join(dir, 'real')), await mode(join(dir, 'real', 'file'))]).toEqual([0o700, 0o600]);
});

test('creates parent folders, and leaves nothing else', async () => {
  await secureDataFolder(join(dir, 'a', 'b', 'c'));
  expect(await readdir(join(dir, 'a', 'b', 'c'))).toEqual([]);
});

test.each([
  ['a path below a file', 'file/data'],
  ['a file in place of a folder', 'file'],
])('reports a path that is not writable: %s', async (_name, path) => {
  await writeFile(join(dir, 'file'), 'x');
  await expect(secureDataFolder(join(dir, path))).rejects.toThrow(`${join(dir, path)} is not (E`);
});

test.skipIf(platform() !== 'linux')('reports a path below /proc without hanging', async () => {
  await expect(secureDataFolder('/proc/userspan/data')).rejects.toThrow('--data must be a folder');
});
