import type { Store } from './store.ts';

/** How long the engine keeps the files of rows that were changed or deleted: `old_parts_lifetime` of every table. */
const OLD_FILES_SECONDS = 60;
/** How often {@link OldFiles.remove} has to be called for {@link OldFiles.goneMs} to hold. */
const REMOVE_OLD_FILES_MS = 10_000;
/** A server removes its old files by itself, at intervals of up to ten minutes when it is idle. */
const SERVER_MS = 11 * 60_000;

/** How long after a deletion at most the deleted values are in files of the store. */
function oldFilesGoneMs({ kind }: Pick<Store, 'kind'>): number {
  return kind === 'chdb' ? OLD_FILES_SECONDS * 1000 + 3 * REMOVE_OLD_FILES_MS : SERVER_MS;
}

/**
 * Removes files whose rows were changed or deleted, once their time is over. The embedded engine looks for them when it is
 * asked to do something else, which on an idle collector may be minutes later.
 */
export async function removeOldFiles(store: Store): Promise<void> {
  if (store.kind !== 'chdb') {
    return;
  }
  const tables = await store.query<{ table: string }>(
    `SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND NOT active AND remove_time <= now() - ${OLD_FILES_SECONDS}`,
  );
  for (const { table } of tables) {
    // There is no such partition. Dropping one is what makes the engine look for old files at once.
    await store.execute(`ALTER TABLE \`${table}\` DROP PARTITION ID 'none'`);
  }
}

/** Files of the store whose rows were changed or deleted. */
export interface OldFiles {
  /** How often {@link remove} has to be called for {@link goneMs} to hold, in milliseconds. */
  readonly removeEveryMs: number;
  /** How long after a deletion at most the deleted values are in files of the store, in milliseconds. */
  readonly goneMs: number;
  /** Removes those whose time is over. */
  remove(): Promise<void>;
}

export function oldFiles(store: Store): OldFiles {
  return {
    removeEveryMs: REMOVE_OLD_FILES_MS,
    goneMs: oldFilesGoneMs(store),
    remove: () => removeOldFiles(store),
  };
}
