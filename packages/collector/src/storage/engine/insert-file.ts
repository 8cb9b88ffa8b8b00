import { existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';

/** Where Linux has the open files of a process. */
const OPEN_FILES = '/proc/self/fd';

/** Whether the engine can read a file of this process that has no name. */
export const HAS_OPEN_FILES: boolean = existsSync(OPEN_FILES);

/** Characters that the engine takes for a pattern, or for the end of a text. */
const PATTERN = /[*?{}[\]'\\]/;

/**
 * Gives the engine the rows of an insert as a file: it copies a statement several times, and takes its own binary format
 * from nowhere else.
 *
 * On Linux the file has no name from before its first byte on, so that a crash leaves nothing behind. Elsewhere it has a
 * name while `use` runs; what a crash leaves is replaced by the next insert. The path that `use` gets has no character
 * that the engine takes for a pattern.
 *
 * @param directory where the file's bytes lie; only one call at a time may use it
 */
export async function withInsertFile(
  directory: string,
  body: Buffer,
  use: (path: string) => Promise<void>,
  hasOpenFiles: boolean = HAS_OPEN_FILES,
): Promise<void> {
  if (!hasOpenFiles) {
    const path = PATTERN.test(directory)
      ? join(tmpdir(), `userspan-insert-${pid}.rows`)
      : join(directory, 'insert.rows');
    try {
      await writeFile(path, body, { mode: 0o600 });
      await use(path);
    } finally {
      await rm(path, { force: true });
    }
    return;
  }
  const path = join(directory, 'insert.rows');
  const file = await open(path, 'w+');
  try {
    await rm(path);
    await file.writeFile(body);
    await use(`${OPEN_FILES}/${file.fd}`);
  } finally {
    await file.close();
  }
}
