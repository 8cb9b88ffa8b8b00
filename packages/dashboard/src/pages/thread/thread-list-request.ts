import type { Query } from '../../api/request.ts';
import { readPageSearch, type ThreadsSearch } from '../../url/page-search.ts';
import { readFilters } from '../../url/filters.ts';
import { rangeQuery, readRange, type TimeRange } from '../../url/range.ts';
import { parseSearch } from '../../url/search-codec.ts';

/** The query for the list of threads. */
export function threadsRequest(search: ThreadsSearch, range: TimeRange): Query {
  const { q, content, user, only, sort, order } = search;
  return {
    ...rangeQuery(range),
    ...readFilters(search),
    q,
    content,
    user,
    errors: only === 'errors' ? 'true' : undefined,
    sort: sort ?? 'lastSeen',
    order: order ?? 'desc',
  };
}

/** The query for the list from which a thread was opened; the threads of its user by default. */
export function threadListRequest(list: string | undefined, userId: string | null, nowMs: number): Query {
  if (list === undefined) {
    return { user: userId ?? undefined, sort: 'lastSeen', order: 'desc' };
  }
  const search = readPageSearch('/threads', parseSearch(list));
  return threadsRequest(search, readRange(search, nowMs));
}
