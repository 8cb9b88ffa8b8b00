import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { CallRow, TraceSpan } from './calls.ts';
import type { Figures, Page } from './figures.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** One conversation. */
export interface ThreadRow extends Figures {
  readonly id: string;
  readonly userId: string | null;
  /** Of its user. */
  readonly name: string | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** A call of a conversation, with its words where they were captured. */
export interface Turn extends CallRow {
  readonly messages?: { readonly input?: unknown; readonly output?: unknown };
}

export interface ThreadDetail extends Omit<ThreadRow, 'calls'> {
  readonly users: readonly string[];
  readonly callCount: number;
  /** The oldest thousand. */
  readonly calls: readonly Turn[];
  readonly runs: readonly (TraceSpan & { readonly traceId: string })[];
}

export function threadsQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'threads', query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<ThreadRow>>(apiPath(['threads'], { ...query, limit: 100, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function userThreadsQuery(id: string, query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'user-threads', id, query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<ThreadRow>>(
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
