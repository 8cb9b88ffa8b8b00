import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { replaceFile } from '../../../runtime/replace-file.ts';

/**
 * Known contents of the small files of a part, by file name.
 *
 * A file of up to {@link MAX_KEPT_BYTES} is stored as `=` and its bytes in base64, so that it can be restored; a larger
 * one as its CRC-32 in hexadecimal.
 */
export type PartFiles = Readonly<Record<string, string>>;

/** The result of checking the small files of a part. */
export interface CheckedFiles {
  /** Paths of damaged files that were restored. */
  readonly restored: readonly string[];
  /** Paths of damaged files that could not be restored. */
  readonly damaged: readonly string[];
}

const MAX_KEPT_BYTES = 64;
const MAX_FILE_BYTES = 65_536;
/** Files of rows and indexes. They are compressed, and the engine verifies the checksum of each block that it reads. */
const HAS_CHECKSUMS = /\.(?:bin|c?mrk\d?|cidx)$/;
/** Files that the engine may rewrite in an existing part. */
const CHANGES: ReadonlySet<string> = new Set(['metadata_version.txt', 'txn_version.txt']);

/**
 * Reads the files that the engine trusts without a checksum: the number of rows, the range of a partition, columns.
 * `undefined` if the part no longer exists because it was merged in the meantime.
 */
export async function readPartFiles(folder: string): Promise<PartFiles | undefined> {
  try {
    const files: Record<string, string> = {};
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile() || HAS_CHECKSUMS.test(entry.name) || CHANGES.has(entry.name)) {
        continue;
      }
      const path = join(folder, entry.name);
      if ((await stat(path)).size <= MAX_FILE_BYTES) {
        files[entry.name] = describe(await readFile(path));
      }
    }
    return files;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Compares the small files of a part with their known contents and restores those whose bytes are stored. */
export async function restorePartFiles(folder: string, known: PartFiles): Promise<CheckedFiles> {
  const restored: string[] = [];
  const damaged: string[] = [];
  for (const [name, description] of Object.entries(known)) {
    const path = join(folder, name);
    const found = await readFile(path).catch(() => undefined);
    if (found !== undefined && describe(found) === description) {
      continue;
    }
    if (description.startsWith('=')) {
      await replaceFile(path, Buffer.from(description.slice(1), 'base64'));
      restored.push(path);
    } else {
      damaged.push(path);
    }
  }
  return { restored, damaged };
}

function describe(bytes: Buffer): string {
  return bytes.length <= MAX_KEPT_BYTES
    ? `=${bytes.toString('base64')}`
    : crc32(bytes).toString(16).padStart(8, '0');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
