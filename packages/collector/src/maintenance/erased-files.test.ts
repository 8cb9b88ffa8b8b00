import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeOldFiles } from '../storage/engine/old-files.ts';
import { type AlertingCollector, openAlertingCollector } from '../testing/alerting-collector.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import { waitFor } from '../testing/wait-for.ts';

let alerting: AlertingCollector;
let collector: TestCollector;
let channel: Receiver;
beforeAll(async () => {
  alerting = await openAlertingCollector();
  collector = alerting.store;
  channel = await startReceiver();
  channel.answer = () => ({ status: 503 });
}, 60_000);
afterAll(async () => {
  await alerting.close();
  await channel.close();
});

/** Billing records keep their customer, because an erasure reverses billed amounts with negative events. */
const BILLING_TABLES = ['meter_events', 'revenue'];

/** The tables with a string column that contains one of these texts. */
async function tablesWith(texts: readonly string[]): Promise<string[]> {
  const columns = await collector.store.query<{ table: string; name: string }>(
    `SELECT table, name FROM system.columns WHERE database = currentDatabase() AND positionCaseInsensitive(type, 'String') > 0`,
  );
  const conditions = new Map<string, string[]>();
  for (const { table, name } of columns) {
    const condition = `multiSearchAny(toString(\`${name}\`), {texts:Array(String)})`;
    conditions.set(table, [...(conditions.get(table) ?? []), condition]);
  }
  const rows = await collector.store.query<{ name: string; rows: string }>(
    Array.from(
      conditions,
      ([table, of]) =>
        `SELECT '${table}' AS name, count() AS rows FROM \`${table}\` WHERE ${of.join(' OR ')}`,
    ).join(' UNION ALL '),
    { texts },
  );
  return rows.flatMap(({ name, rows: count }) => (count === '0' ? [] : [name])).toSorted();
}

/** All configuration that can refer to a user, and messages about the user that no receiver accepts. */
async function useAlerts(id: string): Promise<void> {
  const send = async (method: 'POST' | 'PUT', url: string, body: object): Promise<void> => {
    const { status, body: answer } = await alerting.request(method, url, body);
    expect([url, status < 300 ? 'done' : answer]).toEqual([url, 'done']);
  };
  const each = { measure: 'cost', window: 'day', thresholds: [{ value: 0.01 }], channels: ['hook', 'daily'] };
  await send('POST', '/api/channels', { id: 'hook', type: 'webhook', url: channel.url });
  const digest = { at: '13:00', timeZone: 'UTC' };
  await send('POST', '/api/channels', { id: 'daily', type: 'webhook', url: channel.url, digest });
  await send('PUT', '/api/alerts/each', { ...each, of: 'user' });
  await send('PUT', '/api/alerts/one', { ...each, of: 'project', filter: { user: [id] } });
  await send('PUT', '/api/alerts/two', { ...each, of: 'project', filter: { user: [id, 'other'] } });
  await send('PUT', '/api/budgets', { user: id, usd: '0.1' });
  await send('PUT', '/api/budgets', { of: 'user', usd: '0.1' });
  await send('POST', '/api/silences', { rule: 'two', user: id, comment: `too many of ${id}` });
  await alerting.pass(5_000);
  // Builds digests.
  await alerting.pass(2 * 3_600_000);
  expect(await tablesWith([id])).toEqual(
    expect.arrayContaining(['alert_states', 'alerting_configs', 'deliveries']),
  );
}

