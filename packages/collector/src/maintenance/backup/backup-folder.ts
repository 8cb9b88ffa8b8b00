import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import { checkFormat } from '../../runtime/format-version.ts';
import { replaceFile, syncDirectory } from '../../runtime/replace-file.ts';

/** Thrown if a backup cannot be written or restored. The message names the file or folder and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** One file of a backup. */
interface BackupFile {
  /** Path below the backup's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Content of `backup.json`. It is written last, so a folder without it is incomplete. */
export interface BackupManifest {
  readonly format: number;
  /** Version of userspan that made it. */
  readonly madeBy: string;
  /** ISO 8601. The backup contains exactly what was acknowledged until then. */
  readonly moment: string;
  /** Location of the rows: in the backup (`embedded`), or in a ClickHouse server, which needs separate backups. */
  readonly store: 'embedded' | 'server';
  /** Damage that the collector knew of when the backup was made. */
  readonly damage: string | null;
  readonly files: readonly BackupFile[];
}

const FORMAT = 1;
const COPIES_AT_ONCE = 8;
const MANIFEST = 'backup.json';
/** Names that may exist in an otherwise empty folder, because it may be the root of a volume. */
const OF_VOLUMES: ReadonlySet<string> = new Set(['lost+found']);

/**
 * Copies the files of a snapshot to a new folder, each synced, and describes them with their checksums. Removes what it
 * has written when it fails or `signal` aborts.
 */
export async function writeBackup(
  snapshot: string,
  target: string,
  about: Omit<BackupManifest, 'format' | 'files'>,
  signal?: AbortSignal,
): Promise<BackupManifest> {
  try {
    const files = await together(await filesBelow(snapshot), async (path): Promise<BackupFile> => {
      signal?.throwIfAborted();
      return { path, ...(await copySynced(join(snapshot, path), join(target, path))) };
    });
    await syncFolders(target);
    const manifest: BackupManifest = { format: FORMAT, ...about, files };
    await replaceFile(join(target, MANIFEST), `${JSON.stringify(signed(manifest))}\n`);
    await syncDirectory(target);
    return manifest;
  } catch (error) {
    for (const name of await readdir(target)) {
      if (!OF_VOLUMES.has(name)) await rm(join(target, name), { recursive: true, force: true });
    }
    throw error;
  }
}

/** Reads a backup's manifest. Throws {@link BackupError} if the folder is not a backup. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BackupError(
      `${resolve(folder)} has no readable ${MANIFEST}: it is not a backup, or the backup was not finished. Name the folder that userspan backup wrote.`,
      { cause },
    );
  });
  let found: Partial<BackupManifest> & { readonly digest?: string };
  try {
    found = JSON.parse(text) as typeof found;
    checkFormat(path, Number(found.format), FORMAT);
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(path);
    throw error;
  }
  const { digest, ...manifest } = found;
  if (
    signed(manifest as BackupManifest).digest !== digest ||
    !manifest.files?.every(({ path: file }) => isBelow(file))
  ) {
    throw damaged(path);
  }
  return manifest as BackupManifest;
}

/** Copies the files of a backup to a folder and verifies their checksums. */
export async function copyBackup(folder: string, { files }: BackupManifest, target: string): Promise<void> {
  await together(files, async ({ path, bytes, sha256 }) => {
    const copied = await copySynced(join(folder, path), join(target, path)).catch((cause: unknown) => {
      throw new BackupError(
        `${join(folder, path)} of the backup cannot be read: take another backup, and empty ${resolve(target)}.`,
        { cause },
      );
    });
    if (copied.bytes !== bytes || copied.sha256 !== sha256) {
      throw new BackupError(
        `${join(folder, path)} does not match its checksum: the backup is damaged. Take another one, and empty ${resolve(target)}.`,
      );
    }
  });
  await syncFolders(target);
}

/** Creates a folder, or accepts an existing empty one. Throws {@link BackupError} if it is not empty. */
export async function makeEmptyFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const names = (await readdir(path)).filter((name) => !OF_VOLUMES.has(name));
    if (names.length === 0) return;
    throw new BackupError(
      `${resolve(path)} is not empty (it contains ${names[0]}), and existing files are never overwritten: choose a new folder.`,
    );
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new BackupError(
      `${resolve(path)} must be a folder that this user can write to (${reason}). Choose another one, or change its owner.`,
      { cause: error },
    );
  }
}

function damaged(path: string): BackupError {
  return new BackupError(`${path} is damaged, so the backup cannot be verified. Take another backup.`);
}

function signed(manifest: BackupManifest): BackupManifest & { readonly digest: string } {
  return { ...manifest, digest: createHash('sha256').update(JSON.stringify(manifest)).digest('hex') };
}

function isBelow(path: string): boolean {
  return (
    path !== '' && !path.startsWith('/') && !path.includes('\\') && !normalize(path).split(sep).includes('..')
  );
}

/** Processes a few items concurrently, because a disk syncs several files in the time of one. */
async function together<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const next = items.entries();
  const workOn = async (): Promise<void> => {
    for (const [at, item] of next) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, workOn));
  return results;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
    .sort();
}

async function copySynced(
  from: string,
  to: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(to, 'wx', 0o600);
  try {
    for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !OF_VOLUMES.has(entry.name)) await syncFolders(join(folder, entry.name));
  }
  await syncDirectory(folder);
}

/** Whether a path is a folder or below it. */
export function isInside(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}

/** Total size of a backup's files. */
export function bytesOf({ files }: BackupManifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Whether a path exists. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
