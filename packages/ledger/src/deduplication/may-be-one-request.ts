import {
  haveDifferentIds,
  haveSameId,
  haveSameUsage,
  isAlike,
  isUniqueId,
  nearlyContains,
  overlap,
  requestAndAnswer,
} from './same-request.ts';
import type { TraceCall } from '../attribution/trace-call.ts';
import type { TraceSpan } from '../attribution/trace-span.ts';

/**
 * Maximum number of traces that are linked by records of one request. Two or three are usual; more only where a server
 * gives one id to
 * every request, or where concurrent requests cannot be distinguished: then no further ones are linked.
 */
export const MAX_LINKED_TRACES = 32;

/**
 * Keys under which spans of other traces are found that may be records of the same request as this one; none for a span
 * that is no call. Two spans that share no key are never one request.
 *
 * Records are joined in the order of their keys, as text: those that prove most come first.
 */
export function linkKeysOf({ call, parentSpanId, userId = '' }: TraceSpan): readonly string[] {
  if (call === undefined) return [];
  const keys =
    call.responseId === undefined
      ? []
      : [`${isUniqueId(call.responseId) ? UNIQUE : 'id:'}${call.responseId}`];
  if (call.failureId !== undefined) keys.push(`failure:${call.failureId}`);
  const { inputTokens = 0, outputTokens = 0, source } = call;
  if (inputTokens + outputTokens > 0) keys.push(`usage:${inputTokens}:${outputTokens}:${source}`);
  if (parentSpanId === undefined) keys.push(`root:${userId}:${source}`);
  return keys;
}

/** Begins the keys of records that are one request even where their clocks disagree. Sorted before `root` and `usage`. */
const UNIQUE = 'id unique:';
/**
 * How far apart the clocks of two machines may be, and how much later than its answer a record may be dated. What a cache
 * answers with the same id after that is another call.
 */
export const MACHINES_SLACK_MS = 600_000;

/** How far apart two calls may lie that share that key; `undefined` where it is a matter of what they say of themselves. */
export function slackOfLinkKey(key: string): number | undefined {
  return key.startsWith(UNIQUE) ? MACHINES_SLACK_MS : undefined;
}

/**
 * Whether two spans of two traces may be records of one request. Where this holds, both traces have to be given to
 * `resolveTrace` together.
 *
 * An instrumentation that does not make its span the current one leaves the next with a trace of its own, and so does a
 * log record or a gateway. Such a pair is known by the response id, whatever the two clocks say where no two requests
 * share such an id; or, from one process, by equal usage of one model in the same stretch of time; or, where
 * one of them has no usage, by being roots of one user at the same time. Records that name two users are never one,
 * unless they have one response id.
 */
export function mayBeOneRequest(first: TraceSpan, second: TraceSpan): boolean {
  const a = first.call;
  const b = second.call;
  if (a === undefined || b === undefined || a.scope === b.scope || !isAlike(a, b)) return false;
  if (haveSameId(a, b)) {
    const isUnique = a.responseId === b.responseId && a.responseId !== undefined && isUniqueId(a.responseId);
    return overlap(a, b, isUnique ? MACHINES_SLACK_MS : undefined);
  }
  if (!mayBeOneWithoutId(first, second, a, b)) return false;
  if (haveSameUsage(a, b)) {
    const isRoot = first.parentSpanId === undefined || second.parentSpanId === undefined;
    return first.traceId === second.traceId || (isRoot && a.source === b.source);
  }
  const areRoots = first.parentSpanId === undefined && second.parentSpanId === undefined;
  const isHalf = a.usageFields === 0 || b.usageFields === 0;
  return isHalf && areRoots && a.source === b.source && first.userId === second.userId;
}

/**
 * Whether two spans are siblings, as two records of one request are: with the same usage, or one of them
 * without any. They may come from two set-ups of OpenTelemetry in one process.
 */
export function mayBeSiblings(first: TraceSpan, second: TraceSpan): boolean {
  const a = first.call;
  const b = second.call;
  if (a === undefined || b === undefined || a.scope === b.scope || !isAlike(a, b)) return false;
  if (first.traceId !== second.traceId || first.parentSpanId !== second.parentSpanId) return false;
  if (first.parentSpanId === undefined) return false;
  const isHalf = a.usageFields === 0 || b.usageFields === 0;
  return (isHalf || haveSameUsage(a, b)) && mayBeOneWithoutId(first, second, a, b);
}

/** Whether two failed calls of one trace, of which nothing of an answer is known, may be records of one request. */
export function mayBeOneFailure(first: TraceSpan, second: TraceSpan): boolean {
  const a = first.call;
  const b = second.call;
  if (a?.failed !== true || b?.failed !== true || a.scope === b.scope || !isAlike(a, b)) return false;
  return a.usageFields === 0 && b.usageFields === 0 && mayBeOneWithoutId(first, second, a, b);
}

function mayBeOneWithoutId(first: TraceSpan, second: TraceSpan, a: TraceCall, b: TraceCall): boolean {
  const nameTwoUsers =
    first.userId !== undefined && second.userId !== undefined && first.userId !== second.userId;
  return !nameTwoUsers && !haveDifferentIds(a, b) && (nearlyContains(a, b) || requestAndAnswer(a, b));
}
