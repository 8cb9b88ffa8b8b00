import { statfs } from 'node:fs/promises';

import { openChdb } from './chdb-store.ts';
import { openClickHouse } from './clickhouse-store.ts';
import type { ClaimedMode } from './claimed-mode.ts';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

export interface StoreOptions {
  /** `clickhouse://…`; without it the embedded engine. */
  readonly url?: string;
  readonly cluster?: string;
  /** Which calls sums count. Default `separate`. */
  readonly claimed?: ClaimedMode;
  /** Where the embedded engine keeps its files. */
  readonly directory: string;
  /** Checks the files of the embedded engine before the schema is changed. */
  readonly inspect?: (store: Store) => Promise<void>;
  /** Of the embedded engine: called when a query fails on damaged files, with their table where it is known. */
  readonly onDamage?: (table: string | undefined) => void;
  /** Called before a store of an older version is changed. */
  readonly onMigrate?: () => Promise<void>;
}

/** Opens the store that was asked for, with the schema that this version knows. */
export async function openStore({
  url,
  cluster,
  claimed = 'separate',
  directory,
  inspect,
  onDamage,
  onMigrate,
}: StoreOptions): Promise<Store> {
  const store =
    url === undefined
      ? await openChdb({ directory, claimed, ...(onDamage === undefined ? {} : { onDamage }) })
      : await openClickHouse({ url, claimed, ...(cluster === undefined ? {} : { cluster }) });
  try {
    await inspect?.(store);
    await migrate(store, {
      ...(url === undefined ? { place: directory } : {}),
      onBegin: async () => {
        if (url === undefined) await checkRoom(directory);
        await onMigrate?.();
      },
    });
  } catch (error) {
    await store.close();
    throw url === undefined ? withRemedy(error, directory) : error;
  }
  return store;
}

/** What a migration may write before the engine cleans up behind itself. */
const MIGRATION_BYTES = 32 << 20;

/** On a full disk the engine leaves definitions of tables empty, and the store does not open any more. */
async function checkRoom(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= MIGRATION_BYTES) return;
  throw new StoreError(
    `The store at ${directory} was made by an older userspan and has to be changed, which takes ${MIGRATION_BYTES >> 20} MB; ` +
      `its disk has ${Math.floor((bavail * bsize) / 2 ** 20)} MB left. Nothing was changed. Free some space, and start again.`,
  );
}

/** The engine's message about a file of its store, with what to do about it. Messages of other errors have that already. */
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
