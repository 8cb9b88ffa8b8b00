import type { ApiContext } from '../api-context.ts';
import type { UserScope } from '../../storage/read/users/matching-keys.ts';
import { readUserFilter } from './read-filters.ts';
import type { Query } from './read-filters.ts';

/** Reads the filter of users of a request. */
export async function readUserScope(
  context: Pick<ApiContext, 'store' | 'aliases'>,
  project: string,
  query: object,
): Promise<UserScope> {
  const users = readUserFilter(query as Query);
  const [keys, hasNoAliases] = await Promise.all([
    context.store.users.readMatchingKeys({ project, users }),
    context.aliases.isEmpty(project),
  ]);
  return { users, keys, hasAliases: !hasNoAliases };
}
