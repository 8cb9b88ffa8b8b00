import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultDataFolder } from './data-folder.ts';

let home: string;
let cwd: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'userspan-home-'));
  cwd = join(home, 'work');
  mkdirSync(cwd);
});
afterAll(() => rmSync(home, { recursive: true }));

test.each([
  ['Linux', 'linux', {}, ['.local', 'share', 'userspan']],
  ['FreeBSD, as Linux', 'freebsd', {}, ['.local', 'share', 'userspan']],
  ['macOS', 'darwin', {}, ['Library', 'Application Support', 'userspan']],
  [
    'macOS, where XDG is not the convention',
    'darwin',
    { XDG_DATA_HOME: '/x' },
    ['Library', 'Application Support', 'userspan'],
  ],
  ['Windows without its variable', 'win32', {}, ['AppData', 'Local', 'userspan']],
  [
    'a relative XDG_DATA_HOME, which is ignored',
    'linux',
    { XDG_DATA_HOME: 'share' },
    ['.local', 'share', 'userspan'],
  ],
] as const)('%s', (_name, platform, variables, below) => {
  expect(defaultDataFolder({ platform, home, cwd, variables })).toEqual({ path: join(home, ...below) });
});

test('uses XDG_DATA_HOME', () => {
  const variables = { XDG_DATA_HOME: join(home, 'xdg') };
  expect(defaultDataFolder({ platform: 'linux', home, cwd, variables })).toEqual({
    path: join(home, 'xdg', 'userspan'),
  });
});

test('uses a folder .userspan in the current directory if it has data, and says so', () => {
  const place = { platform: 'linux', home, cwd, variables: {} } as const;
  const path = join(home, '.local', 'share', 'userspan');
  const former = join(cwd, '.userspan');
  writeFileSync(former, 'a file of that name');
  expect(defaultDataFolder(place)).toEqual({ path });
  rmSync(former);
  mkdirSync(former);
  expect(defaultDataFolder(place)).toEqual({ path });
  mkdirSync(join(former, 'log'));
  expect(defaultDataFolder(place)).toEqual({
    path: former,
    note: `found in the current directory. To use it from any directory, stop the collector, move it to ${path}, or pass --data`,
  });
  mkdirSync(join(path, 'log'), { recursive: true });
  expect(defaultDataFolder(place).note).toContain(`another one with data at ${path}, which is not used`);
});
