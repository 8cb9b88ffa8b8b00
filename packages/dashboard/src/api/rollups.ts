import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import type { Figures, Page } from './figures.ts';
import { rollupsPath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

type GroupRow = RowOf<'listGroups'>;
type ModelRow = RowOf<'listModels'>;

/** A row of the list of groups, models, tags or services, with the name of only that one. */
export type RollupRow = Omit<GroupRow, 'group'> &
  Partial<Pick<GroupRow, 'group'>> &
  Partial<Pick<ModelRow, 'model' | 'provider'>> &
  Partial<Pick<RowOf<'listTags'>, 'tag'>> &
  Partial<Pick<RowOf<'listServices'>, 'service'>>;

/** A page of rows. The first page also has the number of rows and the totals of all matching calls. */
export interface RollupsPage extends Page<RollupRow> {
  readonly total?: number | null;
  readonly totals?: Figures | null;
}

/** The lists by their API paths. */
export type RollupKind = 'groups' | 'models' | 'tags' | 'services';

export function rollupQuery(kind: RollupKind, query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', kind, query],
    queryFn: ({ pageParam, signal }) => getJson<RollupsPage>(rollupsPath(kind, query, pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** A group or a feature. The collector answers 404 if the project has no calls of it. */
export function subjectQuery(kind: 'groups' | 'tags', id: string) {
  return queryOptions({
    queryKey: ['live', kind, 'subject', id],
    queryFn: ({ signal }) => getJson<Answer<'readGroup'> | Answer<'readTag'>>(apiPath([kind, id]), signal),
  });
}
