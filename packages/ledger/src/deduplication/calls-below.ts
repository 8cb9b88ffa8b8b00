import { isCallNode } from '../attribution/span-tree.ts';
import type { CallNode, SpanNode } from '../attribution/span-tree.ts';
import { STEP_MASK } from '../attribution/steps.ts';
import type { Steps } from '../attribution/steps.ts';
import { hasUsage } from './same-request.ts';

/** The calls below a call or wrapper. */
export interface Below {
  /** The nearest calls. Calls below another call are left out; calls below a wrapper are included. */
  readonly calls: readonly CallNode[];
  /** Whether any call below has usage. */
  readonly hasUsage: boolean;
}

const NOTHING: Below = { calls: [], hasUsage: false };

/** The nearest call and wrapper above a span. */
interface Above {
  readonly call: CallNode | undefined;
  /** A wrapper nearer than the call. */
  readonly wrapper: CallNode | undefined;
}

const NO_RECORD: Above = { call: undefined, wrapper: undefined };

/** Reads a tree once (parents first) and returns a function that tells what is below each call and wrapper. */
export function* callsBelow(nodes: readonly SpanNode[]): Steps<(node: CallNode) => Below> {
  let done = 0;
  const above = new Map<SpanNode, Above>();
  const below = new Map<SpanNode, CallNode[]>();
  for (const node of nodes) {
    if ((++done & STEP_MASK) === 0) yield;
    const records = recordsAbove(node.parent, above);
    above.set(node, records);
    if (!isCallNode(node) || node.span.call.wrapper === true) continue;
    for (const record of [records.call, records.wrapper]) {
      if (record === undefined) continue;
      const calls = below.get(record);
      if (calls === undefined) below.set(record, [node]);
      else calls.push(node);
    }
  }
  const used = yield* nodesAboveUsage(nodes);
  return (node) => {
    const calls = below.get(node);
    return calls === undefined && !used.has(node)
      ? NOTHING
      : { calls: calls ?? [], hasUsage: used.has(node) };
  };
}

function recordsAbove(parent: SpanNode | undefined, above: ReadonlyMap<SpanNode, Above>): Above {
  if (parent === undefined) return NO_RECORD;
  const records = above.get(parent) ?? NO_RECORD;
  if (!isCallNode(parent)) return records;
  return parent.span.call.wrapper === true
    ? { call: records.call, wrapper: parent }
    : { call: parent, wrapper: undefined };
}

function* nodesAboveUsage(nodes: readonly SpanNode[]): Steps<ReadonlySet<SpanNode>> {
  let done = 0;
  const used = new Set<SpanNode>();
  for (const node of nodes) {
    if ((++done & STEP_MASK) === 0) yield;
    if (!isCallNode(node) || !hasUsage(node.span.call)) continue;
    let step = node.parent;
    while (step !== undefined && !used.has(step)) {
      used.add(step);
      step = step.parent;
    }
  }
  return used;
}
