import type { SpanNode } from './span-tree.ts';
import { STEP_MASK } from './steps.ts';
import type { Steps } from './steps.ts';

/**
 * Why a span belongs to its owner, in order of precedence:
 *
 * - `own`: the span itself names the user (call options, or the scope that was active when it started).
 * - `ancestor`: its nearest ancestor that names a user.
 * - `user_none`: the application set `userspan.user_none` on the span, or on its nearest ancestor that has a user or
 * this mark.
 * - `resource`: its resource names the user.
 * - `trace`: none of the above names a user, and the whole trace names exactly one.
 * - `none`: no user is known, or the trace names several.
 */
export type OwnerRule = 'own' | 'ancestor' | 'user_none' | 'resource' | 'trace' | 'none';

/** The owner of a span or a call, and the reason. */
export interface Owner {
  /** Absent when there is no user. */
  readonly userId?: string;
  readonly rule: OwnerRule;
  /** False if the user, or the call itself, is only claimed by an unverified sender. */
  readonly verified: boolean;
  readonly threadId?: string;
}

/** The owner of a span, and the span that names it. */
export interface SpanOwner extends Owner {
  /** Key of the span that names the user. Absent if no span does, and for the trace's only user. */
  readonly namedBy?: string;
}

/** The nearest statements at or above a span, from either verified or unverified senders. */
interface Scope {
  /** The span that names the user. */
  readonly source: SpanNode | undefined;
  /** Whether the nearest statement is `userspan.user_none`. */
  readonly isNone: boolean;
  readonly threadId: string | undefined;
}

interface Scopes {
  readonly verified: Scope;
  readonly claimed: Scope;
}

const NO_SCOPE: Scope = { source: undefined, isNone: false, threadId: undefined };
const NO_SCOPES: Scopes = { verified: NO_SCOPE, claimed: NO_SCOPE };

/** The users and threads that one trace names anywhere. */
interface Named {
  readonly verified: { readonly user: OnlyId; readonly thread: OnlyId };
  readonly claimed: { readonly user: OnlyId; readonly thread: OnlyId };
}

/** The only one of the ids that are added; a set of them would take memory for each trace. */
class OnlyId {
  #first: string | undefined;
  #isSeveral = false;

