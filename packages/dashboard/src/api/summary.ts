import { queryOptions } from '@tanstack/react-query';
import type { Figures } from './figures.ts';
import { summaryPath } from './list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

export interface Coverage {
  /** Share of calls whose user is known, 0 to 1; null without calls. */
  readonly calls: number | null;
  readonly spend: number | null;
}

interface Totals extends Figures {
  readonly users: number;
  readonly newUsers: number;
  readonly coverage: Coverage;
}

/** Where calls without a user come from, and what mends it. */
export interface UnattributedSource extends Figures {
  readonly service: string | null;
  readonly operation: string | null;
  readonly scope: string | null;
  readonly fix: string;
}

export interface UnpricedModel {
  readonly model: string | null;
  readonly provider: string | null;
  readonly reason: string | null;
  readonly calls: number;
}

export interface Mover {
  readonly id: string;
  readonly name: string | null;
  readonly cost: number | null;
  readonly before: number | null;
  readonly change: number;
}

export interface Summary extends Totals {
  readonly unattributed: Figures;
  readonly unattributedBy: readonly UnattributedSource[];
  readonly unpriced: readonly UnpricedModel[];
  /** The range of the same length before; null for all time. */
  readonly before: Totals | null;
  readonly movers: readonly Mover[];
  /** Nothing was ever received. */
  readonly empty: boolean;
  readonly sample: boolean;
}

export function summaryQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'summary', query],
    queryFn: ({ signal }) => getJson<Summary>(summaryPath(query), signal),
  });
}

/** The values filters can take. */
export interface Facets {
  readonly models: readonly string[];
  readonly services: readonly string[];
  readonly tags: readonly string[];
  readonly providers: readonly string[];
  readonly operations: readonly string[];
  readonly groups: readonly string[];
  readonly props: Readonly<Record<string, readonly string[]>>;
}

export function facetsQuery(query: Query) {
  return queryOptions({
    queryKey: ['facets', query],
    queryFn: ({ signal }) => getJson<Facets>(apiPath(['facets'], query), signal),
    staleTime: 60_000,
  });
}
