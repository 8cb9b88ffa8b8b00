import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { StoreIntegrity } from './store-integrity.ts';

let root: string;
let whole: string;
let spansDirectory: string;
let changesDirectory: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'userspan-integrity-'));
  whole = join(root, 'whole');
  const store = await openStore({ directory: join(whole, 'store') });
  await store.execute(
    "INSERT INTO spans (project, span_id, start_ns) SELECT 'p', number, number FROM numbers(1000)",
  );
  await store.execute("INSERT INTO usage_changes (project) SELECT 'p'");
  const integrity = new StoreIntegrity(whole);
  await integrity.open(store);
  await integrity.remember();
  const [changes] = await store.query<{ path: string }>(
    "SELECT path FROM system.parts WHERE active AND table = 'usage_changes'",
  );
  changesDirectory = changes?.path.slice(changes.path.indexOf(whole) + whole.length) ?? '';
  const [part] = await store.query<{ path: string }>(
    "SELECT path FROM system.parts WHERE active AND table = 'spans'",
  );
  spansDirectory = part?.path.slice(part.path.indexOf(whole) + whole.length) ?? '';
  await store.close();
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
let open: Store | undefined;
afterEach(() => open?.close());
/** Opens a damaged copy of the store. */
async function openDamaged(
  damage: (data: string) => Promise<unknown>,
): Promise<{ store: Store; integrity: StoreIntegrity; restored: readonly string[] }> {
  count += 1;
  const data = join(root, `copy-${count}`);
  await cp(whole, data, { recursive: true, verbatimSymlinks: true });
  await damage(data);
  const integrity = new StoreIntegrity(data);
  const restored = await integrity.restoreFiles();
  const store = await openStore({
    directory: join(data, 'store'),
    inspect: (opened) => integrity.open(opened),
  });
  open = store;
  return { store, integrity, restored };
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

/** The largest file of the part, which contains its data. */
async function dataFile(data: string): Promise<string> {
  const names = await readdir(join(data, spansDirectory));
  return join(data, spansDirectory, names.find((name) => name.endsWith('.bin')) ?? '');
}

describe('reports lost rows, and opens the store with the rest', { timeout: 60_000 }, () => {
  const cases: readonly (readonly [string, (data: string) => Promise<unknown>])[] = [
    ['data deleted', async (data) => unlink(await dataFile(data))],
    ['data emptied', async (data) => truncate(await dataFile(data), 0)],
    ['data cut', async (data) => truncate(await dataFile(data), 50)],
    ['checksums emptied', inSpans('checksums.txt', (path) => truncate(path, 0))],
    ['a deleted part', inSpans('', (path) => rm(path, { recursive: true }))],
  ];
  test.each(cases)('%s', async (_name, damage) => {
    const { integrity } = await openDamaged(damage);
    expect(integrity.health).toEqual({
      state: 'damaged',
      message: expect.stringMatching(/spans.* backup/),
    });
  });
});

test(
  'does not report changes of usage that expired while the collector was stopped',
  { timeout: 60_000 },
  async () => {
    const { integrity } = await openDamaged((data) => rm(join(data, changesDirectory), { recursive: true }));
    expect(integrity.health).toEqual({ state: 'ok' });
  },
);

test('finds a flipped bit by verifying checksums', { timeout: 60_000 }, async () => {
  const { integrity } = await openDamaged(async (data) => flip(await dataFile(data)));
  expect(integrity.health).toEqual({ state: 'ok' });
  await integrity.check();
  expect(integrity.health).toMatchObject({ state: 'damaged', message: expect.stringContaining('of spans') });
});

test('reports an intact store as intact, also after merges', { timeout: 60_000 }, async () => {
  const { store, integrity } = await openDamaged(async () => undefined);
  await integrity.check();
  await store.execute("INSERT INTO spans (project, start_ns) SELECT 'p', number FROM numbers(10)");
  await store.execute('OPTIMIZE TABLE spans FINAL');
  await integrity.open(store);
  expect(integrity.health).toEqual({ state: 'ok' });
});

describe('small files of a part, which the engine does not verify', { timeout: 60_000 }, () => {
  const damages: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['deleted', unlink],
    ['emptied', (path) => truncate(path, 0)],
    ['with a flipped bit', flip],
  ];
  test.each(damages)('are restored if they are the smallest ones: %s', async (_name, damage) => {
    const files = ['count.txt', 'minmax_received.idx', 'partition.dat'];
    const { store, integrity, restored } = await openDamaged(async (data) => {
      for (const file of files) await inSpans(file, damage)(data);
    });
    expect(restored.map((path) => basename(path))).toEqual(expect.arrayContaining(files));
    expect(integrity.health).toEqual({ state: 'ok' });
    expect(await store.query('SELECT count() AS n, max(start_ns) AS last FROM spans')).toEqual([
      { n: '1000', last: '999' },
    ]);
  });

  test.each(['columns.txt', 'serialization.json', 'checksums.txt'])('are reported: %s', async (file) => {
    const { integrity, restored } = await openDamaged(inSpans(file, flip));
    expect(restored).toEqual([]);
    expect(integrity.health).toEqual({
      state: 'damaged',
      message: expect.stringContaining(`/${file}, a file of`),
    });
  });

  test('are not checked with a damaged inventory', async () => {
    const { integrity, restored } = await openDamaged(async (data) => {
      const path = join(data, 'store.json');
      // A wrong number of rows, as after a flipped bit.
      const list = (await readFile(path, 'utf8')).replace(
        '"count.txt":"=MTAwMA=="',
        '"count.txt":"=MTAwMQ=="',
      );
      expect(list).toContain('=MTAwMQ==');
      await writeFile(path, list);
    });
    expect(restored).toEqual([]);
    expect(integrity.health).toEqual({ state: 'ok' });
  });
});

