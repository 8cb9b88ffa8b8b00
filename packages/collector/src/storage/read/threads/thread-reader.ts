import type { Store } from '../../engine/store.ts';
import type { ReaderContext } from '../query/read-context.ts';
import type { EntryRow, FeedbackQuery } from './thread-entries.ts';
import type { ThreadDetail } from './thread-query.ts';
import type { ThreadJson, ThreadNeighbors, ThreadRow, ThreadsQuery } from './threads-query.ts';
import { listThreads, findThreadNeighbors, threadRows } from './threads-query.ts';
import { readThread } from './thread-query.ts';
import { listFeedback, readFeedbackAbout } from './thread-entries.ts';

/** Reads threads, their messages and feedback. */
export interface ThreadReader {
  /** Threads. Returns one more than the limit if there are further pages. */
  listThreads(query: ThreadsQuery): Promise<ThreadRow[]>;
  /** The position of a thread in a list; `undefined` if it is not in the list. */
  findThreadNeighbors(
    query: Omit<ThreadsQuery, 'limit' | 'after'>,
    threadId: string,
  ): Promise<ThreadNeighbors | undefined>;
  /** Threads with the names of their users and, if requested, titles. */
  threadRows(
    project: string,
    rows: readonly ThreadRow[],
    options?: { readonly includesTitles?: boolean },
  ): Promise<ThreadJson[]>;
  /** A whole conversation; `undefined` if it does not exist. */
  readThread(
    context: Pick<ReaderContext, 'hidesContent'>,
    project: string,
    threadId: string,
  ): Promise<ThreadDetail | undefined>;
  /** Feedback, the newest first. Includes feedback that was sent with a message. */
  listFeedback(query: FeedbackQuery): Promise<EntryRow[]>;
  /** Feedback about any of these messages, runs or threads, oldest first. */
  readFeedbackAbout(project: string, ids: readonly string[]): Promise<EntryRow[]>;
}

export function threadReader(store: Store): ThreadReader {
  return {
    listThreads: (query) => listThreads(store, query),
    findThreadNeighbors: (query, threadId) => findThreadNeighbors(store, query, threadId),
    threadRows: (project, rows, options) => threadRows(store, project, rows, options),
    readThread: (context, project, threadId) => readThread({ ...context, store }, project, threadId),
    listFeedback: (query) => listFeedback(store, query),
    readFeedbackAbout: (project, ids) => readFeedbackAbout(store, project, ids),
  };
}
