import { apiPath, type Query } from './request.ts';

/** Rows that a window shows, and some below: the first page is not waited for longer than it must be. */
const firstPageSize = 48;
const pageSize = 120;

/** One page of the list of users. */
export function usersPath(query: Query, cursor: string | undefined): string {
  return apiPath(['users'], { ...query, limit: cursor === undefined ? firstPageSize : pageSize, cursor });
}

/** The figures of a range. */
export function summaryPath(query: Query): string {
  return apiPath(['summary'], query);
}

/** Figures over time. Buckets are cut at midnight where the reader is. */
export function usagePath(query: Query): string {
  return apiPath(['usage'], { ...query, tz: timeZone });
}

export const timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;
