import type { Query } from '../api/request.ts';
import { useRange } from '../range/use-range.ts';
import type { SharedSearch } from '../url/page-search.ts';
import type { TimeRange } from '../url/range.ts';
import { scopeQuery } from '../url/scope.ts';

/** The scope of a page's figures: range and filters. */
export interface Scope {
  /** The query parameters for all requests of the page. */
  readonly query: Query;
  readonly range: TimeRange;
  readonly nowMs: number;
}

/** Returns the scope from the URL of a page. `fixed` is the subject of the page, such as one group. */
export function useScope(search: SharedSearch, fixed: SharedSearch = {}): Scope {
  const { range, nowMs } = useRange();
  return { query: scopeQuery({ ...search, ...fixed }, range), range, nowMs };
}
