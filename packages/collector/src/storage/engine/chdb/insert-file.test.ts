import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { HAS_OPEN_FILES, withInsertFile } from './insert-file.ts';
import { openStore } from '../open-store.ts';
import type { Insert, Store } from '../store.ts';

// Characters that the engine reads as a pattern or as the end of a string in a file name.
const directory = mkdtempSync(join(tmpdir(), "userspan-{a,b}*?[0-9]'\\-"));
let store: Store | undefined;

afterAll(async () => {
  await store?.close();
  rmSync(directory, { recursive: true });
});

function profile(token: string, line: string): Insert {
  return {
    table: 'profiles',
    columns: ['project', 'user_id', 'first_ns', 'last_ns', 'verified', 'name'],
    format: 'TabSeparated',
    body: Buffer.from(line),
    token,
  };
}

function leftovers(): string[] {
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => name.includes('insert'));
}

test.skipIf(!HAS_OPEN_FILES)('inserts rows through a file that is removed afterwards', async () => {
  store = await openStore({ directory });
  const names = async (): Promise<object[]> =>
    (await store?.query("SELECT user_id, name FROM profiles WHERE project = 'p' ORDER BY user_id, name")) ??
    [];
  const rows = [
    { user_id: 'a', name: "tab\tline\nquote'\\" },
    { user_id: 'b\0', name: '日本' },
  ];
  await store.insert(profile("to'ken\\", "p\ta\t1\t2\t1\ttab\\tline\\nquote'\\\\\np\tb\\0\t1\t2\t1\t日本\n"));
  expect(await names()).toEqual(rows);

  await store.insert(profile("to'ken\\", "p\ta\t1\t2\t1\ttab\\tline\\nquote'\\\\\np\tb\\0\t1\t2\t1\t日本\n"));
  expect(await names(), 'the same token again').toEqual(rows);

  await expect(store.insert(profile('torn', 'p\tc\t1\t2\t1\tC\np\td\tno number\t2\t1\tD\n'))).rejects.toThrow(
    /Code: 27/,
  );
  expect(await names(), 'all rows or none').toEqual(rows);

  await store.insert(profile('empty', ''));
  await store.insert(profile('torn', 'p\tc\t1\t2\t1\tC\n'));
  expect(await names()).toEqual([...rows, { user_id: 'c', name: 'C' }]);
  expect(leftovers()).toEqual([]);
});

test.skipIf(!HAS_OPEN_FILES)('reuses a file that a crash left between two system calls', async () => {
  writeFileSync(join(directory, 'insert.rows'), 'older and longer');
  const read: string[] = [];
  const stopped = new Error('stopped');
  const inserting = withInsertFile(directory, Buffer.from('new'), (path) => {
    read.push(readFileSync(path, 'utf8'), ...leftovers());
    return Promise.reject(stopped);
  });
  await expect(inserting).rejects.toBe(stopped);
  expect(read).toEqual(['new']);
  expect(leftovers()).toEqual([]);
});

test('gives a file its name, without glob characters, only during the insert', async () => {
  const paths: string[] = [];
  const use = (path: string): Promise<void> => {
    paths.push(path);
    expect(readFileSync(path, 'utf8')).toBe('new');
    return Promise.reject(new Error('stopped'));
  };
  const plain = mkdtempSync(join(tmpdir(), 'userspan-plain-'));
  await expect(withInsertFile(plain, Buffer.from('new'), use, false)).rejects.toThrow('stopped');
  await expect(withInsertFile(directory, Buffer.from('new'), use, false)).rejects.toThrow('stopped');
  expect(paths).toEqual([join(plain, 'insert.rows'), join(tmpdir(), `userspan-insert-${process.pid}.rows`)]);
  expect(paths.filter((path) => existsSync(path))).toEqual([]);
  rmSync(plain, { recursive: true });
});
