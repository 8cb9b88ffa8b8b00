import type { Store } from '../../engine/store.ts';
import { noteUsersChanged } from './usage-changes.ts';

/** Records for change readers which figures have changed. */
export interface ChangeWriter {
  /** Records which users' figures have changed; an empty list means all users. */
  noteUsersChanged(project: string, userIds: readonly string[]): Promise<void>;
}

export function changeWriter(store: Store): ChangeWriter {
  return {
    noteUsersChanged: (project, userIds) => noteUsersChanged(store, project, userIds),
  };
}
