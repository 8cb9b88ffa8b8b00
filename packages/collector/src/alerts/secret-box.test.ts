import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { storageOf } from '../storage/storage.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { openAlertingCollector, testBox } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { Alerting } from './alerting.ts';
import { ConfigBook } from './config-book.ts';
import { isSealed, openSecretBox, SecretBox } from './secret-box.ts';

const PLACE = { project: 'p', kind: 'secret', id: 'c' };
const SECRET = 'https://hooks.slack.example.com/services/T0/B0/needle-in-the-files';

let collector: AlertingCollector;
beforeAll(async () => {
  collector = await openAlertingCollector();
}, 60_000);
afterAll(() => collector.close(), 60_000);

test('decrypts a secret only in its place, with its key, and unmodified', () => {
  const box = new SecretBox('a'.repeat(32));
  const sealed = box.seal(PLACE, SECRET);
  expect(sealed).not.toContain('needle');
  expect(box.seal(PLACE, SECRET)).not.toBe(sealed);
  expect(box.open(PLACE, sealed)).toBe(SECRET);
  expect(box.open({ ...PLACE, id: 'd' }, sealed)).toBeUndefined();
  expect(new SecretBox('b'.repeat(32)).open(PLACE, sealed)).toBeUndefined();
  const { data } = JSON.parse(sealed) as { data: string };
  for (const at of [0, 20, 30]) {
    const bytes = Buffer.from(data, 'base64');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(
      box.open(PLACE, JSON.stringify({ sealed: 1, key: '', data: bytes.toString('base64') })),
    ).toBeUndefined();
  }
  expect(box.open(PLACE, '{"sealed":1,"key":"","data":""}')).toBeUndefined();
  expect(() => new SecretBox('short')).toThrow(/32 characters or more; got 5/);
});

test('takes the key from an option or a file, or generates it in the data folder with mode 0600', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'userspan-key-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const made = await openSecretBox(folder, {});
  const path = join(folder, 'secrets.key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await chmod(path, 0o644);
  const again = await openSecretBox(folder, {});
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(again.open(PLACE, made.seal(PLACE, SECRET))).toBe(SECRET);
  const keyFile = join(folder, 'mounted');
  await writeFile(keyFile, `${'k'.repeat(40)}\n`);
  const fromFile = await openSecretBox(folder, { keyFile });
  const given = await openSecretBox(folder, { key: 'k'.repeat(40) });
  expect(given.open(PLACE, fromFile.seal(PLACE, SECRET))).toBe(SECRET);
  await expect(openSecretBox(folder, { keyFile: join(folder, 'none') })).rejects.toThrow(/none/);
});

test('stores no secret in clear text, and encrypts secrets of an older version at start', async () => {
  await collector.request('POST', '/api/channels', { id: 'c', type: 'slack', url: SECRET });
  const stored = async (): Promise<string[]> =>
    (
      await collector.store.store.query<{ value: string }>(
        "SELECT value FROM alerting_configs FINAL WHERE kind = 'secret' ORDER BY id",
      )
    ).map(({ value }) => value);
  expect((await stored()).map(isSealed)).toEqual([true]);
  await collector.alerting.writer.write('alerting_configs', [
    {
      cells: [
        'default',
        'channel',
        'old',
        JSON.stringify({
          project: 'default',
          id: 'old',
          name: 'old',
          type: 'slack',
          enabled: true,
          host: 'x',
          to: [],
          from: null,
          digest: null,
          disabledReason: null,
        }),
      ],
    },
    { cells: ['default', 'secret', 'old', JSON.stringify({ url: `${SECRET}-old` })] },
  ]);
  expect((await stored()).map(isSealed)).toEqual([true, false]);
  await collector.alerting.configs.sealOld();
  expect((await stored()).map(isSealed)).toEqual([true, true]);
  expect((await collector.alerting.configs.channel('default', 'old'))?.secrets).toEqual({
    url: `${SECRET}-old`,
  });
  // Replaced rows are removed as well: this reads all rows in the parts.
  const clear = `SELECT toUInt32(count()) AS n FROM alerting_configs WHERE value LIKE '%needle%'`;
  expect(await collector.store.store.query(clear)).toEqual([{ n: 0 }]);

  const other = new ConfigBook(
    storageOf(collector.store.store),
    collector.alerting.writer,
    new SecretBox('another key of 32 characters, or'),
  );
  expect(await other.channel('default', 'c')).toMatchObject({
    secrets: {},
    channel: { disabledReason: expect.stringMatching(/another key.*--secrets-key-file/) as string },
  });
  expect(
    await new ConfigBook(storageOf(collector.store.store), collector.alerting.writer, testBox).channel(
      'default',
      'c',
    ),
  ).toMatchObject({
    secrets: { url: SECRET },
    channel: { disabledReason: null },
  });
});

test("a collector whose key differs from another collector's on the same store fails with a remedy, and sends and writes nothing", async () => {
  const said: string[] = [];
  const other = new Alerting({
    store: storageOf(collector.store.store),
    box: new SecretBox('the key of another collector, 32 characters'),
    clock: () => collector.nowMs,
    onLocked: (text) => void said.push(text),
    lease: { isAlone: false, wait: async () => undefined, clock: () => collector.nowMs },
  });
  await collector.request('POST', '/api/channels', { id: 'shared', type: 'slack', url: SECRET });
  await other.tick();
  await other.tick();
  expect(other.isHeld).toBe(false);
  expect(said).toEqual([
    expect.stringMatching(
      /channel shared of project default.*the same secrets\.key \(--secrets-key-file/,
    ) as string,
  ]);
  const secret = (id: string): Promise<void> =>
    other.configs.write([{ project: 'default', kind: 'secret', id, value: { url: SECRET } }]);
  await expect(secret('new')).rejects.toThrow(/shared of project default/);
  collector.nowMs += 1_000;
  // The key is lost: after every secret is written again, this collector takes over.
  for (const { id } of await other.configs.lockedSecrets()) await secret(id);
  expect(await other.configs.lockedSecrets()).toEqual([]);
  await other.tick();
  expect(other.isHeld).toBe(true);
  expect(
    (await collector.request('POST', '/api/channels', { id: 'd', type: 'slack', url: SECRET })).status,
  ).toBe(409);
  await other.stop();
});

test.each([
  { name: 'emptied', content: '' },
  { name: 'halved', content: 'Yk9zdGFsZ2lhIGlzIG5v\n' },
])('a key file that was $name causes an error with its name and a remedy', async ({ content }) => {
  const folder = await mkdtemp(join(tmpdir(), 'userspan-key-'));
  try {
    await writeFile(join(folder, 'secrets.key'), content);
    await expect(openSecretBox(folder, {})).rejects.toThrow(
      new RegExp(`${join(folder, 'secrets.key')} is damaged: .* from a backup.*move it away`),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
