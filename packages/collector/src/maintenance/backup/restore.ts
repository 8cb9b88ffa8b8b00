import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { replaceFile, syncDirectory } from '../../runtime/replace-file.ts';
import {
  BackupError,
  type BackupManifest,
  copyBackup,
  isInside,
  isThere,
  makeEmptyFolder,
  readManifest,
} from './backup-folder.ts';

/** Marker file in a data folder while a backup is copied into it. */
const UNFINISHED = 'restore-unfinished';

/**
 * Creates a data folder from a backup and verifies all files. Overwrites nothing. Resolves to the manifest.
 *
 * If the rows are in a server, the log gets a new id. Batch ids contain it, and the server, which was not restored,
 * would take new batches for old ones. With the embedded store, log and store are restored together.
 */
export async function restoreBackup(from: string, dataFolder: string): Promise<BackupManifest> {
  const manifest = await readManifest(from);
  if (isInside(dataFolder, from)) {
    throw new BackupError(`${resolve(dataFolder)} must be outside of the backup ${resolve(from)}.`);
  }
  await makeEmptyFolder(dataFolder);
  const mark = join(dataFolder, UNFINISHED);
  await replaceFile(mark, 'A backup is being copied into this folder.\n');
  await copyBackup(from, manifest, dataFolder);
  if (manifest.store === 'server') {
    await replaceFile(join(dataFolder, 'log', 'id'), randomUUID());
    await syncDirectory(join(dataFolder, 'log'));
  }
  await rm(mark);
  await syncDirectory(dataFolder);
  return manifest;
}

/** Throws {@link BackupError} if a restore into the folder was interrupted. */
export async function checkRestored(dataFolder: string): Promise<void> {
  if (await isThere(join(dataFolder, UNFINISHED))) {
    throw new BackupError(
      `The restore into ${resolve(dataFolder)} was not finished: empty the folder and run userspan restore again.`,
    );
  }
}
