import type { SpanContext } from '@opentelemetry/api';
import { TraceFlags, isSpanContextValid } from '@opentelemetry/api';

/** `<trace id>-<span id>`, alone or inside a `traceparent`. */
const SPAN_ID = /^(?:00-)?([\da-f]{32})-([\da-f]{16})(?:-([\da-f]{2}))?$/;

/** Writes where a span is as one text; an id of a run or message. */
export function spanIdOf(spanContext: SpanContext): string {
  return `${spanContext.traceId}-${spanContext.spanId}`;
}

/**
 * Finds the span that a target stands for: a span context, something that has one (a span, a run), a `traceparent`, or an id of a
 * run or message. Undefined when there is none.
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
