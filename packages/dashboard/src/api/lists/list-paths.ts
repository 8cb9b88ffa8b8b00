import { hasUserFilters } from '../../url/filters.ts';
import { apiPath, type Query } from '../request.ts';

/** Rows that a window shows, and some below: the first page is not waited for longer than it must be. */
const firstPageSize = 48;
const pageSize = 120;

/** One page of the list of users. */
export function usersPath(query: Query, cursor: string | undefined): string {
  // Under a filter of users the list does not wait for their sums: the summary has the same.
  const totals = hasUserFilters(query) ? 'false' : undefined;
  const limit = cursor === undefined ? firstPageSize : pageSize;
  return apiPath(['users'], { ...query, totals, limit, cursor });
}

/** The figures of a range, without what the page asks for in another way. */
export function summaryPath(query: Query): string {
  return apiPath(['summary'], { ...query, movers: 'false' });
}

/** Figures over time. Buckets are cut at midnight where the reader is. */
export function usagePath(query: Query): string {
  return apiPath(['usage'], { ...query, tz: timeZone });
}

export const timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;
