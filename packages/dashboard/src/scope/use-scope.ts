import type { Query } from '../api/request.ts';
import { useRange } from '../range/use-range.ts';
import type { SharedSearch } from '../url/page-search.ts';
import type { TimeRange } from '../url/range.ts';
import { scopeQuery } from '../url/scope.ts';

/** What the figures of a page are about. */
export interface Scope {
  /** For every request of the page. */
  readonly query: Query;
  readonly range: TimeRange;
  readonly nowMs: number;
}

/** The scope of a page from its URL. `fixed` is what the page itself is about, such as one group. */
export function useScope(search: SharedSearch, fixed: SharedSearch = {}): Scope {
  const { range, nowMs } = useRange();
  return { query: scopeQuery({ ...search, ...fixed }, range), range, nowMs };
}
