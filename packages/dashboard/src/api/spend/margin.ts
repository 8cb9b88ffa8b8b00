import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../answer.ts';
import { apiPath, getJson, sendJson, sendText, type Query } from '../request.ts';

/** Exact decimals of US dollars. */
export type Margin = Answer<'readMargin'>;
/** Revenue and cost of one customer in a month. */
export type MarginLine = Margin['lines'][number];
export type Forecast = Answer<'readForecast'>;
/** Sources of revenue other than uploads. */
export type RevenueSources = Answer<'readRevenueSources'>;
/** What an upload or an import wrote. */
export type RevenueImport = Answer<'uploadRevenue'> & Partial<Answer<'importRevenueStripe'>>;

export function marginQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'margin', query],
    queryFn: ({ signal }) => getJson<Margin>(apiPath(['margin'], query), signal),
  });
}

/** Reads all lines, for a file. */
export function readMargin(query: Query): Promise<Margin> {
  return getJson<Margin>(apiPath(['margin'], query));
}

export function forecastQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'forecast', query],
    queryFn: ({ signal }) => getJson<Forecast>(apiPath(['forecast'], query), signal),
  });
}

export function revenueSourcesQuery() {
  return queryOptions({
    queryKey: ['live', 'revenue-sources'],
    queryFn: ({ signal }) => getJson<RevenueSources>(apiPath(['revenue', 'sources']), signal),
  });
}

/** Uploads a CSV file with the columns `user` or `group`, `month` and `usd`. */
export function uploadRevenue(csv: string): Promise<RevenueImport> {
  return sendText('POST', apiPath(['revenue', 'csv']), csv, 'text/csv');
}

export function saveRevenueProperty(property: {
  readonly name: string;
  readonly by: 'user' | 'group';
}): Promise<unknown> {
  return sendJson('PUT', apiPath(['revenue', 'property']), property);
}

export function saveStripeRevenue(settings: Readonly<Record<string, string>>): Promise<unknown> {
  return sendJson('PUT', apiPath(['revenue', 'stripe']), settings);
}

export function removeRevenueSource(source: 'property' | 'stripe'): Promise<unknown> {
  return sendJson('DELETE', apiPath(['revenue', source]));
}

export function importStripe(month: string): Promise<RevenueImport> {
  return sendJson('POST', apiPath(['revenue', 'stripe', 'import']), { month });
}
