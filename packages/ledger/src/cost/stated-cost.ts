import { ATTR_COST_AS_OF, ATTR_COST_SOURCE, ATTR_COST_UNPRICED } from '@userspan/core/semconv';
import { readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

/**
 * Where the cost on a span comes from, best first:
 *
 * - `custom`: the application's own price (`userspan.cost.source=custom`).
 * - `provider`: what the provider or a gateway reports that it charged.
 * - `computed`: what the sender worked out, by a price of its own.
 * - `list`: what the sender took from a public price list, as our own SDK does.
 */
export type StatedCostSource = 'custom' | 'provider' | 'computed' | 'list';

/** What a span itself says about the cost of its call. It is kept with the call, for repricing. */
export interface StatedCost {
  /** US dollars, an exact decimal. */
  readonly usd?: string;
  /** Present with `usd`. */
  readonly source?: StatedCostSource;
  /** Date of the price, `YYYY-MM-DD`. */
  readonly asOf?: string;
  /** Why the sender states no cost, or one that is not in dollars: `the cost is stated in EUR (0.05), not in US dollars`. */
  readonly unpriced?: string;
  /** What the sender states in another currency. `decideCost` converts it where a rate is configured. */
  readonly foreign?: ForeignCost;
}

/** A cost in another currency than US dollars, as the span states it. */
export interface ForeignCost {
  /** An exact decimal, in units of `currency`. */
  readonly amount: string;
  /** Upper case, at most 12 characters; usually an ISO 4217 code. */
  readonly currency: string;
  readonly source: 'provider' | 'computed';
}

const SOURCE_RANKS: Readonly<Record<StatedCostSource, number>> = {
  custom: 4,
  provider: 3,
  computed: 2,
  list: 1,
};

/** How good a source of cost is: 4 own price, 3 provider, 2 computed by the sender, 1 list, 0 anything else. */
export function costRank(source: string | undefined): number {
  return source !== undefined && Object.hasOwn(SOURCE_RANKS, source)
    ? SOURCE_RANKS[source as StatedCostSource]
    : 0;
}

/**
 * Whether a span states an amount that counts. A computed or listed cost of 0 does not: the sender had no price or no
 * usage. Only an own price and what a provider reports can be nothing.
 */
export function statesAmount(stated: StatedCost | undefined): boolean {
  const { usd, source } = stated ?? {};
  if (usd === undefined || source === undefined) return false;
  return source === 'custom' || source === 'provider' || Number(usd) !== 0;
}

/** The better of two costs that two dialects read from one span; the first where they are equally good. */
export function betterStatedCost(
  first: StatedCost | undefined,
  second: StatedCost | undefined,
): StatedCost | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return costRank(second.source) > costRank(first.source) ? second : first;
}

/** A cost with the source and the reason that Userspan's own attributes give, where they are there. */
export function withOwnSource(
  stated: StatedCost | undefined,
  attributes: Attributes,
): StatedCost | undefined {
  const unpriced = readText(attributes, ATTR_COST_UNPRICED);
  if (stated?.usd === undefined) return unpriced === undefined ? stated : { unpriced };
  const source = readText(attributes, ATTR_COST_SOURCE);
  const asOf = readText(attributes, ATTR_COST_AS_OF);
  const isKnown = source === 'custom' || source === 'provider' || source === 'list';
  return {
    ...stated,
    ...(isKnown ? { source } : {}),
    ...(asOf === undefined ? {} : { asOf }),
  };
}
