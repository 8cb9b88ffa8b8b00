import type { Call, CallCost } from '../calls/call.ts';
import { toUnits } from '../cost/exact-decimal.ts';
import type { CallTotals } from './user-summary.ts';

/** A call that stands in somebody's totals. */
export interface Booking {
  readonly totals: CallTotals;
  readonly call: Call;
  readonly cost: CallCost;
  readonly threadId: string | undefined;
}

/** Adds a call to somebody's totals. */
export function book(totals: CallTotals, call: Call, cost: CallCost, threadId: string | undefined): Booking {
  const booking = { totals, call, cost, threadId };
  apply(booking, 1);
  return booking;
}

/** Takes a call out of the totals it was added to, even when their user was forgotten in between. */
export function takeBack(booking: Booking): void {
  apply(booking, -1);
}

function apply({ totals, call, cost, threadId }: Booking, sign: 1 | -1): void {
  totals.calls += sign;
  totals.inputTokens += sign * (call.usage.inputTokens ?? 0);
  totals.outputTokens += sign * (call.usage.outputTokens ?? 0);
  totals.cachedTokens += sign * (call.usage.cachedInputTokens ?? 0);
  if ('unpriced' in cost) totals.unpricedCalls += sign;
  else totals.costUnits += BigInt(sign) * toUnits(cost.usd);
  if (call.error !== undefined) totals.errors += sign;
  if (threadId === undefined) return;
  const calls = (totals.threads.get(threadId) ?? 0) + sign;
  if (calls > 0) totals.threads.set(threadId, calls);
  else totals.threads.delete(threadId);
}
