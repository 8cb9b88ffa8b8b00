import type { Query } from '../../api/request.ts';
import type { RollupKind, RollupRow } from '../../api/rollups.ts';
import { includeOf } from '../../list/column-choice.ts';
import { rollupSorts, type Order } from '../../url/pages.ts';
import { rollupChoices } from './rollup-choices.ts';

/** The parameters of a URL for a list of groups, models, features or services. */
export interface RollupListSearch {
  readonly sort?: string | undefined;
  readonly order?: Order | undefined;
  readonly columns?: string | undefined;
}

/** The order of the list: by default the highest cost first, and names from A to Z. */
export function rollupOrder(search: RollupListSearch): {
  readonly sort: (typeof rollupSorts)[number];
  readonly order: Order;
} {
  const sort = rollupSorts.find((known) => known === search.sort) ?? 'cost';
  return { sort, order: search.order ?? (sort === 'name' ? 'asc' : 'desc') };
}

/** The query for the rows of a scope with the order and columns of the list. */
export function rollupRequest(
  kind: RollupKind,
  scope: Query,
  search: RollupListSearch,
  columns: readonly string[],
): Query {
  return { ...scope, ...rollupOrder(search), include: includeOf(columns, rollupChoices(kind)) };
}

/** The group, model, tag or service of a row; undefined for calls without one. */
export function nameOf(kind: RollupKind, row: RollupRow): string | undefined {
  const name = { groups: row.group, models: row.model, tags: row.tag, services: row.service }[kind];
  return name === null || name === '' ? undefined : name;
}
