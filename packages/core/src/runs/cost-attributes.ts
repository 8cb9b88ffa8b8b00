import type { Attributes, Span } from '@opentelemetry/api';

import { ATTR_COST, ATTR_COST_AS_OF, ATTR_COST_SOURCE, ATTR_COST_UNPRICED } from '../semconv.ts';

/**
 * A cost as `priceOf` of `@userspan/pricing` returns it: US dollars with their source, or the reason why the call has
 * no cost.
 */
export type CostFields =
  | { readonly usd: number; readonly source: string; readonly asOf?: string | undefined }
  | { readonly unpriced: string };

/** The attributes for the cost of one call. An unpriced call has the reason and no amount. */
export function costAttributes(cost: CostFields): Attributes {
  if ('unpriced' in cost) return { [ATTR_COST_UNPRICED]: cost.unpriced };
  const attributes: Attributes = { [ATTR_COST]: cost.usd, [ATTR_COST_SOURCE]: cost.source };
  if (cost.asOf !== undefined) attributes[ATTR_COST_AS_OF] = cost.asOf;
  return attributes;
}

/** Writes the attributes of `costAttributes` on a span without creating an object for them. */
export function setCost(span: Span, cost: CostFields): void {
  if ('unpriced' in cost) {
    span.setAttribute(ATTR_COST_UNPRICED, cost.unpriced);
    return;
  }
  span.setAttribute(ATTR_COST, cost.usd);
  span.setAttribute(ATTR_COST_SOURCE, cost.source);
  if (cost.asOf !== undefined) span.setAttribute(ATTR_COST_AS_OF, cost.asOf);
}
