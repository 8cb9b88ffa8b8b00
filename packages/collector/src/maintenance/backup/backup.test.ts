import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChdb } from '../../storage/engine/chdb-store.ts';
import { readDifferences } from '../../storage/read/rollups/differences.ts';
import { CALL, post, requestOf, span } from '../../testing/otlp-spans.ts';
import { backUpClosedFolder } from './back-up.ts';
import { checkRestored, restoreBackup } from './restore.ts';
import { buildCommand, spawnCollector, type SpawnedCollector } from '../../testing/spawn-collector.ts';
import { waitFor } from '../../testing/wait-for.ts';

const COMMAND = fileURLToPath(new URL('../../../dist/cli/userspan.cjs', import.meta.url));
const CALLS_PER_REQUEST = 20;
const CONNECTIONS = 3;
/** Limits the number of requests that are sent during a backup on a slow machine. */
const PAUSE_MS = 100;

/** A request with the calls of one user, and the times at which it was sent and acknowledged. */
interface Sent {
  readonly user: string;
  readonly sentAtMs: number;
  readonly acknowledgedAtMs: number;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let dir: string;
beforeAll(async () => {
  await buildCommand();
  dir = await mkdtemp(join(tmpdir(), 'userspan-backup-'));
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

function userspan(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(execPath, [COMMAND, ...args], { env: { PATH: '/usr/bin:/bin' } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const start = (data: string): Promise<SpawnedCollector> =>
  spawnCollector([
    '--data',
    join(dir, data),
    '--log-level',
    'error',
    '--grpc-port',
    'off',
    '--batch-linger',
    '50',
  ]);

async function send(url: string, number: number): Promise<boolean> {
  const spans = Array.from({ length: CALLS_PER_REQUEST }, (_, i) =>
    span(number, number * CALLS_PER_REQUEST + i, { ...CALL, 'user.id': `u${number}` }),
  );
  const response = await post(url, requestOf(spans)).catch(() => undefined);
  return response?.status === 200;
}

/** Sends requests over several connections until `isEnough` returns true. */
async function sendUnderLoad(url: string, sent: Sent[], isEnough: () => boolean): Promise<void> {
  let number = 0;
  const connection = async (): Promise<void> => {
    while (!isEnough()) {
      number += 1;
      const user = `u${number}`;
      const sentAtMs = Date.now();
      expect(await send(url, number)).toBe(true);
      sent.push({ user, sentAtMs, acknowledgedAtMs: Date.now() });
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

/** Number of calls of each user when the store has all spans. */
async function usersOf({ url }: SpawnedCollector): Promise<Map<string, number>> {
  const lag = async (): Promise<number> =>
    ((await (await fetch(`${url}/healthz`)).json()) as { store: { lagBytes: number } }).store.lagBytes;
  await waitFor(lag, (bytes) => bytes === 0, 60_000);
  const { data } = (await (await fetch(`${url}/api/users?limit=500`)).json()) as {
    data: { id: string; calls: number }[];
  };
  return new Map(data.map(({ id, calls }) => [id, calls]));
}

const each = (users: Iterable<string>): Map<string, number> =>
  new Map([...users].sort().map((user) => [user, CALLS_PER_REQUEST]));
const sorted = (users: Map<string, number>): Map<string, number> =>
  new Map([...users].sort(([a], [b]) => (a < b ? -1 : 1)));

test('a backup under load contains everything acknowledged before it once, and spans that are sent again count once', async () => {
  const sent: Sent[] = [];
  const original = await start('original');
  let momentMs = Number.POSITIVE_INFINITY;
  const isEnough = (): boolean => sent.filter(({ sentAtMs }) => sentAtMs > momentMs).length >= 4;
  const loading = sendUnderLoad(original.url, sent, isEnough);
  await waitFor(
    async () => sent.length,
    (length) => length >= 12,
  );
  const taken = await userspan('backup', join(dir, 'backup'), '--data', join(dir, 'original'));
  expect(taken).toMatchObject({ code: 0, err: '' });
  const moment = /It holds everything that was acknowledged before (\S+)\.\n/.exec(taken.out)?.[1] ?? '';
  momentMs = Date.parse(moment);
  await loading;
  expect(await original.stop('SIGKILL')).toBe(null);
  expect(await readdir(join(dir, 'original'))).not.toContain('snapshot');

  const restored = await userspan('restore', join(dir, 'backup'), '--data', join(dir, 'restored'));
  expect(restored).toMatchObject({ code: 0, err: '', out: expect.stringContaining(moment) });
  const collector = await start('restored');
  const found = await usersOf(collector);
  // A request that was in flight is completely in the backup, or not at all.
  const before = sent.filter(({ acknowledgedAtMs }) => acknowledgedAtMs < momentMs).map(({ user }) => user);
  const inFlight = sent
    .filter(({ sentAtMs, acknowledgedAtMs }) => sentAtMs <= momentMs && acknowledgedAtMs >= momentMs)
    .map(({ user }) => user);
  expect(before.length).toBeGreaterThanOrEqual(12);
  expect(sorted(found)).toEqual(each([...before, ...inFlight.filter((user) => found.has(user))]));

  // A forwarder sends all old and new requests again.
  const again = await Promise.all(sent.map(({ user }) => send(collector.url, Number(user.slice(1)))));
  expect(again).not.toContain(false);
  expect(sorted(await usersOf(collector))).toEqual(each(sent.map(({ user }) => user)));
  expect(await collector.stop('SIGTERM')).toBe(0);
  // The same for a folder that no collector uses.
  await backUpClosedFolder(join(dir, 'restored'), join(dir, 'cold'), '0');
  await restoreBackup(join(dir, 'cold'), join(dir, 'from-cold'));
  const store = await openChdb({ directory: join(dir, 'from-cold', 'store') });
  try {
    expect(await readDifferences(store, { project: 'default' })).toEqual([]);
    const calls = await store.query<{ user_id: string; n: number }>(
      'SELECT user_id, toInt32(count()) AS n FROM calls FINAL GROUP BY user_id',
    );
    expect(sorted(new Map(calls.map(({ user_id: user, n }) => [user, n])))).toEqual(
      each(sent.map(({ user }) => user)),
    );
  } finally {
    await store.close();
  }
}, 180_000);

test('backup files are readable only by the owner, and contain no sessions', async () => {
  const names = await readdir(join(dir, 'backup'));
  expect(names).toEqual(
    expect.arrayContaining(['backup.json', 'log', 'plans', 'secrets.key', 'store', 'store.json']),
  );
  expect(names).not.toContain('sessions.json');
  for (const name of ['', 'log', 'backup.json', 'secrets.key']) {
    expect((await stat(join(dir, 'backup', name))).mode & 0o077).toBe(0);
  }
});

const edit = async (path: string, change: (manifest: Record<string, unknown>) => void): Promise<void> => {
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
};

test.each([
  ['a changed file', 'secrets.key', (path: string) => writeFile(path, 'x'), 'does not match its checksum'],
  ['a missing file', 'secrets.key', (path: string) => rm(path), 'cannot be read'],
  ['a truncated list of files', 'backup.json', (path: string) => truncate(path, 100), 'is damaged'],
  [
    'a missing list of files',
    'backup.json',
    (path: string) => rm(path),
    'is not a backup, or the backup was not finished',
  ],
  [
    'a list with a path outside of the folder',
    'backup.json',
    (path: string) =>
      edit(path, (manifest) => (manifest['files'] = [{ path: '../x', bytes: 0, sha256: '' }])),
    'is damaged',
  ],
  [
    'a later format',
    'backup.json',
    (path: string) => edit(path, (manifest) => (manifest['format'] = 2)),
    'has format 2, written by a newer userspan; this one reads formats up to 1',
  ],
])('restore rejects a backup with %s', async (name, file, damage, message) => {
  const folder = join(dir, name.replaceAll(' ', '-'));
  await cp(join(dir, 'backup'), folder, { recursive: true });
  await damage(join(folder, file));
  const refused = restoreBackup(folder, `${folder}-data`);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toThrow(file);
  if (file !== 'backup.json') {
    // A part was restored, so no collector may start with this folder.
    await expect(checkRestored(`${folder}-data`)).rejects.toThrow('was not finished: empty the folder');
  }
});

test.each([
  ['a backup of a folder that is not a data folder', 'b', 'nothing', 'is not the data folder of a collector'],
  ['a backup over a backup', 'backup', 'restored', 'is not empty'],
  ['a backup into its own data folder', 'restored/b', 'restored', 'must be outside of the data folder'],
])('rejects %s', async (_name, folder, data, message) => {
  await expect(backUpClosedFolder(join(dir, data), join(dir, folder), '0')).rejects.toThrow(message);
});

test.each([
  ['a restore over a data folder', 'backup', 'original', 'is not empty'],
  ['a restore into the backup', 'backup', 'backup/d', 'must be outside of the backup'],
  ['a restore of a data folder', 'original', 'd', 'has no readable backup.json'],
])('rejects %s', async (_name, folder, data, message) => {
  await expect(restoreBackup(join(dir, folder), join(dir, data))).rejects.toThrow(message);
});
