import { infiniteQueryOptions } from '@tanstack/react-query';
import type { RowOf } from './answer.ts';
import type { Figures, Page } from './figures.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** What a group, or a model, cost. */
export type RollupRow = Omit<GroupRow, 'group'> &
  Partial<Pick<GroupRow, 'group'>> &
  Partial<Pick<ModelRow, 'model' | 'provider'>> &
  Partial<Pick<RowOf<'listTags'>, 'tag'>>;

type GroupRow = RowOf<'listGroups'>;
type ModelRow = RowOf<'listModels'>;

/** A page, with the sum of all calls that match on the first one. */
interface RollupsPage extends Page<RollupRow> {
  readonly total?: number | null;
  readonly totals?: Figures | null;
}

export type RollupKind = 'groups' | 'models' | 'tags';

export function rollupQuery(kind: RollupKind, query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', kind, query],
    queryFn: ({ pageParam, signal }) =>
      getJson<RollupsPage>(apiPath([kind], { ...query, limit: 200, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
