import type { Query } from '../../api/request.ts';
import { readFilters } from '../../url/filters.ts';
import type { UsersSearch } from '../../url/page-search.ts';
import { rangeQuery, type TimeRange } from '../../url/range.ts';

/** What narrows every figure of the users page. */
export function figuresRequest(search: UsersSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), ...readFilters(search) };
}

/** What asks for the list as the page shows it. */
export function usersRequest(search: UsersSearch, range: TimeRange, columns: readonly string[]): Query {
  const include = ['trend', 'median', 'threads'].filter((part) => columns.includes(part));
  return {
    ...figuresRequest(search, range),
    q: search.q,
    sort: search.sort ?? 'cost',
    order: search.order ?? (search.sort === 'name' ? 'asc' : 'desc'),
    include: include.length === 0 ? undefined : include.join(','),
  };
}
