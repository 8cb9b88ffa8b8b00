import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { BILLED_ENDPOINTS } from '../../../packages/openai/src/endpoints/billed-endpoints.ts';
import { FREE_ENDPOINTS } from '../../../packages/openai/src/endpoints/free-endpoints.ts';
import { SOCKET_CLASSES } from '../../../packages/openai/src/endpoints/socket-classes.ts';
import type { OpenAIModule } from './majors.ts';
import { MAJORS } from './majors.ts';
import type { SendingMethod } from './methods-of.ts';
import { folderOf, GIVEN_PATH, methodsOf, socketClassesOf, UNREADABLE_PATH } from './methods-of.ts';
import { withRecordedTable } from './recorded-table.ts';

const billed = new Set(BILLED_ENDPOINTS.map(({ path }) => path));
const free = new Set(FREE_ENDPOINTS);
/** Methods that give the client to a function of the library, which sends to a path of another method. */
const DELEGATED = new Set([
  'beta.agents.environments.files.prepare',
  'beta.agents.environments.files.upload',
  'beta.chat.completions.runFunctions',
  'beta.chat.completions.runTools',
  'beta.chat.completions.stream',
  'chat.completions.runTools',
  'chat.completions.stream',
  'embeddings.create',
  'responses.stream',
]);

function unclassified(methods: readonly SendingMethod[]): readonly SendingMethod[] {
  return methods.filter(
    ({ name, path }) => !billed.has(path) && !free.has(path) && !(path === GIVEN_PATH && DELEGATED.has(name)),
  );
}

test.each(MAJORS)('classifies every method of openai %i that may be billed', (_major, module) => {
  const methods = methodsOf(module);
  expect(methods.length).toBeGreaterThan(40);
  // A new one goes into packages/openai/src/endpoints: billed-endpoints.ts or free-endpoints.ts.
  expect(unclassified(methods)).toEqual([]);
});

/** Methods as a new version of the package could have them. */
class Holograms {
  readonly _client: FutureClient;
  constructor(client: FutureClient) {
    this._client = client;
  }
  create(body: object): unknown {
    return this._client.post('/holograms', { body });
  }
  replace(id: string): unknown {
    return this._client.put(`/holograms/${id}`, {});
  }
  computed(path: string): unknown {
    return this._client.post(path, {});
  }
  request(): unknown {
    return this._client.request({ method: 'post', path: '/holograms' });
  }
  delegated(body: object): unknown {
    return render(this._client, body);
  }
  search(): unknown {
    return this._client.getAPIList('/holograms/search', { method: 'post' });
  }
  read(id: string): unknown {
    return this._client.get(`/holograms/${id}`);
  }
}

interface FutureClient {
  post(path: string, options: object): unknown;
  put(path: string, options: object): unknown;
  get(path: string): unknown;
  request(options: object): unknown;
  getAPIList(path: string, options: object): unknown;
}

declare function render(client: FutureClient, body: object): unknown;

test('finds every method of a new version that sends, also those whose path is not in their source', () => {
  class OpenAI {
    readonly holograms = new Holograms(this as unknown as FutureClient);
  }
  const found = unclassified(methodsOf({ OpenAI } as unknown as OpenAIModule));
  expect(found).toEqual([
    { name: 'holograms.create', path: '/holograms' },
    { name: 'holograms.replace', path: '/holograms/{}' },
    { name: 'holograms.computed', path: UNREADABLE_PATH },
    { name: 'holograms.request', path: UNREADABLE_PATH },
    { name: 'holograms.delegated', path: GIVEN_PATH },
    { name: 'holograms.search', path: '/holograms/search' },
  ]);
});

test('finds the WebSocket classes of a new version by their name or by the socket that they open', async () => {
  const root = await mkdtemp(join(tmpdir(), 'openai-'));
  try {
    await mkdir(join(root, 'internal'));
    await writeFile(join(root, 'holograms.mjs'), "import * as WS from 'ws';\nexport class Holograms {\n}\n");
    await writeFile(join(root, 'shadows.mjs'), 'export class ShadowsWS extends Base {\n}\n');
    await writeFile(join(root, 'client.mjs'), 'export class Client {\n}\n');
    await writeFile(join(root, 'internal/adapter.mjs'), 'export class NodeWebSocket {\n}\n');
    expect((await socketClassesOf(root)).toSorted()).toEqual(['holograms Holograms', 'shadows ShadowsWS']);
  } finally {
    await rm(root, { recursive: true });
  }
});

test.each(MAJORS)('lists every WebSocket class of openai %i', async (major) => {
  const listed = new Set(
    SOCKET_CLASSES.flatMap(({ name, modules }) => modules.map((module) => `${module} ${name}`)),
  );
  const found = await socketClassesOf(folderOf(`openai${String(major)}`));
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
