import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson, sendText, type Query } from './request.ts';

/** A customer's month; exact decimals of US dollars. */
export interface MarginLine {
  readonly customer: string;
  readonly revenue: string;
  readonly cost: string;
  readonly allocated: string;
  readonly margin: string;
  readonly percent: number | null;
}

export interface Margin {
  readonly month: string;
  readonly revenue: string;
  readonly cost: string;
  readonly unattributed: string;
  readonly margin: string;
  readonly lines: readonly MarginLine[];
}

export interface Forecast {
  readonly month: string;
  readonly spent: string;
  readonly projected: string;
  readonly days: number;
  readonly method: string;
}

/** Where revenue comes from besides what was uploaded. */
export interface RevenueSources {
  /** A property of users that says what each pays a month. */
  readonly property: { readonly name: string; readonly by: 'user' | 'group' } | null;
  readonly stripe: {
    readonly by: 'user' | 'group';
    readonly customer: string;
    readonly url: string;
    readonly importedAt: string | null;
  } | null;
}

/** What an upload or an import wrote. */
export interface RevenueImport {
  readonly written: number;
  /** Amounts that could not be given to a user or group, with the reason. */
  readonly skipped?: readonly { readonly what: string; readonly reason: string }[];
}

export function marginQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'margin', query],
    queryFn: ({ signal }) => getJson<Margin>(apiPath(['margin'], query), signal),
  });
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

/** A CSV with `user` or `group`, `month` and `usd`. */
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
