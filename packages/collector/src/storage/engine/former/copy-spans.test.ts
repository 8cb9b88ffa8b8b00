import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { waitFor } from '../../../testing/wait-for.ts';
import { openChdb } from '../chdb-store.ts';
import { createTable } from '../ddl.ts';
import { StoreIntegrity } from '../integrity/store-integrity.ts';
import { migrate, MIGRATIONS } from '../migrate.ts';
import { tableOf } from '../schema.ts';
import type { Store } from '../store.ts';
import { copySpans, SPANS_COPY } from './copy-spans.ts';

const STORES = fileURLToPath(new URL('../../../testing/older-stores/', import.meta.url));
const COLUMNS = [...Object.keys(tableOf('spans').columns), 'inserted']
  .map((name) => ({ span_id: 'id', parent_span_id: 'parent_id' })[name] ?? name)
  .join(', ');

let data: string;
let store: Store;

/** A store of the version before the copy, with a second month, a span that was sent again and one with a parent. */
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'userspan-copy-spans-'));
  await mkdir(data, { recursive: true });
  await promisify(execFile)('tar', ['-xzf', join(STORES, 'schema-15.tar.gz'), '-C', data]);
  store = await openChdb({ directory: join(data, 'store') });
  for (const received of [1_780_000_000, 1_790_000_000]) {
    await store.execute(
      `INSERT INTO spans (project, trace_id, span_id, parent_span_id, name, received)
       SELECT 'two', toUUID('00000000-0000-0000-0000-00000000000b'), number + 1, number, 'span', ${received} FROM numbers(3)`,
    );
  }
  await store.execute(
    `INSERT INTO spans (project, trace_id, span_id, parent_span_id, name, received)
     SELECT 'two', toUUID('00000000-0000-0000-0000-00000000000b'), 3, 2, 'sent again', 1790000000`,
  );
});
afterEach(async () => {
  await store.close();
  await rm(data, { recursive: true, force: true });
});

const read = (table: string): Promise<object[]> =>
  store.query(`SELECT ${COLUMNS} FROM ${table} FINAL ORDER BY project, trace_id, id, received`);
/** Which of both tables there are, and whether they have the new layout. */
const tables = (): Promise<object[]> =>
  store.query(
    `SELECT table, countIf(name = 'ids') = 1 AS isNew FROM system.columns
     WHERE database = currentDatabase() AND table IN ['spans', '${SPANS_COPY}'] GROUP BY table ORDER BY table`,
  );

async function addNames(): Promise<void> {
  const names = MIGRATIONS.find(({ number }) => number === 16)?.statements(undefined) ?? [];
  for (const statement of names) await store.execute(statement);
}
async function makeCopy(): Promise<void> {
  for (const statement of createTable({ ...tableOf('spans'), name: SPANS_COPY }))
    await store.execute(statement);
}
const fill = (what: string): Promise<void> => {
  const columns = `project, trace_id, span_id, parent_span_id, name, received`;
  return store.execute(`INSERT INTO ${SPANS_COPY} (${columns}) SELECT ${columns} FROM spans ${what}`);
};

test.each<[string, () => Promise<void>]>([
  ['nothing', async () => undefined],
  ['an empty copy', makeCopy],
  [
    'a part of one month',
    async () => {
      await makeCopy();
      await fill("WHERE project = 'two' AND received = 1780000000 LIMIT 1");
    },
  ],
  [
    'rows that the spans no longer have',
    async () => {
      await makeCopy();
      await fill('');
      await store.execute(
        "ALTER TABLE spans DELETE WHERE project = 'two' AND span_id = 1 SETTINGS mutations_sync = 2",
      );
    },
  ],
])('copies the spans unchanged if a crash left %s', async (_name, leave) => {
  await leave();
  await addNames();
  const before = await read('spans');
  expect(before.length).toBeGreaterThan(60);
  const copies: object[] = [];
  expect(await migrate(store, { onCopy: (copy) => copies.push(copy) })).toEqual([16]);
  expect(copies).toMatchObject([{ hasRoom: true }]);
  expect(await read('spans')).toEqual(before);
  expect(await tables()).toEqual([{ table: 'spans', isNew: 1 }]);
  expect(await migrate(store, { onCopy: (copy) => copies.push(copy) })).toEqual([]);
  expect(copies).toHaveLength(1);
});

test('removes the former table after a crash between the exchange and the end, and reports no damage', async () => {
  await addNames();
  const before = await read('spans');
  const integrity = new StoreIntegrity(data);
  await integrity.restoreFiles();
  await integrity.open(store);
  await integrity.remember();
  const next = new StoreIntegrity(data);
  await next.restoreFiles();
  await next.forgetDefinitions();
  await makeCopy();
  const columns = [...Object.keys(tableOf('spans').columns), 'inserted'].join(', ');
  await store.execute(`INSERT INTO ${SPANS_COPY} (${columns}) SELECT ${columns} FROM spans FINAL`);
  await store.execute(`EXCHANGE TABLES spans AND ${SPANS_COPY}`);
  const last = new StoreIntegrity(data);
  await last.restoreFiles();
  await last.open(store);
  expect(last.health).toEqual({ state: 'ok' });
  expect(await migrate(store)).toEqual([16]);
  expect(await read('spans')).toEqual(before);
  expect(await tables()).toEqual([{ table: 'spans', isNew: 1 }]);
});

test('leaves the spans and removes an earlier copy if the disk has no room, and copies them later', async () => {
  await addNames();
  const before = await read('spans');
  await makeCopy();
  await fill('');
  const withoutRoom = new Proxy(store, {
    get: (target, name) =>
      name === 'query'
        ? async (sql: string, ...rest: []) => {
            const rows = await target.query(sql, ...rest);
            return sql.includes('system.disks') ? rows.map((row) => ({ ...row, free: '1000' })) : rows;
          }
        : (Reflect.get(target, name) as () => unknown).bind(target),
  });
  const found: object[] = [];
  await copySpans(withoutRoom, async (copy) => void found.push(copy));
  expect(found).toMatchObject([{ hasRoom: false, freeBytes: 1000 }]);
  expect(await tables()).toEqual([{ table: 'spans', isNew: 0 }]);
  expect(await read('spans')).toEqual(before);
  await copySpans(store, async (copy) => void found.push(copy));
  expect(found).toMatchObject([{}, { hasRoom: true }]);
  expect(await read('spans')).toEqual(before);
  expect(await tables()).toEqual([{ table: 'spans', isNew: 1 }]);
});

test('the engine removes the files of a dropped table at once, because a start that was killed may not have waited', async () => {
  await store.execute(`CREATE TABLE ${SPANS_COPY} AS spans`);
  await store.execute(`DROP TABLE ${SPANS_COPY}`);
  const left = await waitFor(
    () => readdir(join(data, 'store', 'metadata_dropped')),
    ({ length }) => length === 0,
  );
  expect(left).toEqual([]);
});
