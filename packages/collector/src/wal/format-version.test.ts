import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { WriteBatchFiles } from '../storage/write/write-batch-files.ts';
import { Cursor } from './cursor.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-format-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('rejects a segment of a later format by name, and does not change it', async () => {
  const log = await WriteAheadLog.open({ dir, limitBytes: 1 << 20 });
  await log.append({
    signal: 'traces',
    project: 'default',
    claimed: false,
    receivedAtMs: 1,
    items: 1,
    body: new Uint8Array(8),
  });
  await log.close();
  const name = (await readdir(dir)).find((file) => file.endsWith('.log')) ?? '';
  const bytes = await readFile(join(dir, name));
  bytes.write('USR2', 'latin1');
  await writeFile(join(dir, name), bytes);
  await expect(WriteAheadLog.open({ dir, limitBytes: 1 << 20 })).rejects.toThrow(
    `${join(dir, name)} has format 2, written by a newer userspan`,
  );
  expect(await readFile(join(dir, name))).toEqual(bytes);
});

test('rejects a cursor of a later format by name, and reads one of an early version', async () => {
  const path = join(dir, 'cursor-store');
  const cursor = await Cursor.open(path, 'store', 0);
  await cursor.move(8, 16);
  await cursor.close();
  const withFormat = async (format: number): Promise<void> => {
    const bytes = await readFile(path);
    for (const at of [0, 512]) {
      bytes.writeUInt8(format, at + 28);
      bytes.writeUInt32LE(crc32(bytes.subarray(at + 4, at + 32)), at);
    }
    await writeFile(path, bytes);
  };
  await withFormat(0);
  expect(await Cursor.read(path)).toMatchObject({ position: 8, begun: 16 });
  await withFormat(2);
  await expect(Cursor.read(path)).rejects.toThrow(`${path} has format 2`);
});

test('rejects a write batch of a later format by name, and keeps it', async () => {
  const files = new WriteBatchFiles(dir);
  await files.write({ id: 'b', inserts: [], mutations: [], calls: [] });
  const [name = ''] = await readdir(dir);
  const text = await readFile(join(dir, name), 'utf8');
  await writeFile(join(dir, name), text.replace('"format":2', '"format":3'));
  await expect(new WriteBatchFiles(dir).unfinished()).rejects.toThrow(`${join(dir, name)} has format 3`);
  expect(await readdir(dir)).toEqual([name]);
});
