import type { PriceOptions } from '@userspan/pricing';
import type { Call, CallCost } from './call.ts';
import { askedCost } from './cost-of.ts';

/** A cost that was worked out anew, beside the one at the time of the call. */
export interface RepricedCost {
  readonly cost: CallCost;
  readonly costAtCall: CallCost;
}

/**
 * Works out the cost of a call anew, when a price was added or mended. Pure; the price is that of the time of the call.
 *
 * A price of one's own beats what the provider said it charged, and that beats the list. What had a price never loses it.
 */
export function reprice(call: Call, prices?: PriceOptions): RepricedCost {
  const costAtCall = call.cost;
  const asked = askedCost(call, prices);
  if ('unpriced' in costAtCall) return { cost: asked, costAtCall };
  const isBetter = !('unpriced' in asked) && (asked.source === 'custom' || costAtCall.source !== 'provider');
  return { cost: isBetter ? asked : costAtCall, costAtCall };
}
