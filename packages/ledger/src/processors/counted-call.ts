import type { Call, CallCost } from '../calls/call.ts';
import { toUnits } from '../cost/exact-decimal.ts';
import type { CallTotals } from './user-summary.ts';

/** A call that is included in the totals of a user, or of no user. */
export interface CountedCall {
  readonly totals: CallTotals;
  readonly call: Call;
  readonly cost: CallCost;
  readonly threadId: string | undefined;
}

/** Adds a call to totals. */
export function countCall(
  totals: CallTotals,
  call: Call,
  cost: CallCost,
  threadId: string | undefined,
): CountedCall {
  const counted = { totals, call, cost, threadId };
  apply(counted, 1);
  return counted;
}

/** Removes a call from the totals to which it was added, even if their user was evicted in the meantime. */
export function uncountCall(counted: CountedCall): void {
  apply(counted, -1);
}

function apply({ totals, call, cost, threadId }: CountedCall, sign: 1 | -1): void {
  const to = totals.evictedInto ?? totals;
  to.calls += sign;
  to.inputTokens += sign * (call.usage.inputTokens ?? 0);
  to.outputTokens += sign * (call.usage.outputTokens ?? 0);
  to.cachedTokens += sign * (call.usage.cachedInputTokens ?? 0);
  if ('unpriced' in cost) to.unpricedCalls += sign;
  else to.costUnits += BigInt(sign) * toUnits(cost.usd);
  if (call.error !== undefined) to.errors += sign;
  // For evicted users, only the number of threads is kept.
  if (threadId === undefined || to !== totals) return;
  const calls = (to.threads.get(threadId) ?? 0) + sign;
  if (calls > 0) to.threads.set(threadId, calls);
  else to.threads.delete(threadId);
}
