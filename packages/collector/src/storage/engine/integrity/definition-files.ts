import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';

import { replaceFile } from '../../../runtime/replace-file.ts';

/**
 * The definitions of the store's databases and tables, which the engine keeps as `.sql` files without a checksum: where one
 * is damaged the store does not open, or opens with another table. Some 30 KB, which only migrations change.
 *
 * The texts by their paths below the store's folder, as JSON, deflated, in base64: 4 KB.
 */
export type DefinitionFiles = string;

/**
 * Reads all definitions of a store that is open and migrated. On a full disk the engine leaves a file empty that it meant to
 * change, and goes on: such a file has the text that was known before.
 */
export async function readDefinitionFiles(
  directory: string,
  before: DefinitionFiles | undefined,
): Promise<DefinitionFiles> {
  const known = before === undefined ? {} : textsOf(before);
  const texts: Record<string, string> = {};
  for (const folder of ['metadata', ...(await databaseFolders(directory))]) {
    for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.sql')) continue;
      const path = join(folder, entry.name);
      const text = (await readFile(join(directory, path), 'utf8')) || known[path];
      if (text !== undefined) texts[path] = text;
    }
  }
  return deflateSync(JSON.stringify(texts)).toString('base64');
}

function textsOf(definitions: DefinitionFiles): Record<string, string> {
  return JSON.parse(inflateSync(Buffer.from(definitions, 'base64')).toString('utf8')) as Record<
    string,
    string
  >;
}

/**
 * Gives definitions that are missing or differ their text back, or only those that are empty. Returns the paths of those
 * files.
 */
export async function restoreDefinitionFiles(
  directory: string,
  definitions: DefinitionFiles,
  which: 'changed' | 'empty',
): Promise<readonly string[]> {
  const restored: string[] = [];
  for (const [name, text] of Object.entries(textsOf(definitions))) {
    const path = join(directory, name);
    // Where a folder is gone, its tables are: a definition alone would make them anew, and empty.
    if (isAbsolute(name) || normalize(name).startsWith('..') || !existsSync(dirname(path))) continue;
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (which === 'empty' ? found !== '' : found === text) continue;
    await replaceFile(path, text);
    restored.push(path);
  }
  return restored;
}

/** `store/<first three digits>/<uuid>`: a folder of a database has definitions, that of a table has parts. */
async function databaseFolders(directory: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const prefix of await subfolders(join(directory, 'store'))) {
    for (const uuid of await subfolders(join(directory, 'store', prefix))) {
      folders.push(join('store', prefix, uuid));
    }
  }
  return folders;
}

async function subfolders(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
