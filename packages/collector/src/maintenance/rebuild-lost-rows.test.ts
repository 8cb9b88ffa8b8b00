import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { storageOf } from '../storage/storage.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';

import { openPipeline, type SpanPipeline } from '../attribution/span-pipeline.ts';
import { openStore } from '../storage/engine/open-store.ts';
import { readUnlistedUsers } from '../storage/read/rollups/unlisted-users.ts';
import { readDifferences } from '../storage/read/rollups/differences.ts';
import { StoreIntegrity } from '../storage/engine/integrity/store-integrity.ts';
import type { Store } from '../storage/engine/store.ts';
import { batch, call, type TestSpan, user } from '../testing/trace-of.ts';
import { rebuildLostRows } from './rebuild-lost-rows.ts';

let data: string;
let store: Store | undefined;
let pipeline: SpanPipeline;
let integrity: StoreIntegrity;

async function open(): Promise<Store> {
  integrity = new StoreIntegrity(data);
  await integrity.restoreFiles();
  store = await openStore({
    directory: join(data, 'store'),
    inspect: (opened) => integrity.open(opened),
  });
  pipeline = await openPipeline({ store: storageOf(store), directory: data, collector: 'one' });
  return store;
}

async function close(): Promise<void> {
  await pipeline.close();
  await store?.close();
  store = undefined;
}

afterEach(() => store?.close());
afterAll(() => rm(data, { recursive: true, force: true }));

/** Everything that is derived from spans, as shown by pages. */
async function contents(opened: Store): Promise<unknown> {
  const sums = 'sum(calls) AS calls, sum(input_tokens) AS tokens, sum(cost) AS cost';
  const calls = 'SELECT user_id, span_id, cost, input_tokens FROM';
  return {
    calls: await opened.query(`${calls} calls FINAL WHERE deleted = 0 ORDER BY span_id`),
    unattributed: await opened.query(`${calls} calls_unattributed FINAL WHERE deleted = 0 ORDER BY span_id`),
    users: await opened.query(`SELECT user_id, ${sums} FROM usage_day GROUP BY user_id ORDER BY user_id`),
    minutes: await opened.query(
      `SELECT user_id, minute, ${sums} FROM usage_by_minute GROUP BY user_id, minute ORDER BY user_id, minute`,
    ),
    // Users without calls are found only through these.
    named: await opened.query(
      'SELECT user_id, minute, service, sum(seen) AS times FROM usage_by_minute GROUP BY ALL HAVING times != 0 ORDER BY ALL',
    ),
    namedByDay: await opened.query(
      'SELECT user_id, day, service, sum(seen) AS times FROM usage_day GROUP BY ALL HAVING times != 0 ORDER BY ALL',
    ),
    totals: await opened.query(
      `SELECT quarter, ${sums} FROM totals_quarter GROUP BY quarter ORDER BY quarter`,
    ),
  };
}

/** The data files of every part of a table. */
async function dataFiles(table: string): Promise<string[]> {
  const folder = join(data, 'store', 'data', 'userspan', table);
  const parts = (await readdir(folder)).filter((name) => /_\d+_\d+_\d+$/.test(name));
  return parts.map((part) => join(folder, part, 'data.bin'));
}

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  await writeFile(path, bytes);
}

const DERIVED = ['calls', 'calls_unattributed', 'usage_day', 'usage_by_minute', 'totals_quarter'];

test('rebuilds damaged calls and sums from the spans', { timeout: 120_000 }, async () => {
  data = await mkdtemp(join(tmpdir(), 'userspan-rebuild-'));
  const before = await open();
  const spans = Array.from({ length: 60 }, (_, at): TestSpan => ({
    trace: Math.floor(at / 3) + 1,
    id: at + 1,
    ...(at % 3 === 0 ? {} : { parent: at - (at % 3) + 1 }),
    atMs: at * 60_000,
    attributes: { ...(at % 3 === 0 ? {} : call()), ...(at % 2 === 0 ? user(`u${at % 5}`) : {}) },
  }));
  // A user without a call.
  const visitor: TestSpan = { trace: 100, id: 100, atMs: 30_000, attributes: user('visitor') };
  await pipeline.write(batch(...spans, visitor));
  const whole = await contents(before);
  expect(whole).toMatchObject({ calls: expect.arrayContaining([expect.anything()]) });
  await integrity.remember();
  await close();

  for (const table of DERIVED) {
    for (const path of await dataFiles(table)) await unlink(path);
  }
  const deleted = await open();
  expect(integrity.health).toMatchObject({ state: 'damaged' });
  expect(await contents(deleted)).not.toEqual(whole);
  expect(await rebuildLostRows(pipeline, integrity)).toMatchObject({ calls: 40 });
  expect(await contents(deleted)).toEqual(whole);
  expect(await readDifferences(deleted, {})).toEqual([]);
  expect(await readUnlistedUsers(deleted, {})).toEqual([]);
  expect(integrity.health).toEqual({ state: 'ok' });
  await integrity.remember();
  await close();

  for (const table of DERIVED) {
    for (const path of await dataFiles(table)) await flip(path);
  }
  const flipped = await open();
  await integrity.check();
  expect(integrity.health).toMatchObject({ state: 'damaged' });
  await rebuildLostRows(pipeline, integrity);
  expect(await contents(flipped)).toEqual(whole);
  expect(integrity.health).toEqual({ state: 'ok' });
  // At the next start, nothing has to be rebuilt.
  await integrity.remember();
  await close();
  await open();
  expect(integrity.health).toEqual({ state: 'ok' });
  expect(integrity.canRebuild).toBe(false);
  await close();
});

test('reduces no sum and reports the damage if spans are lost as well', { timeout: 60_000 }, async () => {
  await open();
  await integrity.remember();
  await close();
  for (const table of ['spans', 'calls']) {
    for (const path of await dataFiles(table)) await unlink(path);
  }
  const damaged = await open();
  const figures = await damaged.query('SELECT sum(calls) AS calls FROM totals_quarter');
  expect(await rebuildLostRows(pipeline, integrity)).toBeUndefined();
  expect(await damaged.query('SELECT sum(calls) AS calls FROM totals_quarter')).toEqual(figures);
  expect(integrity.health).toMatchObject({ state: 'damaged', message: expect.stringContaining('spans') });
  await close();
});
