import type { Cost } from './billing/cost.ts';
import { priceOf } from './price-of.ts';
import type { PriceOptions } from './price-options.ts';
import type { PriceRequest } from './price-request.ts';

/** A call that was priced once, with what that needed. */
export interface PricedCall<AtCall> extends PriceRequest {
  readonly cost: AtCall;
  /** What the call cost when it was made, from an earlier repricing. */
  readonly costAtCall?: AtCall | undefined;
}

/** The cost by today's prices, beside the cost at the time of the call. */
export interface Repriced<AtCall> {
  readonly cost: Cost | AtCall;
  readonly costAtCall: AtCall;
}

/**
 * Prices a call again, after a price was added or corrected. The cost at the time of the call is kept, also through a
 * second repricing. A cost that the provider reported gives way to the user's own price only; a call that has no price
 * any more keeps the cost it had.
 */
export function reprice<AtCall extends { readonly source?: string } | { readonly unpriced: string }>(
  call: PricedCall<AtCall>,
  prices?: PriceOptions,
): Repriced<AtCall> {
  const costAtCall = call.costAtCall ?? call.cost;
  const cost = priceOf(call, prices);
  const wasPriced = !('unpriced' in call.cost);
  const wasReported = 'source' in call.cost && call.cost.source === 'provider';
  const keepsCost = 'unpriced' in cost ? wasPriced : wasReported && cost.source === 'list';
  return { cost: keepsCost ? call.cost : cost, costAtCall };
}
