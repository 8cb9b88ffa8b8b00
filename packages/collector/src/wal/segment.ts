import { type FileHandle, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of the log. Positions count the bytes of all files; `base` is the position where this one starts. */
export interface Segment {
  readonly base: number;
  readonly path: string;
  bytes: number;
}

const NAME = /^([0-9a-f]{16})\.log$/;

export function segmentPath(dir: string, base: number): string {
  return join(dir, `${base.toString(16).padStart(16, '0')}.log`);
}

/** The segments in a directory, oldest first. */
export async function listSegments(dir: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of await readdir(dir)) {
    const hex = NAME.exec(name)?.[1];
    if (hex !== undefined) {
      const path = join(dir, name);
      segments.push({ base: Number.parseInt(hex, 16), path, bytes: (await stat(path)).size });
    }
  }
  return segments.sort((a, b) => a.base - b.base);
}

/** Writes all buffers at `position`, even if the system accepts them only in parts. */
export async function writeFully(
  handle: FileHandle,
  buffers: readonly Buffer[],
  position: number,
): Promise<void> {
  let rest = buffers.filter((buffer) => buffer.length > 0);
  let at = position;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest, at);
    at += bytesWritten;
    let skip = bytesWritten;
    const left: Buffer[] = [];
    for (const buffer of rest) {
      if (skip >= buffer.length) {
        skip -= buffer.length;
      } else {
        left.push(skip === 0 ? buffer : buffer.subarray(skip));
        skip = 0;
      }
    }
    rest = left;
  }
}
