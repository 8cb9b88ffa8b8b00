import { ATTR_COST_AS_OF, ATTR_COST_SOURCE, ATTR_COST_UNPRICED } from '@userspan/core/semconv';
import { readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

/**
 * Source of the cost on a span, best first:
 *
 * - `custom`: the application's own price (`userspan.cost.source=custom`).
 * - `provider`: the amount that the provider or a gateway says it charged.
 * - `computed`: the amount that the sender computed with its own price.
 * - `list`: the amount from a public price list, as our own SDK computes it.
 */
export type StatedCostSource = 'custom' | 'provider' | 'computed' | 'list';

/** The cost that a span states for its call. Stored with the call for repricing. */
export interface StatedCost {
  /** US dollars, an exact decimal. */
  readonly usd?: string;
  /** Present with `usd`. */
  readonly source?: StatedCostSource;
  /** Date of the price, `YYYY-MM-DD`. */
  readonly asOf?: string;
  /**
   * Why the sender states no cost, or a cost in another currency: `the cost is stated in EUR (0.05), not in US
   * dollars`.
   */
  readonly unpriced?: string;
  /** The cost in another currency. `decideCost` converts it if a rate is configured. */
  readonly foreign?: ForeignCost;
}

/** A cost that a span states in a currency other than US dollars. */
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

/** Rank of a cost's source: 4 own price, 3 provider, 2 computed by the sender, 1 list, 0 anything else. */
export function costRank(source: string | undefined): number {
  return source !== undefined && Object.hasOwn(SOURCE_RANKS, source)
    ? SOURCE_RANKS[source as StatedCostSource]
    : 0;
}

/**
 * Whether a span states a usable amount. A computed or listed cost of 0 is not usable, because the sender had no price
 * or no usage. Only an own price and a reported cost can be 0.
 */
export function statesAmount(stated: StatedCost | undefined): boolean {
  const { usd, source } = stated ?? {};
  if (usd === undefined || source === undefined) return false;
  return source === 'custom' || source === 'provider' || Number(usd) !== 0;
}

/** The better of two costs that two dialects read from one span; the first if they have the same rank. */
export function betterStatedCost(
  first: StatedCost | undefined,
  second: StatedCost | undefined,
): StatedCost | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return costRank(second.source) > costRank(first.source) ? second : first;
}

/** A cost with the source and reason from Userspan's own attributes, if the span has them. */
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
