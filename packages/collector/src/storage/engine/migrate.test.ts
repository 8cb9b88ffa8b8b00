import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { openChdb } from './chdb-store.ts';
import { MIGRATIONS, migrate } from './migrate.ts';
import { createTable } from './ddl.ts';
import { FORMER_ROLLUPS } from './former/fill-former-rollups.ts';
import { tableOfAnyVersion } from './former/former-tables.ts';
import { MEASURES } from './measures.ts';
import { TABLES } from './schema.ts';
import { openTestCollector } from '../../testing/test-collector.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

test('migrates tables of older versions', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'userspan-migrate-'));
  const store = await openChdb({ directory });
  expect(await migrate(store)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  expect(await migrate(store)).toEqual([]);
  const tables = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'userspan' ORDER BY name",
  );
  expect(tables.map(({ name }) => name)).toEqual([...TABLES.map(({ name }) => name), 'migrations'].sort());
  // A store of an older version: its tables lack the column.
  for (const { number, column, tables } of [
    { number: 3, column: 'stated_cost', tables: ['calls', 'calls_unattributed'] },
    { number: 7, column: 'first_chunk_ns', tables: ['calls', 'calls_unattributed'] },
    { number: 9, column: 'rule', tables: ['aliases'] },
    { number: 15, column: 'user_attributes', tables: ['spans'] },
    { number: 15, column: 'attribute_numbers', tables: ['spans'] },
    { number: 15, column: 'attribute_ids', tables: ['spans'] },
  ]) {
    for (const table of tables) {
      await store.execute(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    }
    await store.execute(`ALTER TABLE migrations DELETE WHERE number = ${number} SETTINGS mutations_sync = 2`);
    expect(await migrate(store)).toEqual([number]);
    const columns = await store.query<{ table: string }>(
      "SELECT table FROM system.columns WHERE database = 'userspan' AND name = {column:String} ORDER BY table",
      { column },
    );
    expect(columns.map(({ table }) => table)).toEqual(tables);
  }
  // Columns that an older version compressed differently.
  const codecs = (): Promise<object[]> =>
    store.query(
      "SELECT table, name, type, compression_codec FROM system.columns WHERE database = 'userspan' ORDER BY table, name",
    );
  const asMade = await codecs();
  await store.execute('ALTER TABLE calls MODIFY COLUMN cost REMOVE CODEC, MODIFY COLUMN name REMOVE CODEC');
  await store.execute('ALTER TABLE usage_day MODIFY COLUMN cost REMOVE CODEC');
  await store.execute('ALTER TABLE profiles MODIFY COLUMN props REMOVE CODEC');
  await store.execute('ALTER TABLE threads MODIFY COLUMN calls REMOVE CODEC');
  await store.execute('ALTER TABLE calls_unattributed MODIFY COLUMN response_id REMOVE CODEC');
  await store.execute('ALTER TABLE migrations DELETE WHERE number >= 13 SETTINGS mutations_sync = 2');
  expect(await codecs()).not.toEqual(asMade);
  expect(await migrate(store)).toEqual([13, 14, 15, 16]);
  expect(await codecs()).toEqual(asMade);
  // Settings that tables of an older version lack.
  for (const { setting, value, tables } of [
    { setting: 'merge_selector_base', value: 10, tables: ['calls', 'calls_unattributed', 'spans'] },
    {
      setting: 'vertical_merge_algorithm_min_rows_to_activate',
      value: 500_000,
      tables: ['calls', 'calls_unattributed'],
    },
    { setting: 'max_compress_block_size', value: 131_072, tables: ['calls', 'calls_unattributed'] },
    { setting: 'min_age_to_force_merge_seconds', value: 7200, tables: ['profiles', 'threads'] },
  ]) {
    const withSetting = async (): Promise<readonly string[]> => {
      const found = await store.query<{ name: string }>(
        "SELECT name FROM system.tables WHERE database = 'userspan' AND position(engine_full, {setting:String}) > 0 ORDER BY name",
        { setting: `${setting} = ${value}` },
      );
      return found.map(({ name }) => name);
    };
    expect(await withSetting()).toEqual(tables);
    for (const table of tables) await store.execute(`ALTER TABLE ${table} RESET SETTING ${setting}`);
    expect(await withSetting()).toEqual([]);
    await migrate(store);
    expect(await withSetting()).toEqual(tables);
  }
  await expect(
    migrate(store, { migrations: [{ number: 1, name: 'another', statements: () => [] }] }),
  ).rejects.toThrow(/migration 1/);
  await store.close();
  rmSync(directory, { recursive: true });
});

