import { onCluster, physicalName } from './ddl.ts';
import type { Mutation, Parameters, Store } from './store.ts';

/** Deletes rows by rewriting the files that contain them, and waits until that is complete. */
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
