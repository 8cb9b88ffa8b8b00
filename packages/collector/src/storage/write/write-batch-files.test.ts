import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WriteBatch } from './write-batch.ts';
import { WriteBatchFiles } from './write-batch-files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-batches-'));
});
afterEach(() => rm(dir, { recursive: true }));

const BATCH: WriteBatch = {
  id: 'one',
  inserts: [
    { table: 'spans', columns: ['project'], format: 'Native', token: 'one-spans', body: Buffer.from('p\n') },
  ],
  mutations: [{ sql: 'ALTER TABLE spans DELETE WHERE project = {p:String}', parameters: { p: 'x' } }],
  calls: [],
};

test('reads a complete batch unchanged', async () => {
  await new WriteBatchFiles(dir).write(BATCH);
  expect(await new WriteBatchFiles(dir).unfinished()).toEqual({
    found: [{ number: 1, batch: BATCH }],
    isDamaged: false,
  });
});

test('reads tab-separated rows from a file of format 1', async () => {
  const body = Buffer.from('p\n');
  const inserts = [{ table: 'spans', columns: ['project'], token: 'one-spans', bytes: body.length }];
  const header = { format: 1, id: 'one', inserts, mutations: BATCH.mutations, crc32: crc32(body) };
  const whole = { ...header, headerCrc32: crc32(JSON.stringify(header)) };
  await writeFile(join(dir, '0000000000000001.plan'), `${JSON.stringify(whole)}\np\n`);
  const batch = { ...BATCH, inserts: [{ ...BATCH.inserts[0], format: 'TabSeparated' }] };
  expect(await new WriteBatchFiles(dir).unfinished()).toEqual({
    found: [{ number: 1, batch }],
    isDamaged: false,
  });
});

test('reports a truncated file or one with a flipped bit by its name, and removes it', async () => {
  await new WriteBatchFiles(dir).write(BATCH);
  const path = join(dir, (await readdir(dir))[0] ?? '');
  const bytes = await readFile(path);
  const damage = async (change: () => Promise<unknown>): Promise<void> => {
    await writeFile(path, bytes);
    await change();
    const damaged: string[] = [];
    const files = new WriteBatchFiles(dir, (each) => damaged.push(each));
    const found = await files.unfinished().catch((error: unknown) => String(error));
    if (typeof found === 'string') {
      // The damaged byte is the version of the format, so it looks like a later version.
      expect(found).toContain(`${path} has format`);
      return;
    }
    expect({ ...found, damaged }).toEqual({ found: [], isDamaged: true, damaged: [path] });
    expect(await readdir(dir)).toEqual([]);
  };
  for (let at = 0; at < bytes.length; at += 7) {
    await damage(() => writeFile(path, Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 4 : byte)))));
    await damage(() => writeFile(path, bytes.subarray(0, at)));
  }
  await damage(() => truncate(path, bytes.length - 1));
});
