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
  /** The group of each call, by the place of its node. */
  const groups: CallGroup[] = [];
  for (const node of calls) groups[node.at] = { members: [node], isSum: false };
  let isJoined = false;
  // Deepest first, so that a chain of records becomes one group.
  for (const node of calls.toReversed()) {
    if ((++done & STEP_MASK) === 0) yield;
    const found = duplicatesOf(node, below(node));
    if (found !== 'sum') {
      for (const duplicate of found) isJoined = join(node, duplicate, groups) || isJoined;
      continue;
    }
    const group = groups[node.at];
    if (group !== undefined) group.isSum = true;
  }
  // The list has holes for nodes that are no calls, and after a join a group several times.
  const listed = groups.filter((group) => group !== undefined);
  const found = isJoined ? [...new Set(listed)] : listed;
  const sums = found.filter(({ isSum }) => isSum);
  if (sums.length === 0) return yield* deduplicateSiblings(found);
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

/** Makes the groups of two records one. Returns `false` if they are. */
function join(node: CallNode, duplicate: CallNode, groups: CallGroup[]): boolean {
  const group = groups[node.at];
  const other = groups[duplicate.at];
  if (group === undefined || other === undefined || other === group) return false;
  // Moves the smaller group into the larger one. Otherwise a chain of records would take quadratic time.
  const [kept, moved] = group.members.length < other.members.length ? [other, group] : [group, other];
  for (const member of moved.members) {
    kept.members.push(member);
    groups[member.at] = kept;
  }
  kept.isSum ||= moved.isSum;
  return true;
}
