import type { Query } from '../../api/request.ts';
import { readUsersSearch } from '../../url/page-search.ts';
import { readRange } from '../../url/range.ts';
import { scopeQuery } from '../../url/scope.ts';
import { parseSearch } from '../../url/search-codec.ts';
import { usersRequest } from '../users/users-request.ts';

/** The request of the list a user's page was opened from; without one, the list as it stands when nothing is chosen. */
export function listRequest(list: string | undefined, nowMs: number): Query {
  const search = readUsersSearch(parseSearch(list ?? ''));
  return usersRequest(scopeQuery(search, readRange(search, nowMs)), search, []);
}
