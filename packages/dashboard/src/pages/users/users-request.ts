import type { Query } from '../../api/request.ts';
import { readCallFilters, readFilters } from '../../url/filters.ts';
import type { Order, UserSort, UsersSearch } from '../../url/page-search.ts';
import { bucketOf, rangeQuery, type TimeRange } from '../../url/range.ts';

/** What the list is sorted by where the URL does not say: what one came for. */
export function sortOf(search: UsersSearch): UserSort {
  return search.sort ?? 'cost';
}

/** Names go upwards, figures downwards. */
export function orderOf(search: UsersSearch): Order {
  return search.order ?? (search.sort === 'name' ? 'asc' : 'desc');
}

/** What narrows the figures above the list: the same filters and search as the list's. */
export function figuresRequest(search: UsersSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), ...readFilters(search), q: search.q };
}

/** What narrows the figures of one user: filters that tell calls apart. */
export function ownFiguresRequest(search: UsersSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), ...readCallFilters(search) };
}

/** What asks for the chart. */
export function usageRequest(search: UsersSearch, range: TimeRange, nowMs: number): Query {
  return {
    ...figuresRequest(search, range),
    bucket: bucketOf(range, nowMs),
    by: search.by ?? 'model',
  };
}

/** What asks for the list as the page shows it. */
export function usersRequest(search: UsersSearch, range: TimeRange, columns: readonly string[]): Query {
  const include = ['trend', 'median'].filter((part) => columns.includes(part));
  return {
    ...rangeQuery(range),
    ...readFilters(search),
    q: search.q,
    sort: sortOf(search),
    order: orderOf(search),
    include: include.length === 0 ? undefined : include.join(','),
  };
}
