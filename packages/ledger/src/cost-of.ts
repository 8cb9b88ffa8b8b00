import { ATTR_COST_AS_OF, ATTR_COST_SOURCE, ATTR_COST_UNPRICED } from '@userspan/core';
import { priceOf } from '@userspan/pricing';
import type { Cost, PriceRequest } from '@userspan/pricing';
import type { CallCost } from './call.ts';
import type { CallFacts } from './dialects/dialect.ts';
import { readText } from './read-attribute.ts';
import type { Attributes } from './span.ts';

/** Something that prices a call: `priceOf` of `@userspan/pricing`, or prices of one's own in front of it. */
export type Pricer = (request: PriceRequest) => Cost;

/**
 * What a call cost.
 *
 * A cost on the span is taken as said, and so is a reason why there is none, unless there are prices of one's own that
 * could know better. Else the list is asked, at the time of the call.
 */
export function costOf(
  facts: CallFacts,
  attributes: Attributes,
  startTimeUnixNano: bigint,
  pricer?: Pricer,
): CallCost {
  if (facts.costUsd !== undefined) return statedCost(facts.costUsd, attributes);
  const reason = readText(attributes, ATTR_COST_UNPRICED);
  if (reason !== undefined && pricer === undefined) return { unpriced: reason };
  return askedCost(priceRequestOf(facts, startTimeUnixNano), pricer);
}

/** Asks the price list, or prices of one's own, what a request cost. */
export function askedCost(request: PriceRequest, pricer: Pricer | undefined): CallCost {
  const cost = (pricer ?? priceOf)(request);
  if ('unpriced' in cost) return { unpriced: cost.unpriced };
  return { usd: cost.exact, source: cost.source, asOf: cost.asOf };
}

/** What the price list is asked about a call. */
export function priceRequestOf(facts: CallFacts, startTimeUnixNano: bigint): PriceRequest {
  return {
    provider: facts.provider ?? '',
    model: facts.responseModel ?? facts.requestModel,
    requestModel: facts.requestModel,
    usage: facts.usage ?? {},
    serviceTier: facts.responseTier,
    requestServiceTier: facts.requestTier,
    baseUrl: facts.baseUrl,
    at: Number(startTimeUnixNano / 1_000_000n),
  };
}

function statedCost(usd: string, attributes: Attributes): CallCost {
  const said = readText(attributes, ATTR_COST_SOURCE);
  const source = said === 'list' || said === 'custom' ? said : 'provider';
  const asOf = readText(attributes, ATTR_COST_AS_OF);
  return asOf === undefined ? { usd, source } : { usd, source, asOf };
}
