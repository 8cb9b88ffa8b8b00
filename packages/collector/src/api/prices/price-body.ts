import { randomUUID } from 'node:crypto';

import type { ModelPrices } from '@userspan/pricing';

import { priceOptionsOf } from '../../storage/write/project-prices.ts';
import type { ProjectPrice } from '../../storage/write/project-prices.ts';
import { Problem } from '../response/problem.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

/** A price in a request. */
export const PRICE_BODY = Type.Object(
  {
    provider: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    model: Type.String({ minLength: 1, maxLength: 1024 }),
    from: Type.Optional(
      Type.String({ format: 'date', description: 'First day of this price. Without one, always.' }),
    ),
    usdPerMillion: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description:
            'US dollars per million tokens: input, cachedInput, output, … Numbers or decimal strings.',
        },
      ),
    ),
    items: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description:
            'US dollars for characters (a million), minute, picture, request, webSearch and fileSearch (1,000).',
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export type PriceBody = Static<typeof PRICE_BODY>;

/** Reads the price of a request; throws a Problem that says what is wrong with it. */
export function readPrice(body: PriceBody, atMs: number): ProjectPrice {
  const { provider, model, from, usdPerMillion = {}, items = {} } = body;
  const prices = { ...usdPerMillion, ...items, ...(from === undefined ? {} : { from }) } as ModelPrices;
  const price = { id: randomUUID(), provider: provider ?? null, model, prices, atMs };
  if (Object.keys(usdPerMillion).length + Object.keys(items).length === 0) {
    throw new Problem(400, 'The price has no figure: give usdPerMillion { input, output }, or items.');
  }
  try {
    priceOptionsOf([price]);
  } catch (error) {
    throw new Problem(400, error instanceof Error ? error.message : 'The price cannot be read.');
  }
  return price;
}

/** A price in the format of answers. */
export function showPrice({ id, provider, model, prices, atMs }: ProjectPrice): object {
  return { id, provider, model, prices, at: new Date(atMs).toISOString() };
}
