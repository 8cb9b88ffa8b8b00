import type { TraceCall } from '../attribution/trace-call.ts';

/** Names of one operation in different versions of the conventions. */
const TEXT_OPERATIONS: ReadonlySet<string> = new Set(['chat', 'generate_content', 'text_completion']);
/** Maximum difference between two clocks of one machine. */
const CLOCK_SLACK_MS = 50;

/** Whether a call has anything that could be counted twice. */
export function hasUsage(call: TraceCall): boolean {
  return call.usageFields > 0 || call.costRank > 0;
}

/**
 * Whether two calls can be records of one request, judged by model and operation. The same model is sufficient, because
 * not every instrumentation distinguishes embeddings from chats.
 */
export function isAlike(first: TraceCall, second: TraceCall): boolean {
  if (first.models.length === 0 || second.models.length === 0) {
    return operationKind(first) === operationKind(second);
  }
  return first.models.some((model) => second.models.includes(model));
}

/** Whether both have the same response id or the same failure id. */
export function haveSameId(first: TraceCall, second: TraceCall): boolean {
  return (
    (first.responseId !== undefined && first.responseId === second.responseId) ||
    (first.failureId !== undefined && first.failureId === second.failureId)
  );
}

/** Whether both have a response id, or both a failure id, and these differ. */
export function haveDifferentIds(first: TraceCall, second: TraceCall): boolean {
  return areDifferent(first.responseId, second.responseId) || areDifferent(first.failureId, second.failureId);
}

function areDifferent(first: string | undefined, second: string | undefined): boolean {
  return first !== undefined && second !== undefined && first !== second;
}

/**
 * Whether two intervals overlap or are at most `slackMs` apart. Default: the difference between two clocks of one
 * machine.
 */
export function overlap(first: Interval, second: Interval, slackMs: number = CLOCK_SLACK_MS): boolean {
  return first.startMs <= second.endMs + slackMs && second.startMs <= first.endMs + slackMs;
}

/**
 * Whether an id looks unique, as those of the large providers: at least twenty letters and digits, many of them
 * different. Small servers use counters, or the same id for every request.
 */
export function isUniqueId(id: string): boolean {
  let size = 0;
  let digits = 0;
  let seen = 0;
  for (let at = 0; at < id.length && at < MAX_ID_LOOKS; at += 1) {
    const code = id.charCodeAt(at);
    const isDigit = code >= 0x30 && code <= 0x39;
    const letter = code | 0x20;
    if (!isDigit && (letter < 0x61 || letter > 0x7a)) continue;
    size += 1;
    if (isDigit) digits += 1;
    seen |= 1 << (code & 31);
  }
  return size >= MIN_UNIQUE_SIZE && digits > 0 && bitsOf(seen) >= MIN_UNIQUE_KINDS;
}

const MAX_ID_LOOKS = 64;
const MIN_UNIQUE_SIZE = 20;
const MIN_UNIQUE_KINDS = 9;

function bitsOf(mask: number): number {
  let bits = 0;
  for (let left = mask; left !== 0; left &= left - 1) bits += 1;
  return bits;
}

/** Whether both have token counts and these are equal. */
export function haveSameUsage(first: TraceCall, second: TraceCall): boolean {
  const tokens = (first.inputTokens ?? 0) + (first.outputTokens ?? 0);
  return (
    tokens > 0 &&
    (first.inputTokens ?? 0) === (second.inputTokens ?? 0) &&
    (first.outputTokens ?? 0) === (second.outputTokens ?? 0)
  );
}

/** Whether one interval contains the other, with a tolerance for the delay in recording the end. */
export function nearlyContains(first: Interval, second: Interval): boolean {
  const longest = Math.max(first.endMs - first.startMs, second.endMs - second.startMs);
  const slack = Math.max(CLOCK_SLACK_MS, longest / 10);
  const isInside = (inner: Interval, outer: Interval): boolean =>
    inner.startMs >= outer.startMs - slack && inner.endMs <= outer.endMs + slack;
  return isInside(first, second) || isInside(second, first);
}

/** Whether one is a record of an answer, and the other the span of a request that ended when that answer began. */
export function requestAndAnswer(first: TraceCall, second: TraceCall): boolean {
  if (first.followsRequest === second.followsRequest) return false;
  const [answer, request] = first.followsRequest === true ? [first, second] : [second, first];
  return request.endMs >= answer.startMs - CLOCK_SLACK_MS && request.endMs <= answer.endMs + CLOCK_SLACK_MS;
}

/** An interval, in milliseconds since the Unix epoch. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

function operationKind(call: TraceCall): string {
  return TEXT_OPERATIONS.has(call.operation) ? 'text' : call.operation;
}
