import type { Store } from '../engine/store.ts';
import type { Removal, SpanRemoval } from './removals.ts';
import { removeBefore, removeUsers, removeSpans, removeService } from './removals.ts';

/** Creates what removes rows, as parts of a write batch. */
export interface RemovalWriter {
  /** Removes everything that began before a day: spans, calls, roll-ups, and threads and profiles not seen since. */
  removeBefore(day: number): Removal;
  /**
   * Removes users: profile, calls, roll-ups, threads, and aliases in either direction.
   *
   * The engine keeps the text of mutations on disk for a long time, so they contain only hashes of the ids.
   */
  removeUsers(project: string, userIds: readonly string[]): Removal;
  /** Removes spans with their recorded content and with the messages and feedback that they represent. */
  removeSpans(project: string, query: SpanRemoval): Removal;
  /**
   * Removes everything that one service sent, and users (with their revenue) and threads whose ids start with a prefix.
   */
  removeService(project: string, options: { readonly service: string; readonly prefix: string }): Removal;
}

export function removalWriter(store: Pick<Store, 'cluster'>): RemovalWriter {
  return {
    removeBefore: (day) => removeBefore(store, day),
    removeUsers: (project, userIds) => removeUsers(store, project, userIds),
    removeSpans: (project, query) => removeSpans(store, project, query),
    removeService: (project, options) => removeService(store, project, options),
  };
}
