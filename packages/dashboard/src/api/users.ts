import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { asList } from './lists/list-first.ts';
import { usersPath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** A user with what they cost in the range that was asked for. */
export type UserRow = RowOf<'listUsers'>;

/** A page of users with the sums over all that match. */
export type UsersPage = Answer<'listUsers'>;

/** One user in full. */
export type UserDetail = Answer<'readUser'>;

/** Who stands before and after a user in a list. */
type Neighbors = Answer<'readNeighbors'>;

export type Neighbor = NonNullable<Neighbors['next']>;

// Everything under `live` is asked for again when the collector says that something changed.

export function usersQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'users', query],
    queryFn: ({ pageParam, signal }) => asList(getJson<UsersPage>(usersPath(query, pageParam), signal)),
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