  add(id: string): void {
    if (this.#first === undefined) this.#first = id;
    else if (this.#first !== id) this.#isSeveral = true;
  }

  /** `undefined` if there is none, or several. */
  get id(): string | undefined {
    return this.#isSeveral ? undefined : this.#first;
  }
}

/**
 * Prepares a function that finds the owner of a span of a trace, or of all records of one request.
 *
 * Each rule first uses statements of verified senders and then claimed ones. The owner is verified if it follows from
 * verified statements and at least one of the records comes from a verified sender.
 *
 * @param nodes the spans of the trace in the order of {@link spanTree}: parents before children
 */
export function* ownerFinder(nodes: readonly SpanNode[]): Steps<(records: readonly SpanNode[]) => SpanOwner> {
  let done = 0;
  /** By the place of the node. */
  const scopes: Scopes[] = [];
  let isComplete = true;
  for (const node of nodes) {
    const above = node.parent === undefined ? NO_SCOPES : (scopes[node.parent.at] ?? NO_SCOPES);
    const at = scopesAt(node, above);
    scopes.push(at);
    isComplete &&= at.verified.source !== undefined && at.verified.threadId !== undefined;
    if ((++done & STEP_MASK) === 0) yield;
  }
  const named = new Map<string, Named>();
  // Where every span has a verified user and thread from itself or above, those of the whole trace are not used.
  if (!isComplete) {
    for (const node of nodes) {
      addNames(node, named);
      if ((++done & STEP_MASK) === 0) yield;
    }
  }
  return (records) => {
    const deepestFirst =
      records.length < 2
        ? records
        : [...records].sort((a, b) => b.depth - a.depth || (a.key < b.key ? -1 : 1));
    const isVerified = records.some(({ span }) => span.unverified !== true);
    const owner = findUser(deepestFirst, scopes, named, isVerified);
    const threadId = findThread(deepestFirst, scopes, named);
    if (threadId !== undefined) owner.threadId = threadId;
    return owner;
  };
}

function scopesAt(node: SpanNode, above: Scopes): Scopes {
  const { userId, unverified, userNone, threadId } = node.span;
  if (userId === undefined && userNone === undefined && threadId === undefined) return above;
  if (unverified === true) return { verified: above.verified, claimed: scopeAt(node, above.claimed) };
  return { verified: scopeAt(node, above.verified), claimed: above.claimed };
}

function scopeAt(node: SpanNode, above: Scope): Scope {
  const { userId, userNone, threadId = above.threadId } = node.span;
  if (userId !== undefined) return { source: node, isNone: false, threadId };
  return userNone === true
    ? { source: undefined, isNone: true, threadId }
    : { source: above.source, isNone: above.isNone, threadId };
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/**
 * The owner with a thread. Fields are written out because on Node 20 an object that gets a field after a spread has its
 * own hidden class. That takes a microsecond and fills the heap, and every call has an owner.
 */
export function withThread(owner: SpanOwner, threadId: string): SpanOwner {
  const copy: Mutable<SpanOwner> = { rule: owner.rule, verified: owner.verified, threadId };
  if (owner.userId !== undefined) copy.userId = owner.userId;
  if (owner.namedBy !== undefined) copy.namedBy = owner.namedBy;
  return copy;
}

function addNames({ span }: SpanNode, named: Map<string, Named>): void {
  const { traceId, userId = span.resourceUserId, threadId, unverified } = span;
  if (userId === undefined && threadId === undefined) return;
  let inTrace = named.get(traceId);
  if (inTrace === undefined) {
    inTrace = {
      verified: { user: new OnlyId(), thread: new OnlyId() },
      claimed: { user: new OnlyId(), thread: new OnlyId() },
    };
    named.set(traceId, inTrace);
  }
  // A claimed user is the trace's only one if no other user is named, verified or not. So claims also check verified
  // users.
  for (const side of unverified === true ? [inTrace.claimed] : [inTrace.verified, inTrace.claimed]) {
    if (userId !== undefined) side.user.add(userId);
    if (threadId !== undefined) side.thread.add(threadId);
  }
}

const SIDES = ['verified', 'claimed'] as const;
type Side = (typeof SIDES)[number];
/** A statement about a user, which becomes the owner. */
type Statement = Mutable<SpanOwner>;

/** Returns the statement with the highest precedence. A verified one of any kind precedes a claimed one. */
function findUser(
  records: readonly SpanNode[],
  scopes: readonly Scopes[],
  named: ReadonlyMap<string, Named>,
  isVerified: boolean,
): Statement {
  for (const side of SIDES) {
    const found =
      statedByRecord(records, side) ??
      inherited(records, scopes, side) ??
      statedByResource(records, side) ??
      onlyUserOfTrace(records, named, side);
    if (found === undefined) continue;
    found.verified = isVerified && side === 'verified';
    return found;
  }
  return { rule: 'none', verified: isVerified };
}

function isOfSide({ span }: SpanNode, side: Side): boolean {
  return (span.unverified === true) === (side === 'claimed');
}

/** A user that the caller named for this call takes precedence over one that a record inherited. */
function statedByRecord(records: readonly SpanNode[], side: Side): Statement | undefined {
  let naming: SpanNode | undefined;
  for (const record of records) {
    if (record.span.userId === undefined || !isOfSide(record, side)) continue;
    if (record.span.userOnCall === true) {
      naming = record;
      break;
    }
    naming ??= record;
  }
  const userId = naming?.span.userId;
  return naming === undefined || userId === undefined
    ? undefined
    : { rule: 'own', verified: false, userId, namedBy: naming.key };
}

function inherited(
  records: readonly SpanNode[],
  scopes: readonly Scopes[],
  side: Side,
): Statement | undefined {
  for (const record of records) {
    const source = scopes[record.at]?.[side].source;
    const userId = source?.span.userId;
    if (userId !== undefined)
      return { rule: 'ancestor', verified: false, userId, namedBy: source?.key ?? record.key };
  }
  const isNone = records.some(({ at }) => scopes[at]?.[side].isNone === true);
  return isNone ? { rule: 'user_none', verified: false } : undefined;
}

function statedByResource(records: readonly SpanNode[], side: Side): Statement | undefined {
  for (const record of records) {
    const userId = record.span.resourceUserId;
    if (userId !== undefined && isOfSide(record, side))
      return { rule: 'resource', verified: false, userId, namedBy: record.key };
  }
  return undefined;
}

function onlyUserOfTrace(
  records: readonly SpanNode[],
  named: ReadonlyMap<string, Named>,
  side: Side,
): Statement | undefined {
  for (const { span } of records) {
    const userId = named.get(span.traceId)?.[side].user.id;
    if (userId !== undefined) return { rule: 'trace', verified: false, userId };
  }
  return undefined;
}

function findThread(
  records: readonly SpanNode[],
  scopes: readonly Scopes[],
  named: ReadonlyMap<string, Named>,
): string | undefined {
  for (const side of SIDES) {
    for (const record of records) {
      const threadId = scopes[record.at]?.[side].threadId;
      if (threadId !== undefined) return threadId;
    }
    for (const { span } of records) {
      const threadId = named.get(span.traceId)?.[side].thread.id;
      if (threadId !== undefined) return threadId;
    }
  }
  return undefined;
}
