import { cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCommand, spawnCollector, type SpawnedCollector } from '../testing/spawn-collector.ts';

let dir: string;
beforeAll(async () => {
  await buildCommand();
  dir = await realpath(await mkdtemp(join(tmpdir(), 'userspan-start-line-')));
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

test("prints the platform's folder, or an earlier version's folder in the current directory, without --data", async () => {
  const home = join(dir, 'home');
  const start = (cwd: string): Promise<SpawnedCollector> =>
    spawnCollector(['--log-level', 'error'], { HOME: home, XDG_DATA_HOME: '' }, cwd);
  const first = await start(dir);
  const conventional = await realpath(
    join(
      home,
      ...(process.platform === 'darwin' ? ['Library', 'Application Support'] : ['.local', 'share']),
      'userspan',
    ),
  );
  expect(first.dataFolder).toBe(conventional);
  expect(await first.stop('SIGTERM')).toBe(0);
  const work = join(dir, 'work');
  await mkdir(work);
  await cp(join(conventional, 'log'), join(work, '.userspan', 'log'), { recursive: true });
  const second = await start(work);
  expect(second.dataFolder).toMatch(
    /work\/\.userspan \(found in the current directory; there is another one with data at .*userspan, which is not used\. /,
  );
  expect(await second.stop('SIGTERM')).toBe(0);
});
