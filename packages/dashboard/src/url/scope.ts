import type { Query } from '../api/request.ts';
import { readCallFilters, readFilters } from './filters.ts';
import type { SharedSearch } from './page-search.ts';
import { rangeQuery, type Bucket, type TimeRange } from './range.ts';

/** The query parameters for the scope of a page: range, filters on calls and users, and search. */
export function scopeQuery(search: SharedSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), ...readFilters(search), q: search.q };
}

/** The part of the scope that applies to the figures of one user: range and filters on calls. */
export function userScopeQuery(search: SharedSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), ...readCallFilters(search) };
}

/** Adds the parameters for figures over time. */
export function overTime(
  query: Query,
  { bucket, by }: { readonly bucket: Bucket; readonly by: string },
): Query & { readonly bucket: Bucket } {
  return { ...query, bucket, by };
}
