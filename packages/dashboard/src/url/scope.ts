import type { Query } from '../api/request.ts';
import { readCallFilters, readFilters } from './filters.ts';
import type { SharedSearch } from './page-search.ts';
import { rangeQuery, type Bucket, type TimeRange } from './range.ts';

/** What every figure of a page is about: a range, filters on calls and on users, a search for users. */
export function scopeQuery(search: SharedSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), ...readFilters(search), q: search.q };
}

/** The part of it that narrows the figures of one user: the range, and filters that tell calls apart. */
export function userScopeQuery(search: SharedSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), ...readCallFilters(search) };
}

/** A scope over time. */
export function overTime(
  query: Query,
  { bucket, by }: { readonly bucket: Bucket; readonly by: string },
): Query & { readonly bucket: Bucket } {
  return { ...query, bucket, by };
}
