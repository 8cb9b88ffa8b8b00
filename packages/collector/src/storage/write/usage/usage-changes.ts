import { randomUUID } from 'node:crypto';

import type { Store } from '../../engine/store.ts';
import { RowBuffer } from '../row-buffer.ts';

/** Batches whose names begin with it changed figures of users that are not listed. */
export const EVERYTHING_CHANGED = 'all:';
/** Batches whose names begin with it deleted rows: figures of users that are not listed may be lower. */
export const ROWS_DELETED = 'deleted:';

/** Tells readers of changes that rows were deleted: every figure of every project may be lower. */
export function noteRowsDeleted(store: Store, id: string): Promise<void> {
  return noteUnlisted(store, ROWS_DELETED, id);
}

async function noteUnlisted(store: Store, prefix: string, id: string): Promise<void> {
  const rows = new RowBuffer();
  rows.add('usage_changes', [`${prefix}${id}`, '', '']);
  for (const insert of rows.inserts(`changes-${id}`)) await store.insert(insert);
}

/** Tells readers of changes which users have other figures than before; of all of them where the list is empty. */
export async function noteUsersChanged(
  store: Store,
  project: string,
  userIds: readonly string[],
): Promise<void> {
  const id = randomUUID();
  if (userIds.length === 0) {
    await noteUnlisted(store, EVERYTHING_CHANGED, id);
    return;
  }
  const rows = new RowBuffer();
  for (const userId of userIds) rows.add('usage_changes', [id, project, userId]);
  for (const insert of rows.inserts(`changes-${id}`)) await store.insert(insert);
}
