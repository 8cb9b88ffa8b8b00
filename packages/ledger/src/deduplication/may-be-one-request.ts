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
 * Maximum number of traces that are linked by records of one request. Usually there are two or three; more only if a
 * server uses one id for every request, or if concurrent requests cannot be distinguished. Further traces are not
 * linked.
 */
export const MAX_LINKED_TRACES = 32;

/**
 * Keys for finding spans of other traces that may be records of the same request; none for a span that is not a call.
 * Two spans without a common key are never one request.
 *
 * Records are joined in the alphabetical order of their keys, so the strongest kinds of keys sort first.
 */
export function linkKeysOf({ call, parentSpanId, traceId, userId = '' }: TraceSpan): readonly string[] {
  if (call === undefined) return [];
  const keys =
    call.responseId === undefined
      ? []
      : [`${isUniqueId(call.responseId) ? UNIQUE : 'id:'}${call.responseId}`];
  if (call.failureId !== undefined) keys.push(`failure:${call.failureId}`);
  const { inputTokens = 0, outputTokens = 0, source } = call;
  // Any process could be the unknown one, so its records meet only within their trace.
  const place = source === '' ? `trace:${traceId}` : source;
  if (inputTokens + outputTokens > 0) keys.push(`usage:${inputTokens}:${outputTokens}:${place}`);
  if (parentSpanId === undefined) keys.push(`root:${userId}:${place}`);
  return keys;
}

/** Prefix of keys that identify one request even if the clocks disagree. Sorts before `root` and `usage`. */
const UNIQUE = 'id unique:';
/**
 * Maximum difference between the clocks of two machines, and maximum delay of a record after its answer. A later answer
 * with the same id comes from a cache and is another call.
 */
export const MACHINES_SLACK_MS = 600_000;

/** Maximum time between two calls that share this key; `undefined` if other facts of the calls decide. */
export function slackOfLinkKey(key: string): number | undefined {
  return key.startsWith(UNIQUE) ? MACHINES_SLACK_MS : undefined;
}

/**
 * Whether two spans of different traces may be records of one request. If so, both traces have to be passed to
 * `resolveTrace` together.
 *
 * If an instrumentation does not make its span the current one, the next instrumentation starts a new trace; log
 * records and gateways do so, too. Such a pair has the same response id (if ids of that kind are unique, at any time);
 * or it comes from one known process, with equal usage of one model at the same time; or one of them has no usage, and both
 * are roots of one user at the same time. Records of different users are never one request, unless they have the same
 * response id.
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
    return first.traceId === second.traceId || (isRoot && isOneProcess(a, b));
  }
  const areRoots = first.parentSpanId === undefined && second.parentSpanId === undefined;
  const isHalf = a.usageFields === 0 || b.usageFields === 0;
  return isHalf && areRoots && isOneProcess(a, b) && first.userId === second.userId;
}

/** Whether both come from one process. Two unknown processes may be two. */
function isOneProcess(first: TraceCall, second: TraceCall): boolean {
  return first.source !== '' && first.source === second.source;
}

/**
 * Whether two spans may be sibling records of one request: with the same usage, or one of them without usage. They may
 * come from two OpenTelemetry set-ups in one process.
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

/** Whether two failed calls of one trace, without any part of an answer, may be records of one request. */
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
