import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from './request.ts';

/** A price somebody here gave. */
export interface CustomPrice {
  readonly id: string;
  readonly provider: string | null;
  readonly model: string;
  readonly usdPerMillion: Readonly<Record<string, unknown>>;
  readonly from: string | null;
}

/** A model whose calls have no price. */
export interface Unpriced {
  readonly model: string;
  readonly provider: string | null;
  readonly reason: string;
  readonly calls: number;
  readonly from: string | null;
  readonly to: string | null;
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

/** What pricing the past again changes, or would change. Amounts are exact decimals. */
export interface Repricing {
  readonly dryRun: boolean;
  readonly calls: number;
  readonly changed: number;
  readonly before: string | null;
  readonly after: string | null;
  readonly difference: string | null;
  readonly models: readonly {
    readonly model: string;
    readonly calls: number;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly users: readonly {
    readonly id: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
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

export function reprice(dryRun: boolean, model?: string): Promise<Repricing> {
  return sendJson('POST', apiPath(['reprice']), model === undefined ? { dryRun } : { dryRun, model });
}
