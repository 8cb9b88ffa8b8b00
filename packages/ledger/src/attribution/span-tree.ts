import { callKey } from '../calls/call.ts';
import type { TraceCall } from './trace-call.ts';
import type { TraceSpan } from './trace-span.ts';
import { sortInSteps, STEP_MASK } from './steps.ts';
import type { Steps } from './steps.ts';

/** A span in the tree of its trace. */
export interface SpanNode {
  readonly key: string;
  readonly span: TraceSpan;
  /** Absent on roots, if the parent has not arrived, and on spans of a cycle. */
  parent?: SpanNode;
  /** 0 without a known parent. */
  depth: number;
  /** Its place in the list of {@link spanTree}, so that facts about nodes can be in lists instead of maps. */
  at: number;
}

/** A node whose span is or may be a call. */
export interface CallNode extends SpanNode {
  readonly span: TraceSpan & { readonly call: TraceCall };
}

/** Whether a node's span is or may be a call. */
export function isCallNode(node: SpanNode): node is CallNode {
  return node.span.call !== undefined;
}

/**
 * Builds the tree of a trace. In the returned list, parents come before their children.
 *
 * The result depends only on the set of spans: a span that was delivered twice appears once, spans that are their own
 * ancestors have no parent, and siblings are sorted by id.
 */
export function* spanTree(spans: Iterable<TraceSpan>): Steps<readonly SpanNode[]> {
  let done = 0;
  const nodes = new Map<string, SpanNode>();
  for (const span of spans) {
    const key = callKey(span);
    const known = nodes.get(key);
    if (known === undefined || isLaterVersion(span, known.span))
      nodes.set(key, { key, span, depth: -1, at: 0 });
    if ((++done & STEP_MASK) === 0) yield;
  }
  const [first] = nodes.values();
  if (first !== undefined && nodes.size === 1) {
    first.depth = 0;
    return [first];
  }
  for (const node of nodes.values()) {
    if ((++done & STEP_MASK) === 0) yield;
    setParent(node, nodes);
  }
  for (const node of nodes.values()) {
    setDepth(node);
    if ((++done & STEP_MASK) === 0) yield;
  }
  const sorted = [...nodes.values()];
  if (!sortIfShort(sorted)) yield* sortInSteps(sorted, inOrder);
  for (const [at, node] of sorted.entries()) {
    node.at = at;
    if ((++done & STEP_MASK) === 0) yield;
  }
  return sorted;
}

/** Sorts a short list at once. Returns whether it is short. */
function sortIfShort(nodes: SpanNode[]): boolean {
  if (nodes.length > SHORT) return false;
  if (nodes.length <= FEW) sortFew(nodes);
  else nodes.sort(inOrder);
  return true;
}

/**
 * Decides between two spans with the same id and different content. The one of a verified sender wins; otherwise by a
 * rule that does not depend on the order of arrival.
 */
function isLaterVersion(span: TraceSpan, known: TraceSpan): boolean {
  if (span.unverified !== known.unverified) return known.unverified === true;
  return span !== known && canonical(span) > canonical(known);
}

function canonical(span: TraceSpan): string {
  return JSON.stringify(span, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function setParent(node: SpanNode, nodes: ReadonlyMap<string, SpanNode>): void {
  const { traceId, parentSpanId } = node.span;
  if (parentSpanId === undefined) return;
  const parent = nodes.get(callKey({ traceId, spanId: parentSpanId }));
  if (parent !== undefined) node.parent = parent;
}

const ON_PATH = -2;
/** Traces up to this size are sorted without a generator, because creating one takes longer than sorting a few spans. */
const SHORT = 128;
/** Traces up to this size are sorted in place, because `Array.sort` allocates a kilobyte each time. */
const FEW = 16;

function sortFew(nodes: SpanNode[]): void {
  for (const [end, node] of nodes.entries()) {
    let at = end;
    for (; at > 0; at -= 1) {
      const before = nodes[at - 1];
      if (before === undefined || inOrder(before, node) < 0) break;
      nodes[at] = before;
    }
    nodes[at] = node;
  }
}

function inOrder(a: SpanNode, b: SpanNode): number {
  return a.depth - b.depth || (a.key < b.key ? -1 : 1);
}

function setDepth(start: SpanNode): void {
  const path: SpanNode[] = [];
  let node: SpanNode | undefined = start;
  while (node !== undefined && node.depth === -1) {
    node.depth = ON_PATH;
    path.push(node);
    node = node.parent;
  }
  if (node?.depth === ON_PATH) cutCycle(path, node);
  for (const step of path.toReversed()) step.depth = step.parent === undefined ? 0 : step.parent.depth + 1;
}

/** Removes the parent of every span on the cycle, because the true root is unknown. */
function cutCycle(path: readonly SpanNode[], entry: SpanNode): void {
  for (const step of path.slice(path.indexOf(entry))) delete step.parent;
}