/** The files in a folder that contain one of these texts, as bytes or hexadecimal digits. */
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
  'removes the data of an erased user from all files, including mutations and old parts',
  { timeout: 120_000 },
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
    await collector.pipeline.write(
      batch({ id: 1, attributes }, { id: 2, trace: 2, attributes: { ...call(), ...user('other') } }),
    );
    await useAlerts(id);
    expect(await filesWith(collector.directory, texts)).not.toEqual([]);
    const { status, body } = await alerting.request('DELETE', `/api/users/${id}`);
    channel.requests.length = 0;
    // Rejected messages are due again, and some were in flight. They are neither sent nor written again.
    await alerting.pass(5_000);
    await alerting.pass(3_600_000);
    expect(JSON.stringify(channel.requests)).not.toMatch(/zq8/);
    expect((await tablesWith(texts)).filter((table) => !BILLING_TABLES.includes(table))).toEqual([]);
    const rules = await alerting.request('GET', '/api/alerts');
    expect(rules.body['data']).toMatchObject([{ id: 'each' }, { id: 'two', filter: { user: ['other'] } }]);
    expect({ status, body }).toMatchObject({ status: 200, body: { deleted: { calls: 1, spans: 1 } } });
    const at = Date.parse(String(body['at']));
    expect(Date.parse(String(body['filesRemovedBy'])) - at).toBe(90_000);
    const isMutation = (path: string): boolean => /mutation_\d+\.txt$/.test(path);
    expect((await filesWith(collector.directory, texts)).filter(isMutation)).toEqual([]);
    // Deletes old files without waiting for the time that the engine keeps them.
    const tables = await collector.store.query<{ table: string }>(
      'SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND NOT active',
    );
    expect(tables).not.toEqual([]);
    for (const { table } of tables) {
      await collector.store.execute(`ALTER TABLE ${table} MODIFY SETTING old_parts_lifetime = 0`);
    }
    await waitFor(
      async () => {
        for (const { table } of tables) {
          await collector.store.execute(`ALTER TABLE ${table} DROP PARTITION ID 'none'`);
        }
        return filesWith(collector.directory, texts);
      },
      ({ length }) => length === 0,
    );
    await removeOldFiles(collector.store);
    expect(await collector.get(`/api/users/other`)).toMatchObject({ id: 'other' });
  },
);

test('the receipt has no time but names the parts if damaged ones are put aside, which a deletion does not reach', async () => {
  const { store, pipeline } = collector;
  await pipeline.write(batch({ id: 9, trace: 9, attributes: { ...call(), ...user('aside') } }));
  const [part] = await store.query<{ name: string }>(
    "SELECT name FROM system.parts WHERE active AND database = currentDatabase() AND table = 'spans' ORDER BY name DESC",
  );
  await store.execute(`ALTER TABLE spans DETACH PART '${part?.name}'`);
  const erase = async (): Promise<object> => (await collector.send('DELETE', '/api/users/aside')).body;
  expect(await erase()).toMatchObject({ filesRemovedBy: null, damagedParts: [`spans/${part?.name}`] });
  await store.execute(
    `ALTER TABLE spans DROP DETACHED PART '${part?.name}' SETTINGS allow_drop_detached = 1`,
  );
  expect(await erase()).toMatchObject({ filesRemovedBy: expect.any(String), damagedParts: [] });
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) {
  console.warn('skipped: a full disk needs root, to mount a small file system');
}

test.runIf(isRoot)(
  'an erasure on a full disk fails with the reason and changes nothing, and succeeds when there is space',
  { timeout: 120_000 },
  async () => {
    await collector.pipeline.write(batch({ id: 5, trace: 5, attributes: { ...call(), ...user('full') } }));
    const plans = join(collector.directory, 'one', 'plans');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', plans], { stdio: 'ignore' });
    } catch {
      console.warn('skipped: this machine lets nobody mount a file system');
      return;
    }
    try {
      await expect(writeFile(join(plans, 'filler'), Buffer.alloc(1 << 17))).rejects.toThrow('ENOSPC');
      const { status, body } = await collector.send('DELETE', '/api/users/full');
      expect({ status, text: JSON.stringify(body) }).toEqual({
        status: 500,
        text: expect.stringContaining('ENOSPC'),
      });
      expect(await collector.get('/api/users/full')).toMatchObject({ id: 'full', calls: 1 });
    } finally {
      execFileSync('umount', [plans]);
    }
    const { status, body } = await collector.send('DELETE', '/api/users/full');
    expect({ status, body }).toMatchObject({ status: 200, body: { deleted: { calls: 1 } } });
  },
);
