import { canonicalRecord, costRecord } from '../deduplication/canonical-record.ts';
import { decideTrace } from './decide-trace.ts';
import type { DecidedTrace } from './decide-trace.ts';
import type { Owner, SpanOwner } from './find-owner.ts';
import type { CallNode, SpanNode } from './span-tree.ts';
import { runToEnd, STEP_MASK } from './steps.ts';
import type { Steps } from './steps.ts';
import type { TraceSpan } from './trace-span.ts';

/** What a trace decides about one of its calls. */
export interface Attribution extends Owner {
  /** Whether the call is counted. If not, another record of the same request is counted, or the calls below it. */
  readonly counted: boolean;
  /** Key of the record that is counted instead; absent if the call only sums up calls below it. */
  readonly countedBy?: string;
  /** Key of another record of the same request whose cost is used instead. */
  readonly costFrom?: string;
}

/**
 * Decides for every call of a trace whether it counts and who owns it, given the spans that are known so far.
 *
 * The result depends only on the set of spans, not on their order or on repeated delivery. When a span arrives late or
 * is erased, call this again and apply the result of {@link diffAttributions}. Spans of several traces can be passed
 * together; records of one request are then also found across traces.
 */
export function resolveTrace(spans: Iterable<TraceSpan>): ReadonlyMap<string, Attribution> {
  return runToEnd(resolveTraceInSteps(spans));
}

/** {@link resolveTrace} in steps, for a server that must answer other requests while it resolves a large trace. */
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
 * Returns the owner of every span of a trace, with the reason, by span key.
 *
 * All records of one request have the same owner, so a call and its second record never belong to two users. Pass
 * traces together if {@link mayBeOneRequest} links them.
 */
export function ownersOf(spans: Iterable<TraceSpan>): ReadonlyMap<string, SpanOwner> {
  return runToEnd(ownersIn(runToEnd(decideTrace(spans))));
}

/**
 * The keys of all spans that belong to any of these users and have to be removed when the users are erased.
 *
 * A span belongs to a user if it names them (verified or claimed, itself or in its resource), or if they are its owner:
 * through an ancestor, or as the trace's only user. A span below `userspan.user_none` does not belong to a user above
 * it. The remaining spans name none of the users, and {@link resolveTrace} decides about them as if the erased spans
 * had never arrived.
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

/** The owner of a request. It is verified if the counted record is; a claimed second record does not change that. */
function ownerOfCall(
  members: readonly CallNode[],
  canonical: CallNode | undefined,
  ownerOf: (records: readonly SpanNode[]) => SpanOwner,
): SpanOwner {
  const owner = ownerOf(members);
  return owner.verified && canonical?.span.unverified === true ? { ...owner, verified: false } : owner;
}

/**
 * Creates an attribution. This runs for every call, so fields are assigned one by one: spreading objects takes several
 * times as long.
 */
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
