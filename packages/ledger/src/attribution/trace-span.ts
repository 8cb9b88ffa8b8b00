import { ATTR_USER_NONE, ATTR_USER_SOURCE } from '@userspan/core/semconv';
import type { Call } from '../calls/call.ts';
import type { UserOnSpan } from '../identity/user-of.ts';
import { own } from '../reading/read-attribute.ts';
import type { Span } from '../span.ts';
import { traceCallOf } from './trace-call.ts';
import type { TraceCall } from './trace-call.ts';

/**
 * What attribution needs to know of one span: plain values, small enough to keep for every span of a trace.
 *
 * Everything that is decided about a trace (owners, which calls count, which cost is used) is a function of a set of
 * these records. They hold no content and no props.
 */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** The user that the span itself names. */
  readonly userId?: string;
  /** Present when the caller named that user for this call. */
  readonly userOnCall?: true;
  /** The user that the span's resource names: every span of that process, unless something nearer names another. */
  readonly resourceUserId?: string;
  /**
   * Present when anyone could have sent the span, as with a browser's key. Nothing on such a span is verified: not its
   * user, its thread or its usage, and it changes nothing about spans of verified senders.
   */
  readonly unverified?: true;
  /** Present when the application set `userspan.user_none`: users above do not apply, nor does the trace's only user. */
  readonly userNone?: true;
  /** The thread that the span itself names. */
  readonly threadId?: string;
  /** Present when the span is a call, or a wrapper with usage. */
  readonly call?: TraceCall;
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** Makes the record of a span for its trace. */
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
