import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { CallRow } from '../calls.ts';
import { apiPath, getJson, type Query } from '../request.ts';
import { readCallFilters } from '../../url/filters.ts';
import { usersPath } from './list-paths.ts';
import { type UserDetail, type UserRow, type UsersPage } from '../users.ts';

/** A list of more pages than this is not reloaded as a whole with every incoming call. */
export const shortListPages = 4;

/** How many users of one event are looked up; what is missed comes with the next refresh of the list. */
const mostUsers = 12;

type UsersData = InfiniteData<UsersPage, string | undefined>;

/**
 * Brings a long list of users up to date: its sums, and the rows of the users who just made calls. Asking for all its pages
 * again would take as long as scrolling did.
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

/** What narrows the figures of one user: the range, and filters that tell calls apart. */
function figuresOnly({ from, to, ...query }: Query): Query {
  const filters = readCallFilters(query) as Query;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...filters };
}

/** The pages with the new sums and figures; places and page limits stay as they are. */
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
