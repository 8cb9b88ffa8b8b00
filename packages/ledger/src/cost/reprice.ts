import type { PriceOptions } from '@userspan/pricing';
import type { Call, CallCost } from '../calls/call.ts';
import { decideCost } from './decide-cost.ts';
import type { StatedCost } from './stated-cost.ts';

/** A recalculated cost, beside the one at the time of the call. */
export interface RepricedCost {
  readonly cost: CallCost;
  readonly costAtCall: CallCost;
}

/**
 * Recalculates the cost of a call after a price was added or corrected. Pure; the price is that of the time of the
 * call, and the precedence is that of {@link decideCost}, so a call that was priced by the same prices stays as it is.
 *
 * What had a price never loses it, and what the provider refused stays at nothing.
 */
export function reprice(call: Call, prices?: PriceOptions): RepricedCost {
  const { cost: costAtCall } = call;
  const isRefused = 'source' in costAtCall && costAtCall.source === 'unbilled';
  const cost = decideCost(
    { ...call, statedCost: call.statedCost ?? statedOf(costAtCall), isRefused },
    prices,
  );
  return 'unpriced' in cost && !('unpriced' in costAtCall)
    ? { cost: costAtCall, costAtCall }
    : { cost, costAtCall };
}

/** What the span must have stated, where only the cost is known that was taken from it. */
function statedOf(cost: CallCost): StatedCost | undefined {
  if ('unpriced' in cost) return undefined;
  return cost.source === 'provider' || cost.source === 'computed'
    ? { ...cost, source: cost.source }
    : undefined;
}
