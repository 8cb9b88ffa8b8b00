import { listPriceOf, ownPriceOf, priceOf } from '@userspan/pricing';
import type { Cost, PriceOptions, PriceRequest } from '@userspan/pricing';
import type { Call, CallCost } from '../calls/call.ts';
import { MAX_USD_UNITS, toUnits } from './exact-decimal.ts';
import { inDollars } from './foreign-cost.ts';
import { statesAmount } from './stated-cost.ts';
import type { StatedCost } from './stated-cost.ts';

/** The fields of a call that its price depends on. */
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

/** Other facts that the cost of a call depends on. */
export interface StatedFacts {
  /** The cost that the span itself states. */
  readonly statedCost?: StatedCost | undefined;
  /** Whether the provider refused the call before a model did any work. */
  readonly isRefused?: boolean | undefined;
}

/** All inputs to the cost of a call. */
export interface CostFacts extends PricedFacts, StatedFacts {}

/**
 * Decides the cost of a call. This is the only place that does: intake, in-process processors, repricing and its dry
 * run all use it, so that the same call with the same prices has the same cost everywhere.
 *
 * Returns the first of these that is known:
 *
 * 1. Zero, if the provider refused the call and the sender does not state a cost.
 * 2. The project's own price (`prices`), then the application's own price.
 * 3. The cost that the provider or a gateway reported.
 * 4. The cost that the sender computed, unless it is 0. A cost in another currency is converted with the configured
 * rate (`prices.currencyRates`). Without a rate the call is unpriced, with that reason.
 * 5. The list price for the model, tier and time of the call. If there is none, the price that the sender took from a
 * list.
 *
 * A cost of more than a billion dollars is rejected, because a count or a price must be wrong.
 *
 * If the sender states a reason for having no cost, the list is not used, unless the reason is only a missing price.
 *
 * @param prices own prices, and the aliases, hosts and multipliers for the list
 * @param stated what the span states, if `call` does not have it
 */
export function decideCost(call: CostFacts, prices?: PriceOptions, stated: StatedFacts = call): CallCost {
  return toCallCost(decideDetailedCost(call, prices, stated));
}

/** As {@link decideCost}. A cost from own prices or the list has its lines. */
export function decideDetailedCost(
  call: CostFacts,
  prices?: PriceOptions,
  stated: StatedFacts = call,
): CallCost | Cost {
  const cost = firstCost(call, prices, stated);
  if ('unpriced' in cost) return cost;
  const usd = 'exact' in cost ? cost.exact : cost.usd;
  if (usd.length <= MAX_USD_DIGITS || toUnits(usd) <= MAX_USD_UNITS) return cost;
  // The count or the price is wrong. Larger sums could exceed the store's range and make totals wrong.
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

/** The reason for a call with a model and without a provider. */
function withoutProvider({ provider, model }: CostFacts): CallCost | undefined {
  return provider === undefined && model !== undefined
    ? { unpriced: `no provider is known for the model "${model}"` }
    : undefined;
}

/** The amount that the sender states; `undefined` if there is none. */
function amountOf(cost: StatedCost): Extract<CallCost, { source: unknown }> | undefined {
  const { usd, source, asOf } = cost;
  if (usd === undefined || source === undefined || !statesAmount(cost)) return undefined;
  return { usd, source, ...(asOf === undefined ? {} : { asOf }) };
}

/** The cost that the provider reported in its usage. */
function reportedCostOf(request: PriceRequest): Cost | undefined {
  if (request.usage?.providerCostUsd === undefined) return undefined;
  const reported = priceOf(request);
  return 'source' in reported && reported.source === 'provider' ? reported : undefined;
}

const NOTHING_STATED: StatedCost = {};
/** An amount with at most this many characters cannot exceed the limit. */
const MAX_USD_DIGITS = 9;

/** The request to `priceOf` for a call. */
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

/** A cost as it is stored with a call, without its lines, which can be computed again. */
export function toCallCost(cost: Cost | CallCost): CallCost {
  if ('unpriced' in cost) return { unpriced: cost.unpriced };
  return 'exact' in cost ? { usd: cost.exact, source: cost.source, asOf: cost.asOf } : cost;
}

/**
 * Matches reasons for a missing price, which a newer price list may resolve. All other reasons are about missing facts
 * of the call. Uses only syntax that JavaScript and RE2 share.
 */
export const MISSING_PRICE_PATTERN: string = '\\bno (?:[\\w"]+ )*prices? for\\b|\\bpartly unpriced\\b';
const MISSING_PRICE = new RegExp(MISSING_PRICE_PATTERN);

/** Whether only a price is missing, and not the usage or a currency rate. */
export function isMissingPrice(reason: string): boolean {
  return MISSING_PRICE.test(reason);
}
