import { bestRecord, costRecord } from '../deduplication/canonical-record.ts';
import { groupCalls } from '../deduplication/group-calls.ts';
import { spanTree } from './span-tree.ts';
import type { CallNode } from './span-tree.ts';
import type { TraceSpan } from './trace-span.ts';
import { whoIsWho } from './find-owner.ts';
import type { Who } from './find-owner.ts';

/** What a trace says about one of its calls. */
export interface Attribution extends Who {
  /** Whether the call is counted. Where not, another record of the same request is, or the calls below. */
  readonly counted: boolean;
  /** Key of the record that is counted in its place; absent on a sum of calls below. */
  readonly countedBy?: string;
  /** Key of the record of the same request whose cost is taken, where it knows better. */
  readonly costFrom?: string;
}

/**
 * Decides for every call of a trace whether it counts and who it is for, given the spans that are known so far.
 *
 * The result is a function of the set of spans: not of their order, not of how often one was delivered. So when a span
 * arrives late, resolve again and emit what {@link diffAttributions} says. Spans of several traces may be given
 * together; then records of one request meet across them by response id.
 *
 * Who: a user on the call itself, else of its nearest ancestor that names one, else the only user of the trace. A
 * claimed user stands behind every verified one.
 */
export function resolveTrace(spans: Iterable<TraceSpan>): ReadonlyMap<string, Attribution> {
  const nodes = spanTree(spans);
  const whoOf = whoIsWho(nodes);
  const attributions = new Map<string, Attribution>();
  for (const group of groupCalls(nodes)) {
    const { members } = group;
    const best = group.isSum ? undefined : bestRecord(members);
    const who = whoOf(members);
    for (const member of members) attributions.set(member.key, attribution(member, best, who, members));
  }
  return attributions;
}

function attribution(
  member: CallNode,
  best: CallNode | undefined,
  who: Who,
  members: readonly CallNode[],
): Attribution {
  if (best === undefined) return { counted: false, ...who };
  if (member !== best) return { counted: false, countedBy: best.key, ...who };
  const cost = costRecord(best, members);
  return cost === best ? { counted: true, ...who } : { counted: true, costFrom: cost.key, ...who };
}
