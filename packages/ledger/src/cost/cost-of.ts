import { ATTR_COST_AS_OF, ATTR_COST_SOURCE, ATTR_COST_UNPRICED } from '@userspan/core/semconv';
import { priceOf } from '@userspan/pricing';
import type { Cost, PriceOptions, PriceRequest } from '@userspan/pricing';
import type { Call, CallCost } from '../calls/call.ts';
import type { CallFacts } from '../dialects/dialect.ts';
import { isRefused } from './is-refused.ts';
import { readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

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

const UNBILLED: CallCost = { usd: '0', source: 'unbilled' };

/**
 * What a call cost.
 *
 * A cost on the span is taken as said, and so is a reason why there is none, unless there are prices of one's own that
 * could know better. A call that was refused (`error`) cost nothing. Else the list is asked, at the time of the call.
 */
export function costOf(
  call: PricedFacts,
  facts: CallFacts,
  attributes: Attributes,
  error: string | undefined,
  prices: PriceOptions | undefined,
): CallCost {
  if (facts.costUsd !== undefined) return statedCost(facts.costUsd, attributes);
  const reason = readText(attributes, ATTR_COST_UNPRICED);
  if (reason === undefined) {
    return isRefused(error, facts, attributes) ? UNBILLED : askedCost(call, prices);
  }
  const asked = prices === undefined ? undefined : askedCost(call, prices);
  return asked === undefined || 'unpriced' in asked ? { unpriced: reason } : asked;
}

/** Asks prices of one's own, then the price list, what a call cost. */
export function askedCost(call: PricedFacts, prices: PriceOptions | undefined): CallCost {
  return callCostOf(priceCall(call, prices));
}

/** As {@link askedCost}, with the arithmetic. */
export function priceCall(call: PricedFacts, prices: PriceOptions | undefined): Cost {
  const cost = priceOf(priceRequestOf(call), prices);
  const isOrphan = call.provider === undefined && call.model !== undefined && 'unpriced' in cost;
  return isOrphan ? { unpriced: `nobody says who answered as "${call.model}"` } : cost;
}

/** A cost as a call keeps it: the arithmetic can be had again at any time. */
export function callCostOf(cost: Cost): CallCost {
  return 'unpriced' in cost
    ? { unpriced: cost.unpriced }
    : { usd: cost.exact, source: cost.source, asOf: cost.asOf };
}

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

function statedCost(usd: string, attributes: Attributes): CallCost {
  const said = readText(attributes, ATTR_COST_SOURCE);
  const source = said === 'list' || said === 'custom' ? said : 'provider';
  const asOf = readText(attributes, ATTR_COST_AS_OF);
  return asOf === undefined ? { usd, source } : { usd, source, asOf };
}
