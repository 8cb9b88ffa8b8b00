import { reprice as repriceCost } from '@userspan/pricing';
import type { PriceOptions } from '@userspan/pricing';
import type { Call, CallCost } from '../calls/call.ts';
import { callCostOf, priceRequestOf } from './cost-of.ts';

/** A cost that was worked out anew, beside the one at the time of the call. */
export interface RepricedCost {
  readonly cost: CallCost;
  readonly costAtCall: CallCost;
}

/**
 * Works out the cost of a call anew, when a price was added or mended. Pure; the price is that of the time of the call.
 *
 * A price of one's own beats what the provider said it charged, and that beats the list. What had a price never loses it, and what
 * was never billed stays at nothing.
 */
export function reprice(call: Call, prices?: PriceOptions): RepricedCost {
  const { cost: costAtCall } = call;
  if ('source' in costAtCall && costAtCall.source === 'unbilled') return { cost: costAtCall, costAtCall };
  const { cost } = repriceCost({ ...priceRequestOf(call), cost: costAtCall }, prices);
  return { cost: 'exact' in cost ? callCostOf(cost) : cost, costAtCall };
}
