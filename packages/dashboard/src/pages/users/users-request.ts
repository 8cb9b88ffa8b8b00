import type { Query } from '../../api/request.ts';
import { includeOf } from '../../list/column-choice.ts';
import type { Order, UserSort } from '../../url/pages.ts';
import { userChoices } from './user-choices.ts';

interface SortSearch {
  readonly sort?: UserSort | undefined;
  readonly order?: Order | undefined;
}

/** The default order of the list. */
export function sortOf(search: SortSearch): UserSort {
  return search.sort ?? 'cost';
}

/** Names go upwards, figures downwards. */
export function orderOf(search: SortSearch): Order {
  return search.order ?? (search.sort === 'name' ? 'asc' : 'desc');
}

/** The request for the users of a scope as the page shows them. */
export function usersRequest(scope: Query, search: SortSearch, columns: readonly string[]): Query {
  return {
    ...scope,
    sort: sortOf(search),
    order: orderOf(search),
    include: includeOf(columns, userChoices),
  };
}
