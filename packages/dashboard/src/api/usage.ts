import { queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { hasUserFilters } from '../url/filters.ts';
import { getAfterList, getAfterTotals } from './lists/list-first.ts';
import { timeZone, usagePath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** The figures of one time bucket and one value of the split. */
export type UsageRow = RowOf<'readUsage'>;

export type Usage = Answer<'readUsage'>;

export function usageQuery(query: Query) {
  // With a filter on users the collector reads all minutes, so that the totals would wait for the chart.
  const get = hasUserFilters(query) ? getAfterTotals<Usage> : getAfterList<Usage>;
  return queryOptions({
    queryKey: ['live', 'usage', query],
    queryFn: ({ signal }) => get(usagePath(query), signal),
  });
}

export function userUsageQuery(id: string, query: Query) {
  return queryOptions({
    queryKey: ['live', 'user-usage', id, query],
    queryFn: ({ signal }) =>
      getJson<Usage>(apiPath(['users', id, 'usage'], { ...query, tz: timeZone }), signal),
  });
}
