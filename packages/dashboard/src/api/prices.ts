import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from './request.ts';

/** A price somebody here gave. */
export interface CustomPrice {
  readonly id: string;
  readonly provider: string | null;
  readonly model: string;
  /** Amounts by what they are for, and `from`, their first day. */
  readonly prices: Readonly<Record<string, unknown>>;
  readonly at: string;
}

/** A model whose calls have no price. */
export interface Unpriced {
  readonly model: string | null;
  readonly provider: string | null;
  readonly reason: string | null;
  readonly calls: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface Prices {
  readonly data: readonly CustomPrice[];
  readonly unpriced: readonly Unpriced[];
}

export interface NewPrice {
  readonly provider?: string;
  readonly model: string;
  readonly usdPerMillion: Readonly<Record<string, number | string>>;
  readonly from?: string;
}

interface RepricedPart {
  readonly calls: number;
  readonly changed: number;
  readonly before: string;
  readonly after: string;
}

/** What pricing the past again changes, or would change. Amounts are exact decimals. */
export interface Repricing extends RepricedPart {
  readonly dryRun: boolean;
  readonly difference: string;
  readonly models: readonly (RepricedPart & { readonly model: string })[];
  readonly users: readonly (RepricedPart & { readonly userId: string | null })[];
}

export function pricesQuery() {
  return queryOptions({
    queryKey: ['live', 'prices'],
    queryFn: ({ signal }) => getJson<Prices>(apiPath(['prices']), signal),
  });
}

export function addPrice(price: NewPrice): Promise<CustomPrice> {
  return sendJson('POST', apiPath(['prices']), price);
}

export function removePrice(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['prices', id]));
}

/** Says what pricing the past again would change; with `price`, as if that price were added already. */
export function previewReprice(price?: NewPrice): Promise<Repricing> {
  return sendJson(
    'POST',
    apiPath(['reprice']),
    price === undefined ? { dryRun: true } : { dryRun: true, model: price.model, price },
  );
}

/** Prices the past again, of one model or of all. */
export function reprice(model?: string): Promise<Repricing> {
  return sendJson(
    'POST',
    apiPath(['reprice']),
    model === undefined ? { dryRun: false } : { dryRun: false, model },
  );
}
