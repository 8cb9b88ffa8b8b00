import { readFile, writeFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { BILLED_ENDPOINTS } from '../../../packages/openai/src/endpoints/billed-endpoints.ts';
import { FREE_ENDPOINTS } from '../../../packages/openai/src/endpoints/free-endpoints.ts';
import { SOCKET_CLASSES } from '../../../packages/openai/src/endpoints/socket-classes.ts';
import { MAJORS } from './majors.ts';
import { methodsOf, socketClassesOf } from './methods-of.ts';
import { withRecordedTable } from './recorded-table.ts';

const billed = new Set(BILLED_ENDPOINTS.map(({ path }) => path));
const free = new Set(FREE_ENDPOINTS);

test.each(MAJORS)('classifies every method of openai %i that may be billed', (_major, module) => {
  const methods = methodsOf(module);
  expect(methods.length).toBeGreaterThan(40);
  const unknown = methods.filter(({ path }) => !billed.has(path) && !free.has(path));
  // A new one goes into packages/openai/src/endpoints: billed-endpoints.ts or free-endpoints.ts.
  expect(unknown).toEqual([]);
});

test.each(MAJORS)('lists every WebSocket class of openai %i', async (major) => {
  const listed = new Set(
    SOCKET_CLASSES.flatMap(({ name, modules }) => modules.map((module) => `${module} ${name}`)),
  );
  const found = await socketClassesOf(`openai${String(major)}`);
  expect(found.length).toBeGreaterThan(1);
  // A new one goes into packages/openai/src/endpoints/socket-classes.ts.
  expect(found.filter((each) => !listed.has(each))).toEqual([]);
  if (major === MAJORS.at(-1)?.[0]) expect(found.toSorted()).toEqual([...listed].toSorted());
});

test('has the methods of the newest openai, and no path that is both billed and free', () => {
  const newest = MAJORS.at(-1)?.[1];
  const found = newest === undefined ? [] : methodsOf(newest);
  const methods = BILLED_ENDPOINTS.flatMap(({ path, methods: names }) =>
    names.map((name) => ({ name, path })),
  );
  // This method calls a function of the library, which sends the request.
  const delegated = methods.filter(({ name }) => name === 'embeddings.create');
  const sort = (list: readonly { name: string; path: string }[]): string[] =>
    list.map(({ name, path }) => `${name} ${path}`).toSorted();
  expect(sort(methods)).toEqual(sort([...found.filter(({ path }) => billed.has(path)), ...delegated]));
  expect([...free].filter((path) => billed.has(path))).toEqual([]);
});

/** `UPDATE_README=1 npx vitest run test/openai-ways/src/methods.test.ts` writes the table. */
test('has the table of billed methods in the README', async () => {
  const path = new URL('../../../packages/openai/README.md', import.meta.url);
  const readme = await readFile(path, 'utf8');
  if (process.env['UPDATE_README'] === '1') await writeFile(path, withRecordedTable(readme));
  expect(readme).toContain('<!-- methods -->');
  expect(await readFile(path, 'utf8')).toBe(withRecordedTable(readme));
});
