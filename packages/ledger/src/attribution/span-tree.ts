import { callKey } from '../calls/call.ts';
import type { TraceCall } from './trace-call.ts';
import type { TraceSpan } from './trace-span.ts';
import { sortInSteps, STEP_MASK } from './steps.ts';
import type { Steps } from './steps.ts';

/** A span in its place. */
export interface SpanNode {
  readonly key: string;
  readonly span: TraceSpan;
  /** Absent on roots, where the parent is not known (yet), and on a cycle. */
  parent?: SpanNode;
  /** 0 where there is no known parent. */
  depth: number;
}

/** A span that is a call or may be one. */
export interface CallNode extends SpanNode {
  readonly span: TraceSpan & { readonly call: TraceCall };
}

/** Whether a span is a call or may be one. */
export function isCallNode(node: SpanNode): node is CallNode {
  return node.span.call !== undefined;
}

/**
 * Puts spans in their places; parents stand before their children in the list.
 *
 * The result depends on the set of spans only: a span that was delivered twice is there once, spans that are their own
 * ancestors have no parent, and siblings are in the order of their ids.
 */
export function* spanTree(spans: Iterable<TraceSpan>): Steps<readonly SpanNode[]> {
  let done = 0;
  const nodes = new Map<string, SpanNode>();
  for (const span of spans) {
    const key = callKey(span);
    const known = nodes.get(key);
    if (known === undefined || isLaterVersion(span, known.span)) nodes.set(key, { key, span, depth: -1 });
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
  return sorted.length <= SHORT ? sorted.sort(inOrder) : yield* sortInSteps(sorted, inOrder);
}

/**
 * Two spans with one id and different content: the one of a verified sender is taken, and else any rule will do that
 * does not depend on which came first.
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
/** Nearly every trace is sorted without a generator, which takes longer to make than three spans to sort. */
const SHORT = 128;

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

/** Every span on the cycle loses its parent: which of them was first cannot be known. */
function cutCycle(path: readonly SpanNode[], entry: SpanNode): void {
  for (const step of path.slice(path.indexOf(entry))) delete step.parent;
}
