import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answer.ts';
import { getTotals } from './lists/list-first.ts';
import { summaryPath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** The figures of a range, and those of the range of the same length before it. */
export type Summary = Answer<'readSummary'>;

/** Where calls without a user come from, and the line of code that gives them one. */
export type UnattributedSource = Summary['unattributedBy'][number];

export function summaryQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'summary', query],
    queryFn: ({ signal }) => getTotals<Summary>(summaryPath(query), signal),
  });
}

/** The values filters can take. */
export type Facets = Answer<'readFacets'>;

export function facetsQuery(query: Query) {
  return queryOptions({
    queryKey: ['facets', query],
    queryFn: ({ signal }) => getJson<Facets>(apiPath(['facets'], query), signal),
    staleTime: 60_000,
  });
}
