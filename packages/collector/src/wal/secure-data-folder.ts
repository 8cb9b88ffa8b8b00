import { chmod, lstat, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pid } from 'node:process';

/** Thrown if the data folder cannot be used. The message names it and says what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/**
 * Creates the data folder and restricts it to the collector's user: folders get mode 0700, files 0600. Resolves to the
 * paths that could not be changed, because they belong to another account.
 *
 * Later files are protected by the folder itself. Rejects with {@link DataFolderError} if the folder is not writable.
 */
export async function secureDataFolder(dir: string): Promise<string[]> {
  try {
    await makeFolder(resolve(dir));
    await tryToWrite(dir);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new DataFolderError(
      `--data must be a folder that this user can write to; ${resolve(dir)} is not (${reason}). Choose another one, or change its owner.`,
      { cause: error },
    );
  }
  const refused: string[] = [];
  await secure(dir, refused);
  return refused;
}

/** Creates folders one by one, because Node's recursive `mkdir` never returns below `/proc`. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) {
      return;
    }
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || (await isThere(parent))) {
      throw error;
    }
    await makeFolder(parent);
    await mkdir(path, { mode: 0o700 });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function tryToWrite(dir: string): Promise<void> {
  const path = join(dir, `.write-test-${pid}`);
  const handle = await open(path, 'w', 0o600);
  await handle.close();
  await rm(path);
}

async function secure(path: string, refused: string[]): Promise<void> {
  // The data folder itself may be a link; links inside are not followed.
  const isLink = (await lstat(path)).isSymbolicLink();
  await restrict(path, 0o700, refused);
  const entries = await readdir(isLink ? `${path}/` : path, { withFileTypes: true });
  for (const entry of entries) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) {
      await secure(below, refused);
    } else if (entry.isFile()) {
      await restrict(below, 0o600, refused);
    }
  }
}

async function restrict(path: string, mode: number, refused: string[]): Promise<void> {
  try {
    await chmod(path, mode);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EPERM' || code === 'EROFS') {
      refused.push(path);
    } else if (code !== 'ENOENT') {
      throw error;
    }
  }
}
