import { listPriceOf, ownPriceOf, priceOf } from '@userspan/pricing';
import type { Cost, PriceOptions, PriceRequest } from '@userspan/pricing';
import type { Call, CallCost } from '../calls/call.ts';
import { MAX_USD_UNITS, toUnits } from './exact-decimal.ts';
import { inDollars } from './foreign-cost.ts';
import { statesAmount } from './stated-cost.ts';
import type { StatedCost } from './stated-cost.ts';

/** What of a call its price depends on. */
export type PricedFacts = Pick<
  Call,
  | 'provider'
  | 'model'
  | 'requestModel'
  | 'usage'
  | 'serviceTier'
  | 'requestServiceTier'
  | 'baseUrl'
  | 'startTimeUnixNano'
>;

/** Inputs to the cost of a call besides its price. */
export interface StatedFacts {
  /** What the span itself states. */
  readonly statedCost?: StatedCost | undefined;
  /** The provider refused the call before a model did anything. */
  readonly isRefused?: boolean | undefined;
}

/** Everything that decides about the cost of a call. */
export interface CostFacts extends PricedFacts, StatedFacts {}

/**
 * Decides what a call cost. This is the only place that does: spans on their way in, the in-process processors, a
 * repricing and its dry run all ask here, so that the same call and the same prices give the same figure everywhere.
 *
 * The first of these that is known is taken:
 *
 * 1. Nothing, where the provider refused the call and the sender says nothing else.
 * 2. A price of the project's own (`prices`), then the application's own.
 * 3. What the provider or a gateway reported.
 * 4. What the sender computed, unless that is 0. A figure in another currency is converted by the configured rate
 *    (`prices.currencyRates`); without a rate it ends the search: the call is unpriced and says why.
 * 5. The list, by the model, tier and time of the call; where it has no price, what the sender took from a list.
 *
 * A cost of more than a billion dollars is none: a count or a price is wrong.
 *
 * A reason of the sender for having no cost ends the search before the list, unless the sender merely had no price.
 *
 * @param prices own prices, which also give the list its aliases, hosts and multipliers
 * @param stated what the span states, where `call` does not have it
 */
export function decideCost(call: CostFacts, prices?: PriceOptions, stated: StatedFacts = call): CallCost {
  return toCallCost(decideDetailedCost(call, prices, stated));
}

/** As {@link decideCost}; a price that was looked up comes with its arithmetic. */
export function decideDetailedCost(
  call: CostFacts,
  prices?: PriceOptions,
  stated: StatedFacts = call,
): CallCost | Cost {
  const cost = firstCost(call, prices, stated);
  if ('unpriced' in cost) return cost;
  const usd = 'exact' in cost ? cost.exact : cost.usd;
  if (usd.length <= MAX_USD_DIGITS || toUnits(usd) <= MAX_USD_UNITS) return cost;
  // The count or the price is wrong. Sums beyond what the store can hold would be wrong for every user.
  return { unpriced: `the cost comes to $${usd.slice(0, 40)}, more than is believed of one call` };
}

function firstCost(
  call: CostFacts,
  prices: PriceOptions | undefined,
  { statedCost: original = NOTHING_STATED, isRefused }: StatedFacts,
): CallCost | Cost {
  const statedCost = inDollars(original, prices);
  const { unpriced } = statedCost;
  const stated = amountOf(statedCost);
  if (isRefused === true && stated === undefined && unpriced === undefined)
    return { usd: '0', source: 'unbilled' };
  const request = priceRequestOf(call);
  const own = prices === undefined ? undefined : ownPriceOf(request, prices);
  if (own !== undefined && !('unpriced' in own)) return own;
  if (stated !== undefined && stated.source !== 'list') return stated;
  const reported = reportedCostOf(request);
  if (reported !== undefined) return reported;
  if (own !== undefined) return own;
  if (unpriced !== undefined && !isMissingPrice(unpriced)) return { unpriced };
  const list = listPriceOf(request, prices);
  if (!('unpriced' in list)) return list;
  if (stated !== undefined) return stated;
  if (unpriced !== undefined) return { unpriced };
  return withoutProvider(call) ?? list;
}

/** The reason of a call that has a model and no provider. */
function withoutProvider({ provider, model }: CostFacts): CallCost | undefined {
  return provider === undefined && model !== undefined
    ? { unpriced: `no provider is known for the model "${model}"` }
    : undefined;
}

/** The amount that the sender states, where it states one. */
function amountOf(cost: StatedCost): Extract<CallCost, { source: unknown }> | undefined {
  const { usd, source, asOf } = cost;
  if (usd === undefined || source === undefined || !statesAmount(cost)) return undefined;
  return { usd, source, ...(asOf === undefined ? {} : { asOf }) };
}

/** What the provider reported in its usage. */
function reportedCostOf(request: PriceRequest): Cost | undefined {
  if (request.usage?.providerCostUsd === undefined) return undefined;
  const reported = priceOf(request);
  return 'source' in reported && reported.source === 'provider' ? reported : undefined;
}

const NOTHING_STATED: StatedCost = {};
/** No sum with fewer characters is above the largest that is believed. */
const MAX_USD_DIGITS = 9;

/** What `priceOf` is asked about a call: for its price, and for the arithmetic of it. */
export function priceRequestOf(call: PricedFacts): PriceRequest {
  return {
    provider: call.provider ?? '',
    model: call.model,
    requestModel: call.requestModel,
    usage: call.usage,
    serviceTier: call.serviceTier,
    requestServiceTier: call.requestServiceTier,
    baseUrl: call.baseUrl,
    at: Number(call.startTimeUnixNano / 1_000_000n),
  };
}

/** A cost as a call keeps it: the arithmetic can be had again at any time. */
export function toCallCost(cost: Cost | CallCost): CallCost {
  if ('unpriced' in cost) return { unpriced: cost.unpriced };
  return 'exact' in cost ? { usd: cost.exact, source: cost.source, asOf: cost.asOf } : cost;
}

/**
 * Matches the reasons for having no cost that a price would remove: senders have older lists than we do. Every other
 * reason is about what is not known of the call. Syntax that JavaScript and RE2 share.
 */
export const MISSING_PRICE_PATTERN: string = '\\bno (?:[\\w"]+ )*prices? for\\b|\\bpartly unpriced\\b';
const MISSING_PRICE = new RegExp(MISSING_PRICE_PATTERN);

/** Whether a price would give the call a cost, as opposed to usage or a currency that are not known. */
export function isMissingPrice(reason: string): boolean {
  return MISSING_PRICE.test(reason);
}