describe('definitions of tables', { timeout: 60_000 }, () => {
  const files = ['userspan.sql', join('userspan', 'spans.sql')].map((name) =>
    join('store', 'metadata', name),
  );
  const damages: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['deleted', unlink],
    ['emptied', (path) => truncate(path, 0)],
    ['with a flipped bit', flip],
  ];
  test.each(damages)('are restored: %s', async (_name, damage) => {
    const { store, integrity, restored } = await openDamaged(async (data) => {
      for (const file of files) await damage(join(data, file));
    });
    expect(new Set(restored.map((path) => basename(path)))).toEqual(new Set(['spans.sql', 'userspan.sql']));
    expect(integrity.health).toEqual({ state: 'ok' });
    expect(await store.query('SELECT count() AS n FROM spans')).toEqual([{ n: '1000' }]);
  });

  test('are not restored if a migration was about to change them', async () => {
    const { restored } = await openDamaged(async (data) => {
      const migrating = new StoreIntegrity(data);
      await migrating.restoreFiles();
      await migrating.forgetDefinitions();
      const path = join(data, 'store', 'metadata', 'userspan', 'spans.sql');
      await writeFile(
        path,
        (await readFile(path, 'utf8')).replace('old_parts_lifetime = 60', 'old_parts_lifetime = 61'),
      );
    });
    expect(restored).toEqual([]);
  });

  const spansFile = (data: string): string => join(data, 'store', 'metadata', 'userspan', 'spans.sql');
  // Like the engine on a full disk, which continues with an empty file.
  const emptied: readonly (readonly [string, (data: string) => Promise<unknown>])[] = [
    [
      'in the middle of a migration',
      async (data) => {
        const migrating = new StoreIntegrity(data);
        await migrating.restoreFiles();
        await migrating.forgetDefinitions();
        await truncate(spansFile(data), 0);
      },
    ],
    [
      'before the list is rewritten',
      async (data) => {
        const running = new StoreIntegrity(data);
        await running.restoreFiles();
        const store = await openStore({
          directory: join(data, 'store'),
          inspect: (opened) => running.open(opened),
        });
        await truncate(spansFile(data), 0);
        await store.execute("INSERT INTO spans (project, span_id, start_ns) SELECT 'p', 5000, 5000");
        await running.remember();
        await store.close();
      },
    ],
  ];
  test.each(emptied)('are restored if they are empty: %s', async (name, damage) => {
    const { store, restored } = await openDamaged(damage);
    expect(restored.map((path) => basename(path))).toEqual(['spans.sql']);
    const n = name.startsWith('before') ? '1001' : '1000';
    expect(await store.query('SELECT count() AS n FROM spans')).toEqual([{ n }]);
  });

  test('are not written at a start without changes', async () => {
    let before = 0;
    const path = (data: string): string => join(data, 'store', 'metadata', 'userspan', 'migrations.sql');
    let where = '';
    await openDamaged(async (data) => {
      where = path(data);
      before = (await stat(where)).mtimeMs;
    });
    expect((await stat(where)).mtimeMs).toBe(before);
  });

  test('refuses to open a store with missing folders, with the files and a remedy', async () => {
    await expect(openDamaged((data) => rm(join(data, 'store'), { recursive: true }))).rejects.toThrow(
      /lost \d+ of its \d+ tables: .*\.sql.* backup/,
    );
  });
});
