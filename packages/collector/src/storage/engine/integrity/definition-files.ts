import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';

import { MEMORY_DATABASE_FILE } from '../chdb/memory-tables.ts';
import { replaceFile } from '../../../runtime/replace-file.ts';

/**
 * The definitions of the store's databases and tables, which the engine keeps in `.sql` files without checksums. With a
 * damaged one, the store does not open, or opens with a different table. They have about 30 KB and change only in
 * migrations.
 *
 * Stored as JSON of contents by path below the store's folder, deflated and in base64: 4 KB.
 */
export type DefinitionFiles = string;

/**
 * Reads all definitions of an open and migrated store. If the disk is full, the engine leaves changed files empty and
 * continues. For an empty file, the previously known content is used.
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
      // Deleted at every start.
      if (path === MEMORY_DATABASE_FILE) continue;
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

/** Restores definitions that are missing or differ, or only empty ones. Returns the paths of the restored files. */
export async function restoreDefinitionFiles(
  directory: string,
  definitions: DefinitionFiles,
  which: 'changed' | 'empty',
): Promise<readonly string[]> {
  const restored: string[] = [];
  for (const [name, text] of Object.entries(textsOf(definitions))) {
    const path = join(directory, name);
    // If a folder is missing, so are its tables. Restoring only the definition would create empty tables.
    if (isAbsolute(name) || normalize(name).startsWith('..') || !existsSync(dirname(path))) continue;
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (which === 'empty' ? found !== '' : found === text) continue;
    await replaceFile(path, text);
    restored.push(path);
  }
  return restored;
}

/**
 * Folders `store/<first three digits>/<uuid>` with definitions, which belong to databases. Those of tables contain
 * parts.
 */
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
