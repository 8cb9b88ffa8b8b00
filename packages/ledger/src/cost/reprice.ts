import type { PriceOptions } from '@userspan/pricing';
import type { Call, CallCost } from '../calls/call.ts';
import { decideCost } from './decide-cost.ts';
import type { StatedCost } from './stated-cost.ts';

/** A recalculated cost, with the previous one. */
export interface RepricedCost {
  readonly cost: CallCost;
  readonly costAtCall: CallCost;
}

/**
 * Recalculates the cost of a call after a price was added or corrected. Pure. Uses the price at the time of the call
 * and the precedence of {@link decideCost}, so with the same prices the cost does not change.
 *
 * A priced call never becomes unpriced, and a call that the provider refused stays free.
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

/** Reconstructs what the span stated from the cost that was taken from it. */
function statedOf(cost: CallCost): StatedCost | undefined {
  if ('unpriced' in cost) return undefined;
  return cost.source === 'provider' || cost.source === 'computed'
    ? { ...cost, source: cost.source }
    : undefined;
}
