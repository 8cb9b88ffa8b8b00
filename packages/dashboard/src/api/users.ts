import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { asList } from './lists/list-first.ts';
import { usersPath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** A user with the figures of the requested range. */
export type UserRow = RowOf<'listUsers'>;

/** A page of users with the totals of all matching users. */
export type UsersPage = Answer<'listUsers'>;

/** One user with all details. */
export type UserDetail = Answer<'readUser'>;

/** The users before and after a user in a list. */
type Neighbors = Answer<'readNeighbors'>;

export type Neighbor = NonNullable<Neighbors['next']>;

// Queries under the key `live` are refreshed when the collector reports a change.

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
