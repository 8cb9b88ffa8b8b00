import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cursor } from './cursor.ts';
import { RecordReader } from './read-record.ts';
import { listSegments, type Segment, segmentPath, syncDirectory } from './segment.ts';

/** What a log's directory holds when the process starts. */
export interface WalDirectory {
  /** Names this log for ever: two collectors on one store must not make the same batch ids. */
  readonly id: string;
  readonly segments: Segment[];
  /** The last segment, open for appending. */
  readonly active: FileHandle;
  /** Bytes behind the last good record that a crash left, now cut off. They were never acknowledged. */
  readonly cutBytes: number;
}

/** Reads the directory, cuts a torn tail, and gives back a log that can be appended to. */
export async function openWalDirectory(dir: string): Promise<WalDirectory> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const id = await logId(dir);
  const segments = await listSegments(dir);
  for (const [i, segment] of segments.entries()) {
    const next = segments[i + 1];
    if (next !== undefined) {
      segment.bytes = next.base - segment.base;
    }
  }
  const last = segments.at(-1);
  const cutBytes = last === undefined ? 0 : await cutTail(last);
  const end = last === undefined ? 0 : last.base + last.bytes;
  // Where damage took bytes that a cursor has passed, their positions must not be given out again: they are batch ids.
  const start = Math.max(end, await furthestCursor(dir));
  if (last === undefined || start > end) {
    segments.push({ base: start, path: segmentPath(dir, start), bytes: 0 });
  }
  const path = segments.at(-1)?.path ?? segmentPath(dir, start);
  const active = await open(path, last?.path === path ? 'r+' : 'w+', 0o600);
  await syncDirectory(dir);
  return { id, segments, active, cutBytes };
}

async function logId(dir: string): Promise<string> {
  const path = join(dir, 'id');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^[0-9a-f-]{36}$/.test(known)) {
    return known;
  }
  const id = randomUUID();
  await writeFile(path, id, { flush: true, mode: 0o600 });
  return id;
}

/** Finds the last good record, also behind damage in the middle, and drops what follows it. */
async function cutTail(segment: Segment): Promise<number> {
  const handle = await open(segment.path, 'r+');
  try {
    const reader = new RecordReader(handle);
    let end = 0;
    for (;;) {
      const found = (await reader.at(end, segment.bytes)) ?? (await reader.from(end, segment.bytes));
      if (found === undefined) {
        break;
      }
      end = found.end;
    }
    const cutBytes = segment.bytes - end;
    if (cutBytes > 0) {
      await handle.truncate(end);
      await handle.sync();
      segment.bytes = end;
    }
    return cutBytes;
  } finally {
    await handle.close();
  }
}

export function cursorPath(dir: string, name: string): string {
  return join(dir, `cursor-${name}`);
}

async function furthestCursor(dir: string): Promise<number> {
  let furthest = 0;
  for (const file of await readdir(dir)) {
    if (file.startsWith('cursor-')) {
      const cursor = await Cursor.open(join(dir, file), file, 0);
      furthest = Math.max(furthest, cursor.position, cursor.begun);
      await cursor.close();
    }
  }
  return furthest;
}
