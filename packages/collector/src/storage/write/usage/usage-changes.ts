import { randomUUID } from 'node:crypto';

import type { Store } from '../../engine/store.ts';
import { RowBuffer } from '../row-buffer.ts';

/** Prefix of batch names that changed figures of users without listing them. */
export const EVERYTHING_CHANGED = 'all:';
/** Prefix of batch names that deleted rows, so that figures of unlisted users may be lower. */
export const ROWS_DELETED = 'deleted:';

/** Records that rows were deleted, so that every figure of every project may be lower. */
export function noteRowsDeleted(store: Store, id: string): Promise<void> {
  return noteUnlisted(store, ROWS_DELETED, id);
}

async function noteUnlisted(store: Store, prefix: string, id: string): Promise<void> {
  const rows = new RowBuffer();
  rows.add('usage_changes', [`${prefix}${id}`, '', '']);
  for (const insert of rows.inserts(`changes-${id}`)) await store.insert(insert);
}

/** Records which users' figures have changed; an empty list means all users. */
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
