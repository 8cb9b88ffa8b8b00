import { cp, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';
import { StoreIntegrity } from './store-integrity.ts';

let root: string;
let whole: string;
let spansDirectory: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'userspan-integrity-'));
  whole = join(root, 'whole');
  const store = await openStore({ directory: join(whole, 'store') });
  await store.execute("INSERT INTO spans (project, start_ns) SELECT 'p', number FROM numbers(1000)");
  await new StoreIntegrity(store, whole).remember();
  const [part] = await store.query<{ path: string }>(
    "SELECT path FROM system.parts WHERE active AND table = 'spans'",
  );
  spansDirectory = part?.path.slice(part.path.indexOf(whole) + whole.length) ?? '';
  await store.close();
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
/** A copy of the store that was damaged, opened. */
async function openDamaged(
  damage: (data: string) => Promise<unknown>,
): Promise<{ store: Store; integrity: StoreIntegrity }> {
  count += 1;
  const data = join(root, `copy-${count}`);
  await cp(whole, data, { recursive: true, verbatimSymlinks: true });
  await damage(data);
  let integrity: StoreIntegrity | undefined;
  const store = await openStore({
    directory: join(data, 'store'),
    inspect: async (opened) => {
      integrity = new StoreIntegrity(opened, data);
      await integrity.open();
    },
  });
  if (integrity === undefined) {
    throw new Error('the store was not inspected');
  }
  return { store, integrity };
}

const inSpans =
  (file: string, damage: (path: string) => Promise<unknown>) =>
  (data: string): Promise<unknown> =>
    damage(join(data, spansDirectory, file));

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  await writeFile(path, bytes);
}

/** The largest file of the part: its data. */
async function dataFile(data: string): Promise<string> {
  const names = await readdir(join(data, spansDirectory));
  return join(data, spansDirectory, names.find((name) => name.endsWith('.bin')) ?? '');
}

describe('rows that are lost are named, and the store opens with what is left', { timeout: 60_000 }, () => {
  const cases: readonly (readonly [string, (data: string) => Promise<unknown>])[] = [
    ['data deleted', async (data) => unlink(await dataFile(data))],
    ['data emptied', async (data) => truncate(await dataFile(data), 0)],
    ['data cut', async (data) => truncate(await dataFile(data), 50)],
    ['checksums emptied', inSpans('checksums.txt', (path) => truncate(path, 0))],
    ['the whole part deleted', inSpans('', (path) => rm(path, { recursive: true }))],
  ];
  test.each(cases)('%s', async (_name, damage) => {
    const { store, integrity } = await openDamaged(damage);
    expect(integrity.health).toEqual({
      state: 'damaged',
      message: expect.stringMatching(/spans.* backup/),
    });
    await store.close();
  });
});

test('a flipped bit is found by reading against the checksums', { timeout: 60_000 }, async () => {
  const { store, integrity } = await openDamaged(async (data) => flip(await dataFile(data)));
  expect(integrity.health).toEqual({ state: 'ok' });
  await integrity.check();
  expect(integrity.health).toMatchObject({ state: 'damaged', message: expect.stringContaining('of spans') });
  await store.close();
});

test('a whole store is whole, also after its parts were merged', { timeout: 60_000 }, async () => {
  const { store, integrity } = await openDamaged(async () => undefined);
  await integrity.check();
  await store.execute("INSERT INTO spans (project, start_ns) SELECT 'p', number FROM numbers(10)");
  await store.execute('OPTIMIZE TABLE spans FINAL');
  await integrity.open();
  expect(integrity.health).toEqual({ state: 'ok' });
  await store.close();
});

describe('a table that is lost refuses to open, with its file and what to do', { timeout: 60_000 }, () => {
  const cases: readonly (readonly [string, (data: string) => Promise<unknown>, RegExp])[] = [
    [
      'one definition deleted',
      (data) => unlink(join(data, 'store', 'metadata', 'userspan', 'spans.sql')),
      /spans\.sql.*backup/,
    ],
    [
      'the definition of the database deleted',
      (data) => unlink(join(data, 'store', 'metadata', 'userspan.sql')),
      /lost \d+ of its \d+ tables.*backup/,
    ],
    ['the folder deleted', (data) => rm(join(data, 'store'), { recursive: true }), /lost.*backup/],
    [
      'one definition emptied',
      (data) => truncate(join(data, 'store', 'metadata', 'userspan', 'spans.sql'), 0),
      /does not open.*backup/,
    ],
  ];
  test.each(cases)('%s', async (_name, damage, message) => {
    await expect(openDamaged(damage)).rejects.toThrow(message);
  });
});
