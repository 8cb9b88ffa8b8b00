import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes the data folder, and keeps it to the user that the collector runs as: folders 0700, files 0600, whatever they were
 * before. Resolves to the paths that could not be changed, because they belong to somebody else.
 *
 * What is made below it later is out of reach behind the folder itself.
 */
export async function secureDataFolder(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const refused: string[] = [];
  await secure(dir, refused);
  return refused;
}

async function secure(path: string, refused: string[]): Promise<void> {
  // The data folder may itself be a link; links inside of it are not followed.
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
