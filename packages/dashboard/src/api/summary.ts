import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answer.ts';
import { getTotals } from './lists/list-first.ts';
import { summaryPath } from './lists/list-paths.ts';
import { apiPath, getJson, type Query } from './request.ts';

/** The figures of a range and of the previous range of the same length. */
export type Summary = Answer<'readSummary'>;

/** A source of calls without a user, and the line of code that would set their user. */
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
