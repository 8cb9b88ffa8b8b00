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
  // Each by the place of the node.
  const above: Above[] = [];
  const below: (CallNode[] | undefined)[] = [];
  const isAboveUsage: (true | undefined)[] = [];
  for (const node of nodes) {
    if ((++done & STEP_MASK) === 0) yield;
    const records = recordsAbove(node.parent, above);
    above.push(records);
    if (!isCallNode(node)) continue;
    if (hasUsage(node.span.call)) {
      for (let step = node.parent; step !== undefined && isAboveUsage[step.at] !== true; step = step.parent) {
        isAboveUsage[step.at] = true;
      }
    }
    if (node.span.call.wrapper === true) continue;
    addBelow(node, records.call, below);
    addBelow(node, records.wrapper, below);
  }
  return ({ at }) => {
    const calls = below[at];
    const isAbove = isAboveUsage[at] === true;
    return calls === undefined && !isAbove ? NOTHING : { calls: calls ?? [], hasUsage: isAbove };
  };
}

function addBelow(node: CallNode, record: SpanNode | undefined, below: (CallNode[] | undefined)[]): void {
  if (record === undefined) return;
  const calls = below[record.at];
  if (calls === undefined) below[record.at] = [node];
  else calls.push(node);
}

function recordsAbove(parent: SpanNode | undefined, above: readonly Above[]): Above {
  if (parent === undefined) return NO_RECORD;
  const records = above[parent.at] ?? NO_RECORD;
  if (!isCallNode(parent)) return records;
  return parent.span.call.wrapper === true
    ? { call: records.call, wrapper: parent }
    : { call: parent, wrapper: undefined };
}
