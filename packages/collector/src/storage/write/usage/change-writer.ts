import type { Store } from '../../engine/store.ts';
import { noteRowsDeleted, noteUsersChanged } from './usage-changes.ts';

/** Records for change readers which figures have changed. */
export interface ChangeWriter {
  /** Records that rows were deleted, so that every figure of every project may be lower. */
  noteRowsDeleted(id: string): Promise<void>;
  /** Records which users' figures have changed; an empty list means all users. */
  noteUsersChanged(project: string, userIds: readonly string[]): Promise<void>;
}

export function changeWriter(store: Store): ChangeWriter {
  return {
    noteRowsDeleted: (id) => noteRowsDeleted(store, id),
    noteUsersChanged: (project, userIds) => noteUsersChanged(store, project, userIds),
  };
}
