import { groupCalls } from '../deduplication/group-calls.ts';
import type { CallGroup } from '../deduplication/deduplicate-siblings.ts';
import { ownerFinder, withThread } from './find-owner.ts';
import type { SpanOwner } from './find-owner.ts';
import { isCallNode, spanTree } from './span-tree.ts';
import type { CallNode, SpanNode } from './span-tree.ts';
import { STEP_MASK } from './steps.ts';
import type { Steps } from './steps.ts';
import type { TraceSpan } from './trace-span.ts';

/** The requests of a trace, and the owner of each span. */
export interface DecidedTrace {
  readonly nodes: readonly SpanNode[];
  readonly groups: readonly CallGroup[];
  /** Finds the owner of a span, or of all records of one request. */
  readonly ownerOf: (records: readonly SpanNode[]) => SpanOwner;
}

/**
 * Groups the records of each request and finds owners. Nothing that an unverified sender states becomes verified.
 *
 * Spans of verified senders are decided first, as if the others did not exist. Then claimed calls are grouped with each
 * other. A claimed call that is a second record of a verified request joins that request, and one that repeats verified
 * calls is treated as their sum. A claim decides the owner only of spans that have no owner otherwise, and that owner
 * is not verified.
 */
export function* decideTrace(spans: Iterable<TraceSpan>): Steps<DecidedTrace> {
  const nodes = yield* spanTree(spans);
  if (nodes.every(isVerified)) {
    return { nodes, groups: yield* groupCalls(nodes), ownerOf: yield* ownerFinder(nodes) };
  }
  const verified = yield* spanTree(nodes.filter(isVerified).map(({ span }) => span));
  return {
    nodes,
    groups: yield* joinClaimed(yield* groupCalls(verified), nodes),
    ownerOf: yield* trustingFinder(nodes, verified),
  };
}

function isVerified({ span }: SpanNode): boolean {
  return span.unverified !== true;
}

function* trustingFinder(
  nodes: readonly SpanNode[],
  verifiedNodes: readonly SpanNode[],
): Steps<DecidedTrace['ownerOf']> {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const verifiedByKey = new Map(verifiedNodes.map((node) => [node.key, node]));
  const findVerified = yield* ownerFinder(verifiedNodes);
  const findAny = yield* ownerFinder(nodes);
  return (records) => {
    const any = findAny(pick(records, byKey));
    const verified = pick(records, verifiedByKey);
    if (verified.length === 0) return any;
    const owner = findVerified(verified);
    const threadId = owner.threadId ?? any.threadId;
    const found = owner.rule !== 'none' || any.userId === undefined ? owner : { ...any, verified: false };
    return threadId === undefined ? found : withThread(found, threadId);
  };
}

function pick(records: readonly SpanNode[], byKey: ReadonlyMap<string, SpanNode>): readonly SpanNode[] {
  return records.map(({ key }) => byKey.get(key)).filter((node) => node !== undefined);
}

function* joinClaimed(
  trusted: readonly CallGroup[],
  nodes: readonly SpanNode[],
): Steps<readonly CallGroup[]> {
  let done = 0;
  const trustedByKey = new Map<string, CallGroup>();
  for (const group of trusted) for (const { key } of group.members) trustedByKey.set(key, group);
  // The groups that would result if every sender were verified.
  const allByKey = new Map<string, CallGroup>();
  for (const group of yield* groupCalls(nodes)) for (const { key } of group.members) allByKey.set(key, group);
  const result = [...trusted];
  for (const claimed of yield* groupCalls(yield* spanTree(nodes.map(withoutVerifiedCall)))) {
    if ((++done & STEP_MASK) === 0) yield;
    const all = allByKey.get(claimed.members[0]?.key ?? '');
    const same = all === undefined ? undefined : firstTrusted(all.members, trustedByKey);
    if (same !== undefined && !same.isSum) {
      same.members.push(...claimed.members);
      continue;
    }
    claimed.isSum ||= all?.isSum === true;
    result.push(claimed);
  }
  return result;
}

function withoutVerifiedCall(node: SpanNode): TraceSpan {
  if (!isVerified(node) || !isCallNode(node)) return node.span;
  const { call, ...span } = node.span;
  void call;
  return span;
}

function firstTrusted(
  members: readonly CallNode[],
  trustedByKey: ReadonlyMap<string, CallGroup>,
): CallGroup | undefined {
  const keys = members.filter(isVerified).map(({ key }) => key);
  const first = keys.sort()[0];
  return first === undefined ? undefined : trustedByKey.get(first);
}
