import { statfs } from 'node:fs/promises';

import { openChdb } from './chdb-store.ts';
import type { ClickHouseOptions } from './clickhouse-store.ts';
import type { ClaimedMode } from './claimed-mode.ts';
import type { SpansToCopy } from './former/copy-spans.ts';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

export interface StoreOptions {
  /** `clickhouse://…`; without it the embedded engine. */
  readonly url?: string;
  readonly cluster?: string;
  /** Which calls sums count. Default `separate`. */
  readonly claimed?: ClaimedMode;
  /** Directory of the embedded engine's files. */
  readonly directory: string;
  /** Checks the files of the embedded engine before the schema is changed. */
  readonly inspect?: (store: Store) => Promise<void>;
  /** For the embedded engine: called when a query fails on damaged files, with their table if known. */
  readonly onDamage?: (table: string | undefined) => void;
  /** Called before a store of an older version is changed. */
  readonly onMigrate?: () => Promise<void>;
  /** For the embedded engine: called before the spans of an older version are copied, or left for lack of room. */
  readonly onCopy?: (copy: SpansToCopy) => void;
}

/** Opens the store of the options and migrates its schema to this version. */
export async function openStore({
  url,
  cluster,
  claimed = 'separate',
  directory,
  inspect,
  onDamage,
  onMigrate,
  onCopy,
}: StoreOptions): Promise<Store> {
  const store =
    url === undefined
      ? await openChdb({ directory, claimed, ...(onDamage === undefined ? {} : { onDamage }) })
      : await openServer({ url, claimed, ...(cluster === undefined ? {} : { cluster }) });
  try {
    await inspect?.(store);
    await migrate(store, {
      ...(url === undefined ? { place: directory } : {}),
      onBegin: async () => {
        if (url === undefined) await checkRoom(directory);
        await onMigrate?.();
      },
      ...(onCopy === undefined ? {} : { onCopy }),
    });
  } catch (error) {
    await store.close();
    throw url === undefined ? withRemedy(error, directory) : error;
  }
  return store;
}

/** Loads the client of a server only where there is one. */
async function openServer(options: ClickHouseOptions): Promise<Store> {
  const { openClickHouse } = await import('./clickhouse-store.ts');
  return openClickHouse(options);
}

/** Number of bytes that a migration may write before the engine removes old files. */
const MIGRATION_BYTES = 32 << 20;

/**
 * Checks the free disk space. On a full disk the engine writes empty table definitions, and the store cannot be opened
 * any more.
 */
async function checkRoom(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= MIGRATION_BYTES) return;
  throw new StoreError(
    `The store at ${directory} was made by an older userspan and has to be changed, which takes ${MIGRATION_BYTES >> 20} MB; ` +
      `its disk has ${Math.floor((bavail * bsize) / 2 ** 20)} MB left. Nothing was changed. Free some space, and start again.`,
  );
}

/** Adds advice to the engine's errors about its files. Other errors already have it. */
function withRemedy(error: unknown, directory: string): unknown {
  if (error instanceof StoreError && /NOT_ENOUGH_SPACE|No space left/.test(error.message)) {
    return new StoreError(
      `The disk of the store at ${directory} is full: free some space, and start again. The engine says: ${error.message}`,
      { cause: error },
    );
  }
  return error instanceof StoreError && /^Code: \d+/.test(error.message)
    ? new StoreError(
        `The embedded store at ${directory} cannot be read because its files are damaged: restore the data folder from a backup. ` +
          `To start with an empty store, move that folder and store.json beside it away. The engine says: ${error.message}`,
        { cause: error },
      )
    : error;
}
