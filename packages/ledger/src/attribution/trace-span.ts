import { ATTR_USER_NONE, ATTR_USER_SOURCE } from '@userspan/core/semconv';
import type { Call } from '../calls/call.ts';
import type { UserOnSpan } from '../identity/user-of.ts';
import { own } from '../reading/read-attribute.ts';
import type { Span } from '../span.ts';
import { traceCallOf } from './trace-call.ts';
import type { TraceCall } from './trace-call.ts';

/**
 * The fields of a span that attribution needs: plain values, small enough to keep for every span of a trace.
 *
 * Every decision about a trace (owners, which calls count, which cost is used) is a function of a set of these records.
 * They contain no content and no props.
 */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** The user that the span itself names. */
  readonly userId?: string;
  /** Present if the caller named that user for this single call. */
  readonly userOnCall?: true;
  /**
   * The user in the span's resource. Applies to every span of that process, unless something nearer names another user.
   */
  readonly resourceUserId?: string;
  /**
   * Present if the sender is unverified, as with a browser's public key. Nothing on such a span is verified (user,
   * thread, usage), and it does not affect spans of verified senders.
   */
  readonly unverified?: true;
  /** Present if the application set `userspan.user_none`: neither users of ancestors nor the trace's only user apply. */
  readonly userNone?: true;
  /** The thread that the span itself names. */
  readonly threadId?: string;
  /** Present when the span is a call, or a wrapper with usage. */
  readonly call?: TraceCall;
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** Creates the record of a span for its trace. */
export function traceSpanOf(
  span: Span,
  { user, claimed, resourceUser }: UserOnSpan,
  threadId: string | undefined,
  call: Call | undefined,
): TraceSpan {
  const record: Mutable<TraceSpan> = { traceId: span.traceId, spanId: span.spanId };
  if (span.parentSpanId !== undefined) record.parentSpanId = span.parentSpanId;
  if (user !== undefined) {
    record.userId = user.id;
    if (own(span.attributes, ATTR_USER_SOURCE) === 'call') record.userOnCall = true;
  }
  if (resourceUser !== undefined) record.resourceUserId = resourceUser.id;
  if (claimed) record.unverified = true;
  if (user === undefined && own(span.attributes, ATTR_USER_NONE) === true) record.userNone = true;
  if (threadId !== undefined) record.threadId = threadId;
  if (call !== undefined) record.call = traceCallOf(span, call);
  return record;
}
