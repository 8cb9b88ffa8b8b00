import { openChdb } from './chdb-store.ts';
import { openClickHouse } from './clickhouse-store.ts';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';

export interface StoreOptions {
  /** `clickhouse://…`; without it the embedded engine. */
  readonly url?: string;
  readonly cluster?: string;
  /** Where the embedded engine keeps its files. */
  readonly directory: string;
}

/** Opens the store that was asked for, with the schema that this version knows. */
export async function openStore({ url, cluster, directory }: StoreOptions): Promise<Store> {
  const store =
    url === undefined
      ? await openChdb({ directory })
      : await openClickHouse({ url, ...(cluster === undefined ? {} : { cluster }) });
  try {
    await migrate(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
