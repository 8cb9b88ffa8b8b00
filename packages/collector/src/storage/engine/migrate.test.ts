import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { openChdb } from './chdb-store.ts';
import { migrate } from './migrate.ts';
import { TABLES } from './schema.ts';

test('migrations', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'userspan-migrate-'));
  const store = await openChdb({ directory });
  expect(await migrate(store)).toEqual([1, 2, 3, 4, 5]);
  expect(await migrate(store)).toEqual([]);
  const tables = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'userspan' ORDER BY name",
  );
  expect(tables.map(({ name }) => name)).toEqual(
    [...TABLES.map(({ name }) => name), 'migrations', 'totals_hour', 'usage_hour'].sort(),
  );
  // A store of before the third: its tables lack the column.
  for (const table of ['calls', 'calls_unattributed']) {
    await store.execute(`ALTER TABLE ${table} DROP COLUMN stated_cost`);
  }
  await store.execute('ALTER TABLE migrations DELETE WHERE number = 3 SETTINGS mutations_sync = 2');
  expect(await migrate(store)).toEqual([3]);
  const columns = await store.query<{ table: string }>(
    "SELECT table FROM system.columns WHERE database = 'userspan' AND name = 'stated_cost' ORDER BY table",
  );
  expect(columns.map(({ table }) => table)).toEqual(['calls', 'calls_unattributed']);
  await expect(migrate(store, [{ number: 1, name: 'another', statements: () => [] }])).rejects.toThrow(
    /migration 1/,
  );
  await store.close();
  rmSync(directory, { recursive: true });
});
