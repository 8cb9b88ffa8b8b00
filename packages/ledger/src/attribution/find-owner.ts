import type { SpanNode } from './span-tree.ts';

/** Who a call is for. */
export interface Who {
  readonly userId?: string;
  /** Only a browser says so. */
  readonly userClaimed: boolean;
  /** Where the user was found. */
  readonly from: 'call' | 'ancestor' | 'trace' | 'nobody';
  readonly threadId?: string;
}

/** What is known at a span: itself first, then its ancestors. */
interface Known {
  readonly verified: string | undefined;
  readonly claimed: string | undefined;
  /** The nearest word is that it is for nobody. */
  readonly nobody: boolean;
  readonly threadId: string | undefined;
}

const NOTHING: Known = { verified: undefined, claimed: undefined, nobody: false, threadId: undefined };

/** The users that are named anywhere in one trace. */
interface Named {
  readonly verified: Set<string>;
  readonly all: Set<string>;
  readonly threads: Set<string>;
}

/**
 * Prepares the answer for the records of any request: own user, nearest ancestor's, the trace's only one; first among
 * verified users, then among claimed ones. A claimed user is the trace's only one when nobody else is named at all. What
 * is said to be for nobody is nobody's, until a span below names a user again.
 */
export function whoIsWho(nodes: readonly SpanNode[]): (records: readonly SpanNode[]) => Who {
  const known = new Map<SpanNode, Known>();
  const named = new Map<string, Named>();
  for (const node of nodes) {
    known.set(node, knownAt(node, node.parent === undefined ? NOTHING : (known.get(node.parent) ?? NOTHING)));
    note(node, named);
  }
  return (records) => {
    const inOrder = [...records].sort((a, b) => b.depth - a.depth || (a.key < b.key ? -1 : 1));
    return { ...findUser(inOrder, known, named), ...findThread(inOrder, known, named) };
  };
}

function knownAt({ span }: SpanNode, above: Known): Known {
  const { userId, userClaimed, nobody } = span;
  const threadId = span.threadId ?? above.threadId;
  if (nobody === true) return { verified: undefined, claimed: undefined, nobody, threadId };
  if (userId === undefined) return span.threadId === undefined ? above : { ...above, threadId };
  return userClaimed === true
    ? { verified: above.verified, claimed: userId, nobody: false, threadId }
    : { verified: userId, claimed: above.claimed, nobody: false, threadId };
}

function note({ span }: SpanNode, named: Map<string, Named>): void {
  let inTrace = named.get(span.traceId);
  if (inTrace === undefined) {
    inTrace = { verified: new Set(), all: new Set(), threads: new Set() };
    named.set(span.traceId, inTrace);
  }
  if (span.userId !== undefined) {
    inTrace.all.add(span.userId);
    if (span.userClaimed !== true) inTrace.verified.add(span.userId);
  }
  if (span.threadId !== undefined) inTrace.threads.add(span.threadId);
}

function findUser(
  records: readonly SpanNode[],
  known: ReadonlyMap<SpanNode, Known>,
  named: ReadonlyMap<string, Named>,
): Pick<Who, 'userId' | 'userClaimed' | 'from'> {
  for (const userClaimed of [false, true]) {
    const side = userClaimed ? 'claimed' : 'verified';
    for (const { span } of records) {
      const { userId } = span;
      if (userId !== undefined && (span.userClaimed === true) === userClaimed) {
        return { userId, userClaimed, from: 'call' };
      }
    }
    for (const record of records) {
      const userId = known.get(record)?.[side];
      if (userId !== undefined) return { userId, userClaimed, from: 'ancestor' };
    }
    // The app has said so: the trace's only user is somebody else.
    if (records.some((record) => known.get(record)?.nobody === true)) continue;
    for (const { span } of records) {
      const inTrace = named.get(span.traceId);
      const userId = only(userClaimed ? inTrace?.all : inTrace?.verified);
      if (userId !== undefined) return { userId, userClaimed, from: 'trace' };
    }
  }
  return { userClaimed: false, from: 'nobody' };
}

function findThread(
  records: readonly SpanNode[],
  known: ReadonlyMap<SpanNode, Known>,
  named: ReadonlyMap<string, Named>,
): Pick<Who, 'threadId'> {
  for (const record of records) {
    const threadId = known.get(record)?.threadId;
    if (threadId !== undefined) return { threadId };
  }
  for (const { span } of records) {
    const threadId = only(named.get(span.traceId)?.threads);
    if (threadId !== undefined) return { threadId };
  }
  return {};
}

function only(ids: ReadonlySet<string> | undefined): string | undefined {
  if (ids?.size !== 1) return undefined;
  const [id] = ids;
  return id;
}