test('the sixth migration moves sums of claimed calls into separate rows', async () => {
  const collector = await openTestCollector('chdb');
  const { store } = collector;
  const attributes = { ...call({ 'gen_ai.conversation.id': 't' }), ...user('u') };
  await collector.pipeline.write(
    batch({ trace: 1, id: 1, attributes }, { trace: 2, id: 2, claimed: true, attributes }),
  );
  for (const name of FORMER_ROLLUPS) {
    const table = tableOfAnyVersion(name);
    const { user_claimed: _, ...columns } = table.columns;
    const orderBy = table.orderBy.filter((column) => column !== 'user_claimed');
    for (const statement of createTable({ ...table, name: `old_${name}`, columns, orderBy })) {
      await store.execute(statement);
    }
    const measures: readonly string[] = MEASURES;
    const keys = Object.keys(columns).filter((column) => !measures.includes(column));
    const made: Readonly<Record<string, string>> = { first_ns: 'min(first_ns)', last_ns: 'max(last_ns)' };
    const present: Readonly<Record<string, string>> = {
      usage_minute: 'usage_by_minute',
      totals_minute: 'totals_by_minute',
      usage_quarter: '(SELECT *, toUInt32(intDiv(minute, 900) * 900) AS quarter FROM usage_by_minute)',
    };
    await store.execute(
      `INSERT INTO old_${name} (${[...keys, ...measures].join(', ')})
       SELECT ${[...keys.map((key) => made[key] ?? key), ...measures.map((measure) => `sum(${measure})`)].join(', ')}
       FROM ${present[name] ?? name} GROUP BY ${keys.filter((key) => made[key] === undefined).join(', ')}`,
    );
  }
  for (const name of FORMER_ROLLUPS) {
    await store.execute(`DROP TABLE IF EXISTS ${name} SYNC`);
    await store.execute(`RENAME TABLE old_${name} TO ${name}`);
  }
  for (const name of ['usage_by_minute', 'totals_by_minute']) await store.execute(`DROP TABLE ${name} SYNC`);
  const migrations = MIGRATIONS.slice(0, 10);
  await store.execute(
    'ALTER TABLE migrations DELETE WHERE number = 6 OR number > 10 SETTINGS mutations_sync = 2',
  );
  expect(await migrate(store, { migrations })).toEqual([6]);
  // After a crash before the migration was recorded, running it again changes nothing.
  await store.execute('ALTER TABLE migrations DELETE WHERE number = 6 SETTINGS mutations_sync = 2');
  expect(await migrate(store, { migrations })).toEqual([6]);
  expect(await migrate(store)).toEqual(MIGRATIONS.slice(10).map(({ number }) => number));
  expect(await collector.differences()).toEqual([]);
  const thread = await store.query(
    'SELECT user_claimed, toString(sum(calls)) AS calls FROM threads GROUP BY user_claimed ORDER BY user_claimed',
  );
  expect(thread).toEqual([
    { user_claimed: 0, calls: '1' },
    { user_claimed: 1, calls: '1' },
  ]);
  expect(await collector.get('/api/users/u')).toMatchObject({ calls: 1, claimedCalls: 1, claimedCost: 0.25 });
  await collector.close();
}, 60_000);
