import { queryOptions } from '@tanstack/react-query';
import type { Bucket } from '../url/range.ts';
import type { Figures } from './figures.ts';
import { timeZone, usagePath } from './list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** What a stretch of time and one key of the split cost. */
export interface UsageRow extends Figures {
  /** Where the bucket starts. */
  readonly at: string;
  readonly key: string | null;
}

export interface Usage {
  readonly bucket: Bucket;
  readonly by: string | null;
  readonly data: readonly UsageRow[];
}

export function usageQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'usage', query],
    queryFn: ({ signal }) => getJson<Usage>(usagePath(query), signal),
  });
}

export function userUsageQuery(id: string, query: Query) {
  return queryOptions({
    queryKey: ['live', 'user-usage', id, query],
    queryFn: ({ signal }) =>
      getJson<Usage>(apiPath(['users', id, 'usage'], { ...query, tz: timeZone }), signal),
  });
}
