import {
  haveDifferentIds,
  haveSameId,
  haveSameUsage,
  isAlike,
  nearlyContains,
  overlap,
} from './same-request.ts';
import type { TraceSpan } from './trace-span.ts';

/**
 * Keys under which spans of other traces are found that may be records of the same request as this one; none for a span
 * that is no call. Two spans that share no key are never one request.
 */
export function linkKeysOf({ call }: TraceSpan): readonly string[] {
  if (call === undefined) return [];
  const keys = call.responseId === undefined ? [] : [`id:${call.responseId}`];
  const { inputTokens = 0, outputTokens = 0 } = call;
  return inputTokens + outputTokens === 0
    ? keys
    : [...keys, `usage:${inputTokens}:${outputTokens}:${call.source}`];
}

/**
 * Whether two spans of two traces may be records of one request. Where this holds, both traces have to be given to
 * `resolveTrace` together.
 *
 * An instrumentation that does not make its span the current one leaves the next with a trace of its own. Such a pair is
 * known by the response id, or, from one process, by equal usage of one model in the same stretch of time.
 */
export function mayBeOneRequest(first: TraceSpan, second: TraceSpan): boolean {
  const a = first.call;
  const b = second.call;
  if (a === undefined || b === undefined || a.scope === b.scope || !isAlike(a, b)) return false;
  if (haveSameId(a, b)) return overlap(a, b);
  if (haveDifferentIds(a, b) || !haveSameUsage(a, b) || !nearlyContains(a, b)) return false;
  if (first.traceId === second.traceId) return true;
  const isRoot = first.parentSpanId === undefined || second.parentSpanId === undefined;
  return isRoot && a.source === b.source;
}

/** Whether two spans stand side by side below one span, one of them without usage, as records of one request do. */
export function mayBeHalfRecorded(first: TraceSpan, second: TraceSpan): boolean {
  const a = first.call;
  const b = second.call;
  if (a === undefined || b === undefined || a.scope === b.scope || !isAlike(a, b)) return false;
  if (first.traceId !== second.traceId || first.parentSpanId !== second.parentSpanId) return false;
  if (first.parentSpanId === undefined || haveDifferentIds(a, b)) return false;
  return (a.usageFields === 0 || b.usageFields === 0) && nearlyContains(a, b);
}
