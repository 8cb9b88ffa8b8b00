import type { Query } from '../../api/request.ts';
import type { SharedSearch } from '../../url/page-search.ts';
import type { callChoices } from '../../url/pages.ts';
import type { TimeRange } from '../../url/range.ts';
import { userScopeQuery } from '../../url/scope.ts';

/** The query for the calls in the range and filters of a page, or only those that failed or have no price. */
export function callListRequest(
  search: SharedSearch & { readonly only?: (typeof callChoices)[number] | undefined },
  range: TimeRange,
): Query {
  return {
    ...userScopeQuery(search, range),
    ...(search.only === undefined ? {} : { [search.only]: 'true' }),
  };
}
