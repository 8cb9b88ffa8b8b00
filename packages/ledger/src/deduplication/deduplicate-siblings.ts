import {
  linkKeysOf,
  mayBeOneFailure,
  mayBeOneRequest,
  mayBeSiblings,
  slackOfLinkKey,
} from './may-be-one-request.ts';
import { haveSameUsage, overlap } from './same-request.ts';
import type { CallNode, SpanNode } from '../attribution/span-tree.ts';
import { sortInSteps, STEP_MASK } from '../attribution/steps.ts';
import type { Steps } from '../attribution/steps.ts';
import type { TraceSpan } from '../attribution/trace-span.ts';

/** The records of one request. */
export interface CallGroup {
  readonly members: CallNode[];
  /** Whether the group only sums up calls below it, which are counted instead. */
  isSum: boolean;
}

/**
 * Maximum number of groups that are compared with one group. Only servers that use the same id for every request reach
 * it.
 */
const MAX_OPEN = 64;
/** Maximum number of records of one request that are compared. No application has that many instrumentations. */
const MAX_MEMBERS = 16;

type IsOne = (first: CallNode, second: CallNode) => boolean;
/** How many ancestors are searched for the parent of a failed call's other record. */
const MAX_ANCESTORS = 8;

/**
 * Joins records of one request that are siblings in a trace or are in different traces.
 *
 * An equal response id is not sufficient, because small servers use the same one for every request, and caches repeat
 * ids. So the records must come from different instrumentations, have the same model and be at the same time (within
 * minutes, if the id is of a kind that is unique). Each record joins only the one nearest in time.
 */
export function* deduplicateSiblings(groups: readonly CallGroup[]): Steps<readonly CallGroup[]> {
  if (haveOneScope(groups)) return groups;
  const byLink = yield* joinWhere(
    groups,
    ({ span }) => linkKeysOf(span),
    (first, second) => mayBeOneRequest(first.span, second.span),
  );
  // First by usage: a record without usage would otherwise take the place of another request's record.
  const byUsage = yield* joinWhere(
    byLink,
    ({ span }) => siblingKeys(span),
    (first, second) =>
      haveSameUsage(first.span.call, second.span.call) && mayBeSiblings(first.span, second.span),
  );
  const bySibling = yield* joinWhere(
    byUsage,
    ({ span }) => siblingKeys(span),
    (first, second) => mayBeSiblings(first.span, second.span),
  );
  return yield* joinWhere(bySibling, failureKeys, areOneFailure);
}

/**
 * Whether two failed calls are one. A callback handler does not make its span the current one, so the client's span
 * below becomes a child of one of its ancestors. Successful calls are recognized by the response id, which a failed
 * call does not have.
 */
function areOneFailure(first: CallNode, second: CallNode): boolean {
  return (isAuntOf(first, second) || isAuntOf(second, first)) && mayBeOneFailure(first.span, second.span);
}

function isAuntOf(first: CallNode, second: CallNode): boolean {
  const { parentSpanId, traceId } = first.span;
  return ancestorsOf(second)
    .slice(1)
    .some(({ span }) => span.spanId === parentSpanId && span.traceId === traceId);
}

function failureKeys(node: CallNode): readonly string[] {
  const { failed, usageFields, responseId } = node.span.call;
  return failed === true && usageFields === 0 && responseId === undefined
    ? ancestorsOf(node).map(({ key }) => key)
    : [];
}

/** The nearest ancestors, the parent first. */
function ancestorsOf(node: SpanNode): readonly SpanNode[] {
  const ancestors: SpanNode[] = [];
  for (let at = node.parent; at !== undefined && ancestors.length < MAX_ANCESTORS; at = at.parent) {
    ancestors.push(at);
  }
  return ancestors;
}

/** Whether all calls come from one instrumentation, which never records a request twice. */
function haveOneScope(groups: readonly CallGroup[]): boolean {
  const scope = groups[0]?.members[0]?.span.call.scope;
  return groups.every(({ members }) => members.every(({ span }) => span.call.scope === scope));
}

