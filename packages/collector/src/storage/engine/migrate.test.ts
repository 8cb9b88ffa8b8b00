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
  expect(await migrate(store)).toEqual([1, 2]);
  expect(await migrate(store)).toEqual([]);
  const tables = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'userspan' ORDER BY name",
  );
  expect(tables.map(({ name }) => name)).toEqual([...TABLES.map(({ name }) => name), 'migrations'].sort());
  await expect(migrate(store, [{ number: 1, name: 'another', statements: () => [] }])).rejects.toThrow(
    /migration 1/,
  );
  await store.close();
  rmSync(directory, { recursive: true });
});
