import { canonicalRecord, costRecord } from '../deduplication/canonical-record.ts';
import { decideTrace } from './decide-trace.ts';
import type { DecidedTrace } from './decide-trace.ts';
import type { Owner, SpanOwner } from './find-owner.ts';
import type { CallNode, SpanNode } from './span-tree.ts';
import { runToEnd, STEP_MASK } from './steps.ts';
import type { Steps } from './steps.ts';
import type { TraceSpan } from './trace-span.ts';

/** What a trace says about one of its calls. */
export interface Attribution extends Owner {
  /** Whether the call is counted. Where not, another record of the same request is, or the calls below. */
  readonly counted: boolean;
  /** Key of the record that is counted in its place; absent on a sum of calls below. */
  readonly countedBy?: string;
  /** Key of another record of the same request whose cost is used instead. */
  readonly costFrom?: string;
}

/**
 * Decides for every call of a trace whether it counts and who owns it, given the spans that are known so far.
 *
 * The result is a function of the set of spans: not of their order, not of how often one was delivered. So when a span
 * arrives late, or is erased, resolve again and apply what {@link diffAttributions} says. Spans of several traces may
 * be given together; then records of one request meet across them by response id.
 */
export function resolveTrace(spans: Iterable<TraceSpan>): ReadonlyMap<string, Attribution> {
  return runToEnd(resolveTraceInSteps(spans));
}

/** {@link resolveTrace} in steps, for a server that has others to answer while a large trace is decided. */
export function* resolveTraceInSteps(spans: Iterable<TraceSpan>): Steps<ReadonlyMap<string, Attribution>> {
  const { groups, ownerOf } = yield* decideTrace(spans);
  let done = 0;
  const attributions = new Map<string, Attribution>();
  for (const { members, isSum } of groups) {
    const canonical = isSum ? undefined : canonicalRecord(members);
    const owner = ownerOfCall(members, canonical, ownerOf);
    for (const member of members) {
      attributions.set(member.key, attribution(member, canonical, owner, members));
      if ((++done & STEP_MASK) === 0) yield;
    }
  }
  return attributions;
}

/**
 * Gives the owner of every span of a trace with the reason, by the key of the span.
 *
 * All records of one request have one owner, so that a call and its second record never belong to two users. Of several
 * traces, give those together that {@link mayBeOneRequest} joins.
 */
export function ownersOf(spans: Iterable<TraceSpan>): ReadonlyMap<string, SpanOwner> {
  return runToEnd(ownersIn(runToEnd(decideTrace(spans))));
}

/**
 * The keys of all spans that belong to one of some users: what has to go when they are erased.
 *
 * A span belongs to a user when it names them (verified or claimed, itself or in its resource), or when they are its
 * owner: by an ancestor, or as the trace's only user. A span below `userspan.user_none` belongs to no user above it.
 * What remains names none of the users, and {@link resolveTrace} of what remains is what a collector decides that never
 * got the others.
 *
 * @param spans all known spans of a trace, or of traces that are decided together
 * @param userIds the ids of one person, aliases included
 */
export function spansOfUsers(spans: Iterable<TraceSpan>, userIds: ReadonlySet<string>): ReadonlySet<string> {
  return runToEnd(spansOfUsersInSteps(spans, userIds));
}

/** {@link spansOfUsers} in steps. */
export function* spansOfUsersInSteps(
  spans: Iterable<TraceSpan>,
  userIds: ReadonlySet<string>,
): Steps<ReadonlySet<string>> {
  const trace = yield* decideTrace(spans);
  const owners = yield* ownersIn(trace);
  let done = 0;
  const found = new Set<string>();
  for (const { key, span } of trace.nodes) {
    if ((++done & STEP_MASK) === 0) yield;
    const { userId, resourceUserId } = span;
    const owner = owners.get(key)?.userId;
    if ([userId, resourceUserId, owner].some((id) => id !== undefined && userIds.has(id))) found.add(key);
  }
  return found;
}

function* ownersIn({ nodes, groups, ownerOf }: DecidedTrace): Steps<ReadonlyMap<string, SpanOwner>> {
  let done = 0;
  const owners = new Map<string, SpanOwner>();
  for (const { members, isSum } of groups) {
    const owner = ownerOfCall(members, isSum ? undefined : canonicalRecord(members), ownerOf);
    for (const { key } of members) owners.set(key, owner);
    if ((++done & STEP_MASK) === 0) yield;
  }
  for (const node of nodes) {
    if (!owners.has(node.key)) owners.set(node.key, ownerOf([node]));
    if ((++done & STEP_MASK) === 0) yield;
  }
  return owners;
}

/** A request is verified when the record that counts is: a claimed record beside it adds nothing. */
function ownerOfCall(
  members: readonly CallNode[],
  canonical: CallNode | undefined,
  ownerOf: (records: readonly SpanNode[]) => SpanOwner,
): SpanOwner {
  const owner = ownerOf(members);
  return owner.verified && canonical?.span.unverified === true ? { ...owner, verified: false } : owner;
}

/** Attributions are made for every call: fields are assigned one by one, as spreading objects takes several times as long. */
function attribution(
  member: CallNode,
  canonical: CallNode | undefined,
  { userId, rule, verified, threadId }: Owner,
  members: readonly CallNode[],
): Attribution {
  const made: Mutable<Attribution> = { counted: member === canonical, rule, verified };
  if (canonical !== undefined) {
    if (member === canonical) {
      const cost = costRecord(canonical, members);
      if (cost !== canonical) made.costFrom = cost.key;
    } else made.countedBy = canonical.key;
  }
  if (userId !== undefined) made.userId = userId;
  if (threadId !== undefined) made.threadId = threadId;
  return made;
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };
