import type { SpanContext } from '@opentelemetry/api';
import { TraceFlags, isSpanContextValid } from '@opentelemetry/api';

/** `<trace id>-<span id>`, alone or inside a `traceparent`. */
const SPAN_ID = /^(?:00-)?([\da-f]{32})-([\da-f]{16})(?:-([\da-f]{2}))?$/;

/** The id of a run or message: its trace id and span id as one string. */
export function spanIdOf(spanContext: SpanContext): string {
  return `${spanContext.traceId}-${spanContext.spanId}`;
}

/**
 * Returns the span context of a target: a span context, an object that has one (a span, a run), a `traceparent`, or the
 * id of a run or message. Undefined if there is none.
 */
export function spanContextOf(target: unknown): SpanContext | undefined {
  if (typeof target === 'string') return parse(target);
  if (typeof target !== 'object' || target === null) return undefined;
  const { spanContext } = target as { spanContext?: unknown };
  const found = (typeof spanContext === 'function' ? spanContext.call(target) : target) as
    | SpanContext
    | undefined;
  return found !== undefined && typeof found.traceId === 'string' && isSpanContextValid(found)
    ? found
    : undefined;
}

function parse(text: string): SpanContext | undefined {
  const [, traceId, spanId, flags] = SPAN_ID.exec(text.toLowerCase()) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const traceFlags =
    flags === undefined ? TraceFlags.SAMPLED : Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const spanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}
