import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFormat } from '../runtime/format-version.ts';
import { Cursor } from './cursor.ts';
import { RECORD_FORMAT, recordFormat } from './record.ts';
import { RecordReader } from './read-record.ts';
import { syncDirectory } from '../runtime/replace-file.ts';
import { listSegments, type Segment, segmentPath } from './segment.ts';

/** Damage that was found when opening the log, for the operator. */
export interface WalLoss {
  /** The damaged file, or the file before the missing one. */
  readonly file: string;
  /** Number of lost bytes. */
  readonly lostBytes: number;
  readonly reason: string;
}

/** Content of a log's directory at the start. */
export interface WalDirectory {
  /** Permanent id of this log, so that two collectors with one store never create the same batch ids. */
  readonly id: string;
  readonly segments: Segment[];
  /** The last segment, open for appending. */
  readonly active: FileHandle;
  /** Bytes after the last valid record that a crash left and that were removed. They were never acknowledged. */
  readonly cutBytes: number;
  /** Oldest first. */
  readonly losses: readonly WalLoss[];
}

/** Reads the directory, removes an incomplete record at the end, and returns a log that can be appended to. */
export async function openWalDirectory(dir: string): Promise<WalDirectory> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await removeUnfinished(dir);
  const segments = await listSegments(dir);
  await checkFormats(segments);
  const losses: WalLoss[] = [];
  const id = await logId(dir, segments, losses);
  const cursors = await readCursors(dir, losses);
  // Data that all readers have passed is stored and forwarded, so its loss does not matter.
  const passed =
    cursors.length === 0 ? (segments[0]?.base ?? 0) : Math.min(...cursors.map(({ position }) => position));
  const last = segments.at(-1);
  const cutBytes = last === undefined ? 0 : await cutTail(last, losses);
  findGaps(dir, segments, passed, losses);
  const end = last === undefined ? 0 : last.base + last.bytes;
  // Positions that a cursor has passed must not be reused even if their bytes are lost, because they are part of batch
  // ids.
  const start = Math.max(end, ...cursors.map(({ position, begun }) => Math.max(position, begun)));
  if (start > end && passed < start) {
    const from = Math.max(end, passed);
    losses.push({
      file: last?.path ?? segmentPath(dir, from),
      lostBytes: start - from,
      reason: 'the end of the log is missing: requests in it that were not in the store yet are lost',
    });
  }
  if (last === undefined || start > end) {
    segments.push({ base: start, path: segmentPath(dir, start), bytes: 0 });
  }
  const path = segments.at(-1)?.path ?? segmentPath(dir, start);
  const active = await open(path, last?.path === path ? 'r+' : 'w+', 0o600);
  await syncDirectory(dir);
  return { id, segments, active, cutBytes, losses };
}

/** Refuses files of a newer format, which would look damaged to this version, before anything is changed. */
async function checkFormats(segments: readonly Segment[]): Promise<void> {
  const start = Buffer.alloc(4);
  for (const { path } of segments) {
    const handle = await open(path, 'r');
    try {
      await handle.read(start, 0, start.length, 0);
    } finally {
      await handle.close();
    }
    checkFormat(path, recordFormat(start) ?? RECORD_FORMAT, RECORD_FORMAT);
  }
}

/** Removes temporary files that a crash left. They contain users' data and are not needed. */
async function removeUnfinished(dir: string): Promise<void> {
  for (const file of await readdir(dir)) {
    if (file.endsWith('.new')) {
      await rm(join(dir, file), { force: true });
    }
  }
}

/** Finds missing files, and files that are shorter than the next one's name implies. */
function findGaps(dir: string, segments: readonly Segment[], passed: number, losses: WalLoss[]): void {
  for (const [i, segment] of segments.entries()) {
    const next = segments[i + 1];
    if (next === undefined) {
      continue;
    }
    const end = segment.base + segment.bytes;
    const lostBytes = next.base - Math.max(end, Math.min(passed, next.base));
    if (lostBytes > 0) {
      losses.push({
        file: segment.path,
        lostBytes,
        reason: `the log has a gap from here to ${segmentPath(dir, next.base)}: requests in it that were not in the store yet are lost`,
      });
    }
    segment.bytes = Math.min(segment.bytes, next.base - segment.base);
  }
  const [first] = segments;
  if (first !== undefined && passed < first.base) {
    losses.push({
      file: first.path,
      lostBytes: first.base - passed,
      reason: 'files before this one are missing: requests in them that were not in the store yet are lost',
    });
  }
}

async function logId(dir: string, segments: readonly Segment[], losses: WalLoss[]): Promise<string> {
  const path = join(dir, 'id');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^[0-9a-f-]{36}$/.test(known)) {
    return known;
  }
  if (segments.length > 0) {
    losses.push({
      file: path,
      lostBytes: 0,
      reason: 'the id of the log is missing or damaged; it gets a new one, and nothing else is lost',
    });
  }
  const id = randomUUID();
  await writeFile(path, id, { flush: true, mode: 0o600 });
  return id;
}

/** Finds the last valid record, even after damage in the middle, and removes everything after it. */
async function cutTail(segment: Segment, losses: WalLoss[]): Promise<number> {
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
      losses.push({
        file: segment.path,
        lostBytes: cutBytes,
        reason:
          'the file ended with an incomplete request, which was removed: a crash interrupted it before it was acknowledged, or it was damaged later',
      });
    }
    return cutBytes;
  } finally {
    await handle.close();
  }
}

export function cursorPath(dir: string, name: string): string {
  return join(dir, `cursor-${name}`);
}

/** The positions of all readers. */
async function readCursors(
  dir: string,
  losses: WalLoss[],
): Promise<{ readonly position: number; readonly begun: number }[]> {
  const found: { readonly position: number; readonly begun: number }[] = [];
  for (const file of await readdir(dir)) {
    if (!file.startsWith('cursor-')) {
      continue;
    }
    const cursor = await Cursor.read(join(dir, file));
    if (cursor === undefined) {
      losses.push({
        file: join(dir, file),
        lostBytes: 0,
        reason:
          'the cursor of a reader is damaged: it reads the log from its beginning, and spans that are read again count once',
      });
    } else {
      found.push(cursor);
    }
  }
  return found;
}
