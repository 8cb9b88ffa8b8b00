import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { buildCommand, runCommand, spawnCollector } from '../testing/spawn-collector.ts';

let dir: string;
beforeAll(async () => {
  await buildCommand();
  dir = await mkdtemp(join(tmpdir(), 'userspan-full-'));
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

test('a start on a full disk says what to do, and works when there is space', async ({ skip }) => {
  const disk = await mkdtemp(join(dir, 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('mounting a file system needs root');
  }
  try {
    const args = ['--grpc-port', 'off', '--data', join(disk, 'data')];
    const filler = join(disk, 'filler');
    await expect(writeFile(filler, Buffer.alloc(40 << 20))).rejects.toThrow('ENOSPC');
    const { code, err } = await runCommand(['--port', '0', ...args], {}, dir);
    expect({ code, lines: err.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
    expect(err).toMatch(/^userspan: .*disk.* full.*free some space, and start again/i);
    await rm(filler);
    expect(await (await spawnCollector(args)).stop('SIGTERM')).toBe(0);
  } finally {
    execFileSync('umount', [disk]);
  }
});
