import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { CallRow } from '../calls.ts';
import { apiPath, getJson, type Query } from '../request.ts';
import { readCallFilters } from '../../url/filters.ts';
import { usersPath } from './list-paths.ts';
import { type UserDetail, type UserRow, type UsersPage } from '../users.ts';

/** A list with more pages than this is not reloaded completely after each incoming call. */
export const shortListPages = 4;

/** Maximum number of users to request per event. The others are updated with the next refresh of the list. */
const mostUsers = 12;

type UsersData = InfiniteData<UsersPage, string | undefined>;

/**
 * Updates the totals of a long list of users, and the rows of users with new calls. Requesting all loaded pages again
 * would take too long.
 */
export async function refreshLongUsers(client: QueryClient, calls: readonly CallRow[]): Promise<void> {
  const lists = client.getQueryCache().findAll({ queryKey: ['live', 'users'], type: 'active' });
  for (const { queryKey, state } of lists) {
    const data = state.data as UsersData | undefined;
    if (data === undefined || data.pages.length <= shortListPages) continue;
    const query = queryKey[2] as Query;
    const loaded = new Set(data.pages.flatMap((page) => page.data.map((row) => row.id)));
    const changed = Array.from(new Set(calls.flatMap(({ userId }) => (userId === null ? [] : [userId]))));
    const [first, ...users] = await Promise.all([
      getJson<UsersPage>(usersPath(query, undefined)),
      ...changed
        .filter((id) => loaded.has(id))
        .slice(0, mostUsers)
        .map((id) => getJson<UserDetail>(apiPath(['users', id], figuresOnly(query)))),
    ]);
    client.setQueryData<UsersData>(queryKey, (now) => now && withChanges(now, first, users));
  }
}

/** The part of the query that applies to the figures of one user: the range and the filters on calls. */
function figuresOnly({ from, to, ...query }: Query): Query {
  const filters = readCallFilters(query) as Query;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...filters };
}

/** Returns the pages with new totals and figures. Rows keep their positions and pages. */
export function withChanges(
  data: UsersData,
  first: Pick<UsersPage, 'total' | 'totals'>,
  users: readonly Omit<UserDetail, 'aliasesSince' | 'latency'>[],
): UsersData {
  const changes = new Map(users.map((user) => [user.id, user]));
  const pages = data.pages.map((page, at) => ({
    ...page,
    ...(at === 0 ? { total: first.total, totals: first.totals } : {}),
    data: page.data.map((row) => {
      const change = changes.get(row.id);
      return change === undefined ? row : withFigures(row, change);
    }),
  }));
  return { ...data, pages };
}

function withFigures(row: UserRow, change: Omit<UserDetail, 'aliasesSince' | 'latency'>): UserRow {
  return row.trend === undefined ? { ...row, ...change } : { ...row, ...change, trend: row.trend };
}
