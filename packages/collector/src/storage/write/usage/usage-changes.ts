import { randomUUID } from 'node:crypto';

import type { Store } from '../../engine/store.ts';
import { RowBuffer } from '../row-buffer.ts';

/** Prefix of batch names that changed figures of users without listing them. */
export const EVERYTHING_CHANGED = 'all:';
/** Prefix of the names of batches that deleted rows. The time before which rows were deleted follows; see `Removal`. */
export const ROWS_DELETED = 'deleted:';
const DELETED_BEFORE = /^deleted:(\d{1,16}):/;

/**
 * Records that a write batch deleted rows. Recording it twice has no effect.
 *
 * @param deletedBeforeMs - As in `Removal`; absent in write batches of earlier versions, which may have deleted rows of any time.
 */
export function recordRowsDeleted(
  store: Store,
  batch: string,
  deletedBeforeMs: number = Number.MAX_SAFE_INTEGER,
): Promise<void> {
  return insertMarker(store, `${ROWS_DELETED}${deletedBeforeMs}:`, batch);
}

/** The time that {@link recordRowsDeleted} recorded with a batch; 0 for a batch that deleted nothing. */
export function deletedBeforeMsOf(batch: string): number {
  if (!batch.startsWith(ROWS_DELETED)) return 0;
  const [, beforeMs] = DELETED_BEFORE.exec(batch) ?? [];
  // An earlier version records no time.
  return beforeMs === undefined ? Number.MAX_SAFE_INTEGER : Number(beforeMs);
}

async function insertMarker(store: Store, prefix: string, id: string): Promise<void> {
  const rows = new RowBuffer();
  rows.add('usage_changes', [`${prefix}${id}`, '', '']);
  for (const insert of rows.inserts(`changes-${id}`)) await store.insert(insert);
}

/** Records which users' figures have changed; an empty list means all users. */
export async function recordUsersChanged(
  store: Store,
  project: string,
  userIds: readonly string[],
): Promise<void> {
  const id = randomUUID();
  if (userIds.length === 0) {
    await insertMarker(store, EVERYTHING_CHANGED, id);
    return;
  }
  const rows = new RowBuffer();
  for (const userId of userIds) rows.add('usage_changes', [id, project, userId]);
  for (const insert of rows.inserts(`changes-${id}`)) await store.insert(insert);
}

/** Records for change readers which figures have changed. */
export interface ChangeWriter {
  /** Records which users' figures have changed; an empty list means all users. */
  recordUsersChanged(project: string, userIds: readonly string[]): Promise<void>;
}

export function changeWriter(store: Store): ChangeWriter {
  return {
    recordUsersChanged: (project, userIds) => recordUsersChanged(store, project, userIds),
  };
}
