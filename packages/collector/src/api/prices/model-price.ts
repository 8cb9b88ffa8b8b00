import { listPriceOf } from '@userspan/pricing';
import type { PriceOptions } from '@userspan/pricing';
import { modelPrice } from '@userspan/pricing/feed';
import type { UnitPrice } from '@userspan/pricing/feed';

import { readTime } from '../request/read-range.ts';
import { Problem } from '../response/problem.ts';
import { COUNT, FLAG, NUMBER, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL, object } from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

export const PRICE_QUERY = Type.Object({
  model: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: 'The price of this model, as `price`.' }),
  ),
  provider: Type.Optional(
    Type.String({ maxLength: 1024, description: 'Default: the vendor that the name implies.' }),
  ),
  at: Type.Optional(Type.String({ description: 'When: ISO 8601 or milliseconds since 1970. Default now.' })),
  tier: Type.Optional(Type.Enum(['standard', 'batch', 'flex', 'priority', 'fast', 'ultrafast'])),
});

const SOURCE: Shape = { enum: ['custom', 'list', 'feed'] };
const UNITS: Shape = {
  type: 'array',
  items: object({
    unit: TEXT,
    words: { ...TEXT, description: 'Readable name of the unit.' },
    usd: { ...NUMBER, description: 'US dollars for `per` units.' },
    per: COUNT,
  }),
};

/** The price of a model in answers; null where there is none. */
export const MODEL_PRICE: Shape = {
  ...object({
    provider: TEXT,
    model: TEXT,
    at: TIME,
    source: SOURCE,
    asOf: { type: 'string', format: 'date', description: 'Day of the source.' },
    since: {
      ...TIME_OR_NULL,
      description:
        'Start of its validity; null for the first known price of the model, which also applies to earlier calls.',
    },
    tier: TEXT,
    isFree: FLAG,
    units: UNITS,
    longContext: {
      type: 'array',
      description: 'Prices of the whole request if its input is longer than this number of tokens.',
      items: object({ above: COUNT, units: UNITS }),
    },
    pictures: { type: 'object', additionalProperties: NUMBER, description: 'By `quality/size`.' },
  }),
  type: ['object', 'null'],
};

export const KNOWN_MODEL: Shape = object({ provider: TEXT_OR_NULL, model: TEXT, source: SOURCE });

/** The parameters of a request for a price. */
export interface AskedPrice {
  readonly model: string;
  readonly provider: string | undefined;
  readonly atMs: number;
  readonly tier: string;
}

/** Reads the parameters; `undefined` without a model. Throws a Problem for an invalid time. */
export function readPriceQuery(query: Static<typeof PRICE_QUERY>, nowMs: number): AskedPrice | undefined {
  const { model, provider, at, tier = 'standard' } = query;
  if (model === undefined) {
    const withoutModel = (['provider', 'at', 'tier'] as const).find((name) => query[name] !== undefined);
    if (withoutModel !== undefined) {
      throw new Problem(400, `${withoutModel} needs the model whose price is asked for: add model=NAME.`);
    }
    return undefined;
  }
  const atMs = at === undefined ? nowMs : Number(readTime(at, 'at') / 1_000_000n);
  return { model, provider: provider === '' ? undefined : provider, atMs, tier };
}

/** The requested price, or the reason why there is none. */
export function priceAnswer(asked: AskedPrice, prices: PriceOptions | undefined): object {
  const { model, provider, atMs, tier } = asked;
  const found = modelPrice({ model, provider, at: atMs, serviceTier: tier }, prices);
  if (found === undefined) {
    return { price: null, reason: reasonOf(asked, prices) };
  }
  const { since, units, longContext, ...rest } = found;
  return {
    price: {
      ...rest,
      at: new Date(atMs).toISOString(),
      since: since ?? null,
      units: units.map(showUnit),
      longContext: longContext.map(({ above, units: long }) => ({ above, units: long.map(showUnit) })),
    },
    reason: null,
  };
}

function reasonOf({ model, provider, atMs, tier }: AskedPrice, prices: PriceOptions | undefined): string {
  if (provider === undefined) return `no price for the model ${JSON.stringify(model)}: name its provider`;
  const request = { model, provider, at: atMs, serviceTier: tier, usage: { inputTokens: 1 } };
  const cost = listPriceOf(request, prices);
  return 'unpriced' in cost ? cost.unpriced : `no ${tier} price at that time`;
}

function showUnit({ unit, words, usd, per }: UnitPrice): object {
  return { unit, words, usd, per };
}
