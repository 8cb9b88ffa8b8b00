import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { WriteAheadLog } from '../../wal/write-ahead-log.ts';

/** The sources of a snapshot. */
export interface SnapshotSource {
  readonly dataFolder: string;
  readonly log: Pick<WriteAheadLog, 'exclusively' | 'roll' | 'end' | 'segments'>;
  /**
   * Runs `work`, with the folders of all parts, while nothing is written to the embedded store. Undefined if the store
   * is a server.
   */
  readonly pauseStore: (<T>(work: (parts: readonly string[]) => Promise<T>) => Promise<T>) | undefined;
}

/** The time of a snapshot, which contains exactly what was acknowledged until then. */
export interface Moment {
  readonly atMs: number;
  /** End of the write-ahead log at that instant. */
  readonly position: number;
}

/** Folder of snapshots until they are copied. The next start removes what a crash left. */
export const SNAPSHOT_FOLDER = 'snapshot';

/** Not copied: files that only this process needs, and sessions, so that ended sessions do not come back. */
const LEFT_OUT: ReadonlySet<string> = new Set(['lock', 'log', 'store', 'sessions.json', SNAPSHOT_FOLDER]);
const TABLE_FOLDER = new RegExp(`\\${sep}store\\${sep}[0-9a-f]{3}\\${sep}[0-9a-f-]{36}$`);

/**
 * Writes a snapshot of the data folder to `target`, with hard links for files that never change.
 *
 * The result equals the state after a power failure at that time, from which every start can recover. First, writes to
 * the store are paused and its parts are linked, which takes a fraction of a second. Then the log is paused for
 * milliseconds, and its end is the time of the snapshot. Spans that are not stored yet are in the log, and a partly
 * inserted write batch is in its file.
 */
export async function takeSnapshot(source: SnapshotSource, target: string): Promise<Moment> {
  const { dataFolder, pauseStore } = source;
  await mkdir(target, { recursive: true, mode: 0o700 });
  if (pauseStore === undefined) {
    return snapshotLog(source, target);
  }
  return pauseStore(async (parts) => {
    const active = new Set(parts.map(partName));
    await copyStore(join(dataFolder, 'store'), join(target, 'store'), (path) => active.has(partName(path)));
    return snapshotLog(source, target);
  });
}

/** As {@link takeSnapshot}, for a data folder that no process uses. */
export async function snapshotClosedFolder(dataFolder: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  await copyStore(
    join(dataFolder, 'store'),
    join(target, 'store'),
    (path) => !/^(?:delete_)?tmp_/.test(nameOf(path)),
  );
  await copyFolder(join(dataFolder, 'log'), join(target, 'log'), linkOrCopy);
  await copyOthers(dataFolder, target);
}

function snapshotLog({ dataFolder, log }: SnapshotSource, target: string): Promise<Moment> {
  return log.exclusively(async () => {
    // All files before the new one are only read from now on. The new one stays empty while the log is paused.
    await log.roll();
    const moment = { atMs: Date.now(), position: log.end };
    const read = new Set(log.segments.slice(0, -1).map(({ path }) => nameOf(path)));
    await copyFolder(join(dataFolder, 'log'), join(target, 'log'), (from, to) =>
      read.has(nameOf(from)) ? linkOrCopy(from, to) : copyFile(from, to),
    );
    await copyOthers(dataFolder, target);
    return moment;
  });
}

/** Copies write batches, the key of secrets, prices and journals, which are small and either replaced or appended to. */
async function copyOthers(dataFolder: string, target: string): Promise<void> {
  for (const entry of await readdir(dataFolder, { withFileTypes: true })) {
    if (LEFT_OUT.has(entry.name)) continue;
    const [from, to] = [join(dataFolder, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) {
      // A write batch may be stored and removed while others are copied.
      await copyFolder(from, to, (file, copy) => unlessGone(copyFile(file, copy)));
    } else if (entry.isFile() && !isUnfinished(entry.name)) {
      await copyFile(from, to);
    }
  }
}

/** Copies the engine's files. Named parts never change; lists next to them are appended to. */
async function copyStore(from: string, to: string, isWanted: (part: string) => boolean): Promise<void> {
  const isTable = TABLE_FOLDER.test(from);
  const entries = await readdir(from, { withFileTypes: true }).catch(ignoreMissing);
  if (entries.length === 0) return;
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isFile()) {
      await copyFile(source, target);
    } else if (!entry.isDirectory()) {
      // Links are names of folders, which the engine creates again.
      continue;
    } else if (!isTable) {
      await copyStore(source, target, isWanted);
    } else if (entry.name === 'deduplication_logs') {
      await copyFolder(source, target, copyFile);
    } else if (entry.name !== 'detached' && isWanted(source)) {
      await copyFolder(source, target, linkOrCopy);
    }
  }
}

async function copyFolder(
  from: string,
  to: string,
  copy: (from: string, to: string) => Promise<void>,
): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) {
        await copyFolder(source, target, copy);
      } else if (entry.isFile() && !isUnfinished(entry.name)) {
        await copy(source, target);
      }
    }),
  );
}

/** Creates a hard link. If the file system does not support links, or the file has too many, copies the file. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

function isUnfinished(name: string): boolean {
  return name.endsWith('.new') || name.startsWith('.write-test-');
}

function ignoreMissing(error: unknown): never[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

async function unlessGone(copying: Promise<void>): Promise<void> {
  await copying.catch(ignoreMissing);
}

/** Table and part of a path, independent of the path to the data folder. */
function partName(path: string): string {
  return path
    .split(/[\\/]/)
    .filter((name) => name !== '')
    .slice(-2)
    .join('/');
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(sep) + 1);
}
