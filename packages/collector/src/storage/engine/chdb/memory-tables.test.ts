import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

import { afterAll, expect, test } from 'vitest';

import { readDefinitionFiles } from '../integrity/definition-files.ts';
import { openStore } from '../open-store.ts';
import { MEMORY_DATABASE_FILE } from './memory-tables.ts';

const directory = mkdtempSync(join(tmpdir(), 'userspan-memory-tables-'));
const file = join(directory, MEMORY_DATABASE_FILE);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('opens the store with a definition file that a power failure left empty', async () => {
  const first = await openStore({ directory });
  await first.fillMemoryTable?.({ n: 'UInt8' }, 'SELECT 1', {});
  expect(existsSync(file)).toBe(true);
  const definitions = await readDefinitionFiles(directory, undefined);
  expect(inflateSync(Buffer.from(definitions, 'base64')).toString()).not.toContain(MEMORY_DATABASE_FILE);
  await first.close();
  writeFileSync(file, '');
  const second = await openStore({ directory });
  const table = await second.fillMemoryTable?.({ n: 'UInt8' }, 'SELECT 1', {});
  expect(table?.rows).toBe(1);
  await second.close();
});
