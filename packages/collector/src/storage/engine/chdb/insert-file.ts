import { existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';

/** Linux's directory of a process's open files. */
const OPEN_FILES = '/proc/self/fd';

/** Whether the engine can read an unlinked file of this process. */
export const HAS_OPEN_FILES: boolean = existsSync(OPEN_FILES);

/** Characters that the engine interprets as a pattern or as the end of a string. */
const PATTERN = /[*?{}[\]'\\]/;

/**
 * Passes the rows of an insert to the engine as a file, because the engine copies statements several times and accepts
 * its binary format only from files.
 *
 * On Linux the file is unlinked before its first byte is written, so a crash leaves nothing behind. On other systems it
 * has a name while `use` runs, and the next insert overwrites what a crash left. The path that `use` receives has no
 * characters that the engine interprets as a pattern.
 *
 * @param directory directory of the file; only one call at a time may use it
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
