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

/** The sort direction: by default ascending for names and descending for figures. */
export function orderOf(search: SortSearch): Order {
  return search.order ?? (search.sort === 'name' ? 'asc' : 'desc');
}

/** The query for the users of a scope with the order and columns of the page. */
export function usersRequest(scope: Query, search: SortSearch, columns: readonly string[]): Query {
  return {
    ...scope,
    sort: sortOf(search),
    order: orderOf(search),
    include: includeOf(columns, userChoices),
  };
}
