import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Figures, Page } from './figures.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** What a group, or a model, cost. */
export interface RollupRow extends Figures {
  readonly group?: string | null;
  readonly model?: string | null;
  readonly provider?: string | null;
  readonly users: number;
}

export function rollupQuery(kind: 'groups' | 'models', query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', kind, query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<RollupRow>>(apiPath([kind], { ...query, limit: 200, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
