import type { Store } from '../../engine/store.ts';
import { noteRowsDeleted, noteUsersChanged } from './usage-changes.ts';

/** Tells readers of changes which figures are different now. */
export interface ChangeWriter {
  /** Tells readers of changes that rows were deleted: every figure of every project may be lower. */
  noteRowsDeleted(id: string): Promise<void>;
  /** Tells readers of changes which users have other figures than before; of all of them where the list is empty. */
  noteUsersChanged(project: string, userIds: readonly string[]): Promise<void>;
}

export function changeWriter(store: Store): ChangeWriter {
  return {
    noteRowsDeleted: (id) => noteRowsDeleted(store, id),
    noteUsersChanged: (project, userIds) => noteUsersChanged(store, project, userIds),
  };
}
