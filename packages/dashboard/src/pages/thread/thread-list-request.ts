import type { Query } from '../../api/request.ts';
import { readPageSearch, type ThreadsSearch } from '../../url/page-search.ts';
import { readFilters } from '../../url/filters.ts';
import { rangeQuery, readRange, type TimeRange } from '../../url/range.ts';
import { parseSearch } from '../../url/search-codec.ts';

/** The request for threads as their list shows them. */
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

/** The request of the list that a thread's page was opened from; without one, the threads of its user. */
export function threadListRequest(list: string | undefined, userId: string | null, nowMs: number): Query {
  if (list === undefined) {
    return { user: userId ?? undefined, sort: 'lastSeen', order: 'desc' };
  }
  const search = readPageSearch('/threads', parseSearch(list));
  return threadsRequest(search, readRange(search, nowMs));
}
