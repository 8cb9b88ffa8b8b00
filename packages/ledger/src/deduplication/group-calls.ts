import { callsBelow } from './calls-below.ts';
import type { Below } from './calls-below.ts';
import { deduplicateSiblings } from './deduplicate-siblings.ts';
import type { CallGroup } from './deduplicate-siblings.ts';
import { haveDifferentIds, haveSameId, hasUsage, isAlike } from './same-request.ts';
import { isCallNode } from '../attribution/span-tree.ts';
import type { CallNode, SpanNode } from '../attribution/span-tree.ts';
import { STEP_MASK } from '../attribution/steps.ts';
import type { Steps } from '../attribution/steps.ts';

/**
 * Finds out which spans are records of the same request, and which only repeat the usage of calls below them.
 *
 * Two calls are records of one request if one is inside the other and both have the same model, or if different
 * instrumentations recorded them at the same time with the same response id or usage. A wrapper is counted only if
 * nothing below it has usage.
 */
export function* groupCalls(nodes: readonly SpanNode[]): Steps<readonly CallGroup[]> {
  let done = 0;
  const calls = nodes.filter(isCallNode);
  if (calls.length < 2) return calls.map((node) => ({ members: [node], isSum: false }));
  const below = yield* callsBelow(nodes);
  const groups = new Map<SpanNode, CallGroup>();
  for (const node of calls) groups.set(node, { members: [node], isSum: false });
  // Deepest first, so that a chain of records becomes one group.
  for (const node of calls.toReversed()) {
    if ((++done & STEP_MASK) === 0) yield;
    const found = duplicatesOf(node, below(node));
    if (found !== 'sum') {
      for (const duplicate of found) join(node, duplicate, groups);
      continue;
    }
    const group = groups.get(node);
    if (group !== undefined) group.isSum = true;
  }
  const found = [...new Set(groups.values())];
  const sums = found.filter(({ isSum }) => isSum);
  return [...sums, ...(yield* deduplicateSiblings(found.filter(({ isSum }) => !isSum)))];
}

/** The calls below that are records of the same request; `sum` if this span only repeats their usage. */
function duplicatesOf(node: CallNode, below: Below): readonly CallNode[] | 'sum' {
  const { call } = node.span;
  if (call.wrapper === true && below.hasUsage) return 'sum';
  const alike = below.calls.filter((inner) => isAlike(call, inner.span.call));
  const sameId = alike.filter((inner) => haveSameId(call, inner.span.call));
  if (sameId.length > 0) return sameId;
  const possible = alike.filter((inner) => !haveDifferentIds(call, inner.span.call));
  const used = possible.filter((inner) => hasUsage(inner.span.call));
  if (used.length === 1) return used;
  if (used.length > 1) return 'sum';
  if (possible.length === 1) return possible;
  return possible.length > 1 && !hasUsage(call) ? 'sum' : [];
}

function join(node: CallNode, duplicate: CallNode, groups: Map<SpanNode, CallGroup>): void {
  const group = groups.get(node);
  const other = groups.get(duplicate);
  if (group === undefined || other === undefined || other === group) return;
  // Moves the smaller group into the larger one. Otherwise a chain of records would take quadratic time.
  const [kept, moved] = group.members.length < other.members.length ? [other, group] : [group, other];
  for (const member of moved.members) {
    kept.members.push(member);
    groups.set(member, kept);
  }
  kept.isSum ||= moved.isSum;
}
