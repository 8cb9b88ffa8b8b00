import type { Store } from './store.ts';

/** How long the engine keeps the files of rows that were changed or deleted: `old_parts_lifetime` of every table. */
const OLD_FILES_SECONDS = 60;
/** Maximum interval between calls of {@link OldFiles.remove} that keeps the promise of {@link OldFiles.goneMs}. */
const REMOVE_OLD_FILES_MS = 10_000;
/** A server removes old files by itself, at intervals of up to ten minutes if idle. */
const SERVER_MS = 11 * 60_000;

/** Maximum time that deleted values remain in the store's files. */
function oldFilesGoneMs({ kind }: Pick<Store, 'kind'>): number {
  return kind === 'chdb' ? OLD_FILES_SECONDS * 1000 + 3 * REMOVE_OLD_FILES_MS : SERVER_MS;
}

/**
 * Removes expired files whose rows were changed or deleted. The embedded engine does so only while it executes other
 * statements, which on an idle collector may be minutes later.
 */
export async function removeOldFiles(store: Store): Promise<void> {
  if (store.kind !== 'chdb') {
    return;
  }
  const tables = await store.query<{ table: string }>(
    `SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND NOT active AND remove_time <= now() - ${OLD_FILES_SECONDS}`,
  );
  for (const { table } of tables) {
    // There is no such partition, but dropping one makes the engine remove old files immediately.
    await store.execute(`ALTER TABLE \`${table}\` DROP PARTITION ID 'none'`);
  }
}

/**
 * Parts, as TABLE/PART, that the embedded engine could not read at a start and has put aside. Deletions do not reach them.
 * A server's parts are its operator's.
 */
async function readDetachedParts(store: Store): Promise<readonly string[]> {
  if (store.kind !== 'chdb') {
    return [];
  }
  const parts = await store.query<{ part: string }>(
    "SELECT concat(table, '/', name) AS part FROM system.detached_parts WHERE database = currentDatabase() ORDER BY part",
  );
  return parts.map(({ part }) => part);
}

/** Files of the store whose rows were changed or deleted. */
export interface OldFiles {
  /** Maximum interval between calls of {@link remove} in milliseconds. */
  readonly removeEveryMs: number;
  /** Maximum time in milliseconds that deleted values remain in the store's files. */
  readonly goneMs: number;
  /** Removes expired files. */
  remove(): Promise<void>;
  /** Damaged parts that are put aside, as TABLE/PART. They may contain deleted values as long as they exist. */
  readDetachedParts(): Promise<readonly string[]>;
}

export function oldFiles(store: Store): OldFiles {
  return {
    removeEveryMs: REMOVE_OLD_FILES_MS,
    goneMs: oldFilesGoneMs(store),
    remove: () => removeOldFiles(store),
    readDetachedParts: () => readDetachedParts(store),
  };
}
