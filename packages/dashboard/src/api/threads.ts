import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { threadsPath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** One conversation. */
export type ThreadRow = RowOf<'listThreads'>;

/** A call of a conversation, with its content if that was captured. */
export type Turn = ThreadDetail['calls'][number];

/** A conversation with its first 1,000 calls. */
export type ThreadDetail = Answer<'readThread'>;

export function threadsQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'threads', query],
    queryFn: ({ pageParam, signal }) => getJson<Answer<'listThreads'>>(threadsPath(query, pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function userThreadsQuery(id: string, query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'user-threads', id, query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Answer<'listUserThreads'>>(
        apiPath(['users', id, 'threads'], { ...query, limit: 100, cursor: pageParam }),
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function threadQuery(id: string) {
  return queryOptions({
    queryKey: ['live', 'thread', id],
    queryFn: ({ signal }) => getJson<ThreadDetail>(apiPath(['threads', id]), signal),
  });
}

/** Feedback on a message, a run or a thread. */
export type Feedback = RowOf<'listFeedback'>;

/** A message that the application tracked. */
export type TrackedMessage = ThreadDetail['messages'][number];

export function feedbackQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'feedback', query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Answer<'listFeedback'>>(
        apiPath(['feedback'], { ...query, limit: 50, cursor: pageParam }),
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** The neighbors of a thread in a list. */
export function threadNeighborsQuery(id: string, query: Query) {
  return queryOptions({
    queryKey: ['thread-neighbors', id, query],
    queryFn: ({ signal }) =>
      getJson<Answer<'readThreadNeighbors'>>(apiPath(['threads', id, 'neighbors'], query), signal),
  });
}
