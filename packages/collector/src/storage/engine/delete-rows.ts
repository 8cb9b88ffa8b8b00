import { onCluster, physicalName } from './ddl.ts';
import type { Mutation, Parameters, Store } from './store.ts';

/** Deletes rows for good: the files that held them are rewritten without them. Waits until that is done. */
export function deleteRows(
  store: Pick<Store, 'cluster'>,
  table: string,
  where: string,
  parameters: Parameters,
): Mutation {
  const { cluster } = store;
  return {
    sql: `ALTER TABLE ${physicalName(table, cluster)}${onCluster(cluster)} DELETE WHERE ${where} SETTINGS mutations_sync = 2`,
    parameters,
  };
}
