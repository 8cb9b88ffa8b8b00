import { queryOptions } from '@tanstack/react-query';
import type { Answer, RowOf } from './answer.ts';
import { getAfterTotals } from './lists/list-first.ts';
import { timeZone } from './lists/list-paths.ts';
import { apiPath, type Query } from './request.ts';

/** A user whose cost changed, with the largest cause. */
export type Mover = RowOf<'listMovers'>;

/** The distribution of cost over users. */
export type Distribution = Answer<'readDistribution'>;

/** The cost of a month or a quarter to date, and its projection. */
export type Period = Answer<'readToDate'>['month'];

/** The same number as in the summary, so that the collector can use its cached answer. */
const mostMovers = 10;

export function moversQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'movers', query],
    queryFn: ({ signal }) =>
      getAfterTotals<Answer<'listMovers'>>(apiPath(['movers'], { ...query, limit: mostMovers }), signal),
  });
}

export function distributionQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'distribution', query],
    queryFn: ({ signal }) => getAfterTotals<Distribution>(apiPath(['distribution'], query), signal),
  });
}

/** Months and quarters begin at midnight in the browser's time zone, and do not depend on the range of the page. */
export function toDateQuery({ from: _from, to: _to, ...query }: Query) {
  const asked = { ...query, tz: timeZone };
  return queryOptions({
    queryKey: ['live', 'to-date', asked],
    queryFn: ({ signal }) => getAfterTotals<Answer<'readToDate'>>(apiPath(['to-date'], asked), signal),
  });
}
