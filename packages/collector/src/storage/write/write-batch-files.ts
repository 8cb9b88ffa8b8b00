import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { checkFormat } from '../../runtime/format-version.ts';
import { syncDirectory } from '../../runtime/replace-file.ts';
import type { Insert, Mutation } from '../engine/store.ts';
import type { WriteBatch } from './write-batch.ts';

interface Header {
  /** Version of the file format. Absent in files of the first versions, which have format 1. */
  readonly format?: number;
  readonly id: string;
  readonly inserts: readonly (Omit<Insert, 'format' | 'body'> & {
    /** Absent in files of format 1. */
    readonly format?: Insert['format'];
    readonly bytes: number;
  })[];
  readonly mutations: readonly Mutation[];
  /** Absent in files of earlier versions, and without mutations. */
  readonly deletedBeforeMs?: number;
  /** Checksum of all inserts, to detect a torn write. */
  readonly crc32: number;
  /** Checksum of the preceding fields as JSON. Absent in files of the first versions. */
  readonly headerCrc32?: number;
}

/** Format with text rows only. Since format 2, an insert names the format of its rows. */
const ROWS_OF_TEXT = 1;
const FORMAT = 2;
const NAME = /^(\d{16})\.plan$/;

/**
 * Write batches on disk, from when their rows are decided until all of them are stored.
 *
 * After a crash, the same bytes are inserted again with the same tokens. The engine drops rows that it already has, so
 * spans, calls and roll-ups stay consistent. Layout: `wal/FORMAT.md`.
 */
export class WriteBatchFiles {
  readonly #directory: string;
  readonly #onDamage: (path: string) => void;
  #next = 1;

  /** `onDamage` is called with the path of a batch that was completely written and can no longer be read. */
  constructor(directory: string, onDamage: (path: string) => void = () => undefined) {
    this.#directory = directory;
    this.#onDamage = onDamage;
    mkdirSync(directory, { recursive: true });
  }

  /**
   * Unfinished batches, oldest first. Files that are incomplete or damaged are removed; `isDamaged` tells whether there
   * was a damaged one.
   */
  async unfinished(): Promise<{ found: { number: number; batch: WriteBatch }[]; isDamaged: boolean }> {
    const found: { number: number; batch: WriteBatch }[] = [];
    let isDamaged = false;
    for (const name of (await readdir(this.#directory)).sort()) {
      const path = join(this.#directory, name);
      const number = Number(NAME.exec(name)?.[1]);
      const batch = Number.isInteger(number) ? decode(await readFile(path), path) : undefined;
      if (batch === undefined) {
        if (Number.isInteger(number)) {
          isDamaged = true;
          this.#onDamage(path);
        }
        await rm(path, { force: true });
      } else {
        found.push({ number, batch });
      }
      if (Number.isInteger(number)) this.#next = Math.max(this.#next, number + 1);
    }
    return { found, isDamaged };
  }

  /** Writes a batch. Resolves with its number when the file would survive a power failure. */
  async write(batch: WriteBatch): Promise<number> {
    const number = this.#next++;
    const path = this.#path(number);
    const file = await open(`${path}.new`, 'w');
    try {
      await file.writev([encodeHeader(batch), ...batch.inserts.map(({ body }) => body)]);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await syncDirectory(this.#directory);
    return number;
  }

  async remove(number: number): Promise<void> {
    await rm(this.#path(number), { force: true });
  }

  #path(number: number): string {
    return join(this.#directory, `${String(number).padStart(16, '0')}.plan`);
  }
}

function checksumOf(inserts: readonly Insert[]): number {
  return inserts.reduce((sum, { body }) => crc32(body, sum), 0);
}

function encodeHeader({ id, inserts, mutations, deletedBeforeMs }: WriteBatch): Buffer {
  const header: Header = {
    format: FORMAT,
    id,
    inserts: inserts.map(({ table, columns, format, token, body }) => ({
      table,
      columns,
      format,
      token,
      bytes: body.length,
    })),
    mutations,
    ...(deletedBeforeMs === undefined ? {} : { deletedBeforeMs }),
    crc32: checksumOf(inserts),
  };
  const headerCrc32 = crc32(JSON.stringify(header));
  return Buffer.from(`${JSON.stringify({ ...header, headerCrc32 } satisfies Header)}\n`, 'utf8');
}

function decode(bytes: Buffer, path: string): WriteBatch | undefined {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return undefined;
  let header: Header;
  try {
    header = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
  } catch {
    return undefined;
  }
  checkFormat(path, header.format ?? ROWS_OF_TEXT, FORMAT);
  if (!isHeaderWhole(header)) return undefined;
  let at = end + 1;
  const inserts: Insert[] = header.inserts.map(
    ({ table, columns, format = 'TabSeparated', token, bytes: length }) => {
      const body = bytes.subarray(at, at + length);
      at += length;
      return { table, columns, format, token, body };
    },
  );
  if (checksumOf(inserts) !== header.crc32) return undefined;
  const { id, mutations, deletedBeforeMs } = header;
  return {
    id,
    inserts,
    mutations,
    ...(deletedBeforeMs === undefined ? {} : { deletedBeforeMs }),
    calls: [],
  };
}

const FIRST_FIELDS: ReadonlySet<string> = new Set(['format', 'id', 'inserts', 'mutations', 'crc32']);

/** Whether a header is intact. One without a checksum comes from the first versions and may only have their fields. */
function isHeaderWhole({ headerCrc32, ...fields }: Header): boolean {
  return headerCrc32 === undefined
    ? Object.keys(fields).every((name) => FIRST_FIELDS.has(name))
    : crc32(JSON.stringify(fields)) === headerCrc32;
}
