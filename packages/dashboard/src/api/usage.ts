import { queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { getAfterList } from './lists/list-first.ts';
import { timeZone, usagePath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** The figures of one time bucket and one value of the split. */
export type UsageRow = RowOf<'readUsage'>;

export type Usage = Answer<'readUsage'>;

export function usageQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'usage', query],
    queryFn: ({ signal }) => getAfterList<Usage>(usagePath(query), signal),
  });
}

export function userUsageQuery(id: string, query: Query) {
  return queryOptions({
    queryKey: ['live', 'user-usage', id, query],
    queryFn: ({ signal }) =>
      getJson<Usage>(apiPath(['users', id, 'usage'], { ...query, tz: timeZone }), signal),
  });
}
