import type { MarginSearch } from '../../url/page-search.ts';

/** How many customers the page shows at first. */
export const marginLines = 200;

/** The calendar month (UTC) of a time, such as `2026-11`. */
export function monthOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 7);
}

/** The calendar month before a month. */
export function monthBefore(month: string): string {
  return monthOf(Date.parse(`${month}-01T00:00:00Z`) - 1);
}

/** The query for the margin of all customers, by default of the current month. */
export function marginRequest(search: MarginSearch, nowMs: number) {
  return {
    month: search.month ?? monthOf(nowMs),
    by: search.by ?? 'user',
    unattributed: search.spread ?? 'apart',
  } as const;
}
