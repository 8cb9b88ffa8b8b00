import { infiniteQueryOptions } from '@tanstack/react-query';
import type { RowOf } from './answer.ts';
import type { Page } from './figures.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** What a group, or a model, cost. */
export type RollupRow = Omit<GroupRow, 'group'> &
  Partial<Pick<GroupRow, 'group'>> &
  Partial<Pick<ModelRow, 'model' | 'provider'>>;

type GroupRow = RowOf<'listGroups'>;
type ModelRow = RowOf<'listModels'>;

export function rollupQuery(kind: 'groups' | 'models', query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', kind, query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<RollupRow>>(apiPath([kind], { ...query, limit: 200, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
