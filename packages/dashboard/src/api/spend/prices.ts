import type { Answer, Body, RowOf } from '../answer.ts';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from '../request.ts';

/** A price that the project added. */
export type CustomPrice = RowOf<'listPrices'>;

/** A model whose calls have no price. */
export type Unpriced = Prices['unpriced'][number];

export type Prices = Answer<'listPrices'>;

/** The price of a model at a point in time. */
export type ModelPrice = NonNullable<Prices['price']>;

/** A model with a price, and the source of the price. */
export type KnownModel = RowOf<'findModels'>;

/** The model and the day to find a price for. */
export interface AskedPrice {
  readonly model: string;
  readonly provider: string | undefined;
  /** A day in UTC, `YYYY-MM-DD`, or empty for now. */
  readonly day: string;
  readonly tier: string;
}

export type NewPrice = Body<'addPrice'>;

/** What recalculating past costs changes, or would change. Amounts are exact decimals. */
export type Repricing = Answer<'reprice'>;

export function pricesQuery() {
  return queryOptions({
    queryKey: ['live', 'prices'],
    queryFn: ({ signal }) => getJson<Prices>(apiPath(['prices']), signal),
  });
}

export function modelPriceQuery({ model, provider, day, tier }: AskedPrice) {
  const asked = {
    model,
    tier,
    ...(provider === undefined ? {} : { provider }),
    ...(day === '' ? {} : { at: day }),
  };
  return queryOptions({
    queryKey: ['live', 'prices', 'of', asked],
    queryFn: ({ signal }) => getJson<Prices>(apiPath(['prices'], asked), signal),
  });
}

/** Finds models by words of their provider and name. */
export function findModelsQuery(text: string) {
  return queryOptions({
    queryKey: ['prices', 'models', text],
    queryFn: ({ signal }) =>
      getJson<Answer<'findModels'>>(apiPath(['prices', 'models'], { q: text, limit: '12' }), signal),
  });
}

export function addPrice(price: NewPrice): Promise<CustomPrice> {
  return sendJson('POST', apiPath(['prices']), price);
}

export function removePrice(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['prices', id]));
}

/** Returns what recalculating past costs would change, now or after adding `price`. */
export function previewReprice(price?: NewPrice): Promise<Repricing> {
  return sendJson(
    'POST',
    apiPath(['reprice']),
    price === undefined ? { dryRun: true } : { dryRun: true, price },
  );
}

/** Recalculates the past costs that one price affects, or all past costs. */
export function reprice(priceId?: string): Promise<Repricing> {
  return sendJson(
    'POST',
    apiPath(['reprice']),
    priceId === undefined ? { dryRun: false } : { dryRun: false, priceId },
  );
}
