import { mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { lockDataDirectory } from '../../wal/data-lock.ts';
import {
  BackupError,
  type BackupManifest,
  bytesOf,
  isInside,
  isThere,
  makeEmptyFolder,
  writeBackup,
} from './backup-folder.ts';
import { SNAPSHOT_FOLDER, snapshotClosedFolder, type SnapshotSource, takeSnapshot } from './take-snapshot.ts';

/** Request of `userspan backup` to the collector that uses the data folder. */
export interface BackupRequest {
  /** Absolute path of the folder that the backup is written to. */
  readonly backup: string;
}

/** Describes the written backup. */
export interface BackupReceipt {
  readonly folder: string;
  readonly moment: string;
  readonly store: BackupManifest['store'];
  readonly files: number;
  readonly bytes: number;
  readonly damage: string | null;
}

/** A running collector that can be backed up. */
export interface BackupSource extends SnapshotSource {
  readonly madeBy: string;
  /** Damage that `/healthz` reports. */
  readonly damage: () => string | null;
}

/** Writes backups of a running collector, one at a time. */
export class BackupWriter {
  readonly #source: BackupSource;
  #isBusy = false;

  constructor(source: BackupSource) {
    this.#source = source;
  }

  /** Answers a {@link BackupRequest}. */
  async answer(request: unknown, signal: AbortSignal): Promise<BackupReceipt> {
    const folder = (request as Partial<BackupRequest> | null)?.backup;
    if (typeof folder !== 'string' || !isAbsolute(folder)) {
      throw new BackupError('this collector does not know the request; it may have another version.');
    }
    if (this.#isBusy) {
      throw new BackupError('another backup is being taken: wait for it.');
    }
    this.#isBusy = true;
    try {
      return await this.#write(folder, signal);
    } finally {
      this.#isBusy = false;
    }
  }

  async #write(folder: string, signal: AbortSignal): Promise<BackupReceipt> {
    const { dataFolder, madeBy, damage, pauseStore } = this.#source;
    return viaSnapshot(dataFolder, folder, async (snapshot) => {
      const { atMs } = await takeSnapshot(this.#source, snapshot);
      const about = {
        madeBy,
        moment: new Date(atMs).toISOString(),
        store: pauseStore === undefined ? ('server' as const) : ('embedded' as const),
        damage: damage(),
      };
      return writeBackup(snapshot, folder, about, signal);
    });
  }
}

/** Writes a backup of a data folder that no collector uses. */
export async function backUpClosedFolder(
  dataFolder: string,
  folder: string,
  madeBy: string,
): Promise<BackupReceipt> {
  if (!(await isThere(join(dataFolder, 'log')))) {
    throw new BackupError(
      `${resolve(dataFolder)} is not the data folder of a collector: set it with --data.`,
    );
  }
  const lock = await lockDataDirectory(dataFolder);
  try {
    return await viaSnapshot(dataFolder, folder, async (snapshot) => {
      await snapshotClosedFolder(dataFolder, snapshot);
      return writeBackup(snapshot, folder, {
        madeBy,
        moment: new Date().toISOString(),
        store: (await isThere(join(dataFolder, 'store'))) ? 'embedded' : 'server',
        damage: null,
      });
    });
  } finally {
    await lock.release();
  }
}

/** Removes a snapshot that a crash left, whose links keep deleted files. */
export async function removeSnapshot(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, SNAPSHOT_FOLDER), { recursive: true, force: true });
}

async function viaSnapshot(
  dataFolder: string,
  folder: string,
  write: (snapshot: string) => Promise<BackupManifest>,
): Promise<BackupReceipt> {
  if (isInside(folder, dataFolder) || isInside(dataFolder, folder)) {
    throw new BackupError(`${folder} must be outside of the data folder ${resolve(dataFolder)}.`);
  }
  await makeEmptyFolder(folder);
  const snapshot = join(dataFolder, SNAPSHOT_FOLDER);
  await removeSnapshot(dataFolder);
  await mkdir(snapshot, { mode: 0o700 });
  try {
    const manifest = await write(snapshot);
    const { moment, store, damage, files } = manifest;
    return { folder, moment, store, files: files.length, bytes: bytesOf(manifest), damage };
  } finally {
    await removeSnapshot(dataFolder);
  }
}
