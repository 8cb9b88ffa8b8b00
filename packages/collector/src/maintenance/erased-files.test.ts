import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeOldFiles } from '../storage/engine/old-files.ts';
import { openStoreRoom, type StoreRoom } from '../testing/store-room.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import { waitFor } from '../testing/wait-for.ts';

let room: StoreRoom;
beforeAll(async () => {
  room = await openStoreRoom('chdb');
}, 60_000);
afterAll(() => room.close());

/** The files below a folder that hold one of these texts, in bytes or in hex digits. */
async function filesWith(dir: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      const isHit = texts.some(
        (text) => bytes.includes(text) || bytes.includes(Buffer.from(text).toString('hex')),
      );
      if (isHit) {
        found.push(path);
      }
    }
  }
  return found;
}

test(
  'nothing of an erased user is left in any file, mutations and old parts included',
  { timeout: 60_000 },
  async () => {
    const texts = ['zq81-user', 'zq82@mail.example', 'zq84-thread', 'zq86-name'];
    const [id = '', email = '', thread = '', name = ''] = texts;
    const attributes = {
      ...call(),
      ...user(id),
      'user.email': email,
      'user.name': name,
      'session.id': thread,
    };
    await room.pipeline.write(
      batch({ id: 1, attributes }, { id: 2, trace: 2, attributes: { ...call(), ...user('other') } }),
    );
    expect(await filesWith(room.directory, texts)).not.toEqual([]);
    const { status, body } = await room.send('DELETE', `/api/users/${id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { deleted: { calls: 1, spans: 1 } } });
    const at = Date.parse(String(body['at']));
    expect(Date.parse(String(body['filesRemovedBy'])) - at).toBe(90_000);
    const isMutation = (path: string): boolean => /mutation_\d+\.txt$/.test(path);
    expect((await filesWith(room.directory, texts)).filter(isMutation)).toEqual([]);
    // The time that the engine keeps old files for is not to be waited for here.
    const tables = await room.store.query<{ table: string }>(
      'SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND NOT active',
    );
    expect(tables).not.toEqual([]);
    for (const { table } of tables) {
      await room.store.execute(`ALTER TABLE ${table} MODIFY SETTING old_parts_lifetime = 0`);
    }
    await waitFor(
      async () => {
        for (const { table } of tables) {
          await room.store.execute(`ALTER TABLE ${table} DROP PARTITION ID 'none'`);
        }
        return filesWith(room.directory, texts);
      },
      ({ length }) => length === 0,
    );
    await removeOldFiles(room.store);
    expect(await room.get(`/api/users/other`)).toMatchObject({ id: 'other' });
  },
);

const isRoot = process.getuid?.() === 0;
if (!isRoot) {
  console.warn('skipped: a full disk needs root, to mount a small file system');
}

test.runIf(isRoot)(
  'an erasure on a full disk says so and changes nothing; it works once there is room',
  { timeout: 60_000 },
  async () => {
    await room.pipeline.write(batch({ id: 5, trace: 5, attributes: { ...call(), ...user('full') } }));
    const plans = join(room.directory, 'one', 'plans');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', plans], { stdio: 'ignore' });
    } catch {
      console.warn('skipped: this machine lets nobody mount a file system');
      return;
    }
    try {
      await expect(writeFile(join(plans, 'filler'), Buffer.alloc(1 << 17))).rejects.toThrow('ENOSPC');
      const { status, body } = await room.send('DELETE', '/api/users/full');
      expect({ status, text: JSON.stringify(body) }).toEqual({
        status: 500,
        text: expect.stringContaining('ENOSPC'),
      });
      expect(await room.get('/api/users/full')).toMatchObject({ id: 'full', calls: 1 });
    } finally {
      execFileSync('umount', [plans]);
    }
    const { status, body } = await room.send('DELETE', '/api/users/full');
    expect({ status, body }).toMatchObject({ status: 200, body: { deleted: { calls: 1 } } });
  },
);