function siblingKeys({ traceId, parentSpanId }: TraceSpan): readonly string[] {
  return parentSpanId === undefined ? [] : [`${traceId}:${parentSpanId}`];
}

/** A group that can still be joined with others. */
interface Open {
  readonly group: CallGroup;
  readonly scopes: Set<string>;
  readonly key: string;
  startMs: number;
  endMs: number;
}

function* joinWhere(
  groups: readonly CallGroup[],
  keysOf: (node: CallNode) => readonly string[],
  isOne: IsOne,
): Steps<readonly CallGroup[]> {
  let done = 0;
  const joined = new Set<Open>();
  for (const { slackMs, sharing } of yield* shareKeys(groups, keysOf)) {
    let earlier: Open[] = [];
    for (const next of sharing) {
      // Each group is compared with up to MAX_OPEN others.
      if ((++done & 3) === 0) yield;
      if (joined.has(next)) continue;
      earlier = earlier
        .filter((other) => !joined.has(other) && overlap(other, next, slackMs))
        .slice(-MAX_OPEN);
      const match = nearest(earlier, next, isOne);
      if (match === undefined) {
        earlier.push(next);
        continue;
      }
      joined.add(next);
      match.group.members.push(...next.group.members);
      match.endMs = Math.max(match.endMs, next.endMs);
      for (const scope of next.scopes) match.scopes.add(scope);
    }
  }
  const gone = new Set([...joined].map(({ group }) => group));
  return groups.filter((group) => !gone.has(group));
}

/** Groups with the same key, ordered by time. */
interface Sharing {
  /** Maximum time between records of one request. */
  readonly slackMs: number | undefined;
  readonly sharing: readonly Open[];
}

/** Groups by key, for keys that several groups have. */
function* shareKeys(
  groups: readonly CallGroup[],
  keysOf: (node: CallNode) => readonly string[],
): Steps<readonly Sharing[]> {
  let done = 0;
  const byKey = new Map<string, Set<Open>>();
  for (const group of groups) {
    const open = openGroup(group);
    for (const member of group.members) {
      if ((++done & STEP_MASK) === 0) yield;
      for (const key of keysOf(member)) {
        const sharing = byKey.get(key);
        if (sharing === undefined) byKey.set(key, new Set([open]));
        else sharing.add(open);
      }
    }
  }
  const shared = [...byKey].filter(([, sharing]) => sharing.size > 1);
  const lists: Sharing[] = [];
  for (const [key, open] of yield* sortInSteps(shared, ([a], [b]) => (a < b ? -1 : 1))) {
    const sharing = yield* sortInSteps(
      [...open],
      (a, b) => a.startMs - b.startMs || (a.key < b.key ? -1 : 1),
    );
    lists.push({ slackMs: slackOfLinkKey(key), sharing });
  }
  return lists;
}

function openGroup(group: CallGroup): Open {
  const open = { group, scopes: new Set<string>(), key: '\uFFFF', startMs: Infinity, endMs: -Infinity };
  for (const { key, span } of group.members) {
    open.scopes.add(span.call.scope);
    if (key < open.key) open.key = key;
    open.startMs = Math.min(open.startMs, span.call.startMs);
    open.endMs = Math.max(open.endMs, span.call.endMs);
  }
  return open;
}

function nearest(earlier: readonly Open[], next: Open, isOne: IsOne): Open | undefined {
  let found: Open | undefined;
  for (const other of earlier) {
    if (!areOne(other, next, isOne)) continue;
    if (found === undefined || distance(other, next) < distance(found, next)) found = other;
  }
  return found;
}

function areOne(first: Open, second: Open, isOne: IsOne): boolean {
  for (const scope of second.scopes) if (first.scopes.has(scope)) return false;
  const others = second.group.members.slice(0, MAX_MEMBERS);
  return first.group.members.slice(0, MAX_MEMBERS).some((one) => others.some((other) => isOne(one, other)));
}

function distance(first: Open, second: Open): number {
  return Math.abs(first.startMs - second.startMs) + Math.abs(first.endMs - second.endMs);
}
