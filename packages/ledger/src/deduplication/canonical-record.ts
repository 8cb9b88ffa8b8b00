import { hasUsage } from './same-request.ts';
import type { CallNode } from '../attribution/span-tree.ts';
import type { TraceCall } from '../attribution/trace-call.ts';

/**
 * Chooses the canonical record of a request: the one whose usage, model, time and error are used.
 *
 * Ties are broken in this order, so that any set of records has exactly one canonical record:
 *
 * 1. A verified record with usage before a claimed one, then a call before a wrapper, then records without usage.
 * 2. A known service tier: without it the same usage has another price.
 * 3. The better source of cost (`costRank`).
 * 4. More counts of usage. Often only one instrumentation knows cached, reasoning and audio tokens.
 * 5. A call before a wrapper, also if neither has usage.
 * 6. The deeper span, which is nearer to the HTTP request.
 * 7. A record that did not fail, because an outer one may fail after the answer has arrived.
 * 8. The one that started first.
 * 9. The smaller key.
 */
export function canonicalRecord(members: readonly CallNode[]): CallNode | undefined {
  let canonical: CallNode | undefined;
  for (const member of members) {
    if (canonical === undefined || compare(member, canonical) > 0) canonical = member;
  }
  return canonical;
}

/**
 * The record whose cost is used: the canonical one, or another one with a better source, such as a reported cost
 * instead of a computed one. A claimed record never sets the cost of a verified one.
 */
export function costRecord(canonical: CallNode, members: readonly CallNode[]): CallNode {
  let found = canonical;
  for (const member of members) {
    const { call, unverified } = member.span;
    if (call.costRank < found.span.call.costRank) continue;
    if (unverified === true && canonical.span.unverified !== true) continue;
    // Without the service tier, the cost would be computed with another price.
    if (isComputed(call.costRank) && canonical.span.call.tierKnown === true && call.tierKnown !== true)
      continue;
    if (call.costRank > found.span.call.costRank || (found !== canonical && member.key < found.key)) {
      found = member;
    }
  }
  return found.span.call.costRank > canonical.span.call.costRank ? found : canonical;
}

function isComputed(costRank: number): boolean {
  return costRank <= 2;
}

function compare(first: CallNode, second: CallNode): number {
  const a = first.span.call;
  const b = second.span.call;
  return (
    usageRank(first) - usageRank(second) ||
    flag(a.tierKnown) - flag(b.tierKnown) ||
    a.costRank - b.costRank ||
    a.usageFields - b.usageFields ||
    flag(b.wrapper) - flag(a.wrapper) ||
    first.depth - second.depth ||
    flag(b.failed) - flag(a.failed) ||
    b.startMs - a.startMs ||
    (first.key < second.key ? 1 : -1)
  );
}

function usageRank({ span }: CallNode): number {
  const { call, unverified } = span;
  if (!hasUsage(call)) return unverified === true ? 0 : 1;
  return (unverified === true ? 2 : 4) + (isWrapper(call) ? 0 : 1);
}

function isWrapper(call: TraceCall): boolean {
  return call.wrapper === true;
}

function flag(value: true | undefined): number {
  return value === true ? 1 : 0;
}
