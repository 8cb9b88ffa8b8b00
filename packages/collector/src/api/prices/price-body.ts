import { randomUUID } from 'node:crypto';

import type { ModelPrices } from '@userspan/pricing';

import { priceOptionsOf } from '../../storage/write/project-prices.ts';
import type { ProjectPrice } from '../../storage/write/project-prices.ts';
import { Problem } from '../response/problem.ts';
import { OBJECT, TEXT } from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';

/** A price that a request gives. */
export interface PriceBody {
  readonly provider?: string;
  readonly model: string;
  readonly from?: string;
  readonly usdPerMillion?: Readonly<Record<string, unknown>>;
  readonly items?: Readonly<Record<string, unknown>>;
}

export const PRICE_BODY: Shape = {
  type: 'object',
  required: ['model'],
  additionalProperties: false,
  properties: {
    provider: { ...TEXT, minLength: 1, maxLength: 1024 },
    model: { ...TEXT, minLength: 1, maxLength: 1024 },
    from: { type: 'string', format: 'date', description: 'First day of this price. Without one, always.' },
    usdPerMillion: {
      ...OBJECT,
      description: 'US dollars per million tokens: input, cachedInput, output, … Numbers or decimal texts.',
    },
    items: {
      ...OBJECT,
      description:
        'US dollars for characters (a million), minute, picture, request, webSearch and fileSearch (1,000).',
    },
  },
};

/** Reads the price of a request; throws a Problem that says what is wrong with it. */
export function readPrice(body: PriceBody, atMs: number): ProjectPrice {
  const { provider, model, from, usdPerMillion = {}, items = {} } = body;
  const prices = { ...usdPerMillion, ...items, ...(from === undefined ? {} : { from }) } as ModelPrices;
  const price = { id: randomUUID(), provider: provider ?? null, model, prices, atMs };
  try {
    priceOptionsOf([price]);
  } catch (error) {
    throw new Problem(400, error instanceof Error ? error.message : 'The price cannot be read.');
  }
  if (Object.keys(usdPerMillion).length + Object.keys(items).length === 0) {
    throw new Problem(400, 'The price has no figure: give usdPerMillion { input, output }, or units.');
  }
  return price;
}

/** A price as answers have it. */
export function showPrice({ id, provider, model, prices, atMs }: ProjectPrice): object {
  return { id, provider, model, prices, at: new Date(atMs).toISOString() };
}
