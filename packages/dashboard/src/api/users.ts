import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Figures, Page } from './figures.ts';
import { usersPath } from './list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** One day of a user's last thirty. */
export interface TrendDay {
  readonly day: string;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number | null;
}

/** A user with what they cost in the range that was asked for. */
export interface UserRow extends Figures {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly avatar: string | null;
  readonly group: string | null;
  readonly props: Readonly<Record<string, unknown>>;
  /** True where only a browser ever said who this is. */
  readonly claimed: boolean;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly threads: number;
  readonly medianCost?: number | null;
  readonly trend?: readonly TrendDay[];
}

/** A page of users with the sums over all that match. */
export interface UsersPage extends Page<UserRow> {
  readonly total: number;
  readonly totals: Figures;
}

/** One user in full. */
export interface UserDetail extends Omit<UserRow, 'trend'> {
  /** Other ids that count for this user, and since when. */
  readonly aliasesSince: readonly { readonly id: string; readonly at: string }[];
  readonly latency: { readonly p50Ms: number | null; readonly p95Ms: number | null } | null;
}

export interface Neighbor {
  readonly id: string;
  readonly name: string | null;
}

/** Who stands before and after a user in a list. */
export interface Neighbors {
  readonly previous: Neighbor | null;
  readonly next: Neighbor | null;
  readonly position: number | null;
  readonly total: number;
}

// Everything under `live` is asked for again when the collector says that something changed.

export function usersQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'users', query],
    queryFn: ({ pageParam, signal }) => getJson<UsersPage>(usersPath(query, pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function userQuery(id: string, query: Query) {
  return queryOptions({
    queryKey: ['live', 'user', id, query],
    queryFn: ({ signal }) => getJson<UserDetail>(apiPath(['users', id], query), signal),
  });
}

export function neighborsQuery(id: string, query: Query) {
  return queryOptions({
    queryKey: ['neighbors', id, query],
    queryFn: ({ signal }) => getJson<Neighbors>(apiPath(['users', id, 'neighbors'], query), signal),
  });
}
