import type { Answer, Body, RowOf } from './answer.ts';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from './request.ts';

/** A price somebody here gave. */
export type CustomPrice = RowOf<'listPrices'>;

/** A model whose calls have no price. */
export type Unpriced = Prices['unpriced'][number];

type Prices = Answer<'listPrices'>;

export type NewPrice = Body<'addPrice'>;

/** What pricing the past again changes, or would change. Amounts are exact decimals. */
export type Repricing = Answer<'reprice'>;

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
