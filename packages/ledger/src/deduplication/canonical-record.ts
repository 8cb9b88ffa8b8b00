import { hasUsage } from './same-request.ts';
import type { CallNode } from '../attribution/span-tree.ts';
import type { TraceCall } from '../attribution/trace-span.ts';

/** The record of a request that counts: the one that knows most of its usage. */
export function bestRecord(members: readonly CallNode[]): CallNode | undefined {
  let best: CallNode | undefined;
  for (const member of members) if (best === undefined || compare(member, best) > 0) best = member;
  return best;
}

/** The record whose cost is taken, when another knows better than the best record: a reported cost beats a computed one. */
export function costRecord(best: CallNode, members: readonly CallNode[]): CallNode {
  let found = best;
  for (const member of members) {
    const { call } = member.span;
    if (call.costRank < found.span.call.costRank) continue;
    // The same prices without the service tier are another price.
    if (isComputed(call.costRank) && best.span.call.tierKnown === true && call.tierKnown !== true) continue;
    if (call.costRank > found.span.call.costRank || (found !== best && member.key < found.key))
      found = member;
  }
  return found.span.call.costRank > best.span.call.costRank ? found : best;
}

function isComputed(costRank: number): boolean {
  return costRank <= 2;
}

function compare(first: CallNode, second: CallNode): number {
  const a = first.span.call;
  const b = second.span.call;
  return (
    bearer(a) - bearer(b) ||
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

function bearer(call: TraceCall): number {
  if (!hasUsage(call)) return 0;
  return call.wrapper === true ? 1 : 2;
}

function flag(value: true | undefined): number {
  return value === true ? 1 : 0;
}
