import type { Span } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import { failureIdOf } from '@userspan/core/internal';
import { ATTR_ERROR_TYPE, ATTR_FAILURE_ID } from '@userspan/core/semconv';

/** Errors that LangGraph throws to interrupt for a person or to continue elsewhere. They are not failures. */
const NO_FAILURE: ReadonlySet<string> = new Set([
  'GraphInterrupt',
  'NodeInterrupt',
  'GraphBubbleUp',
  'ParentCommand',
]);

/** Marks the span of a run that threw. The message counts as content, because it may quote a prompt. */
export function markFailed(span: Span, error: unknown, captureContent: boolean): void {
  const name =
    error instanceof Error ? (error.name === 'Error' ? error.constructor.name : error.name) : typeof error;
  if (NO_FAILURE.has(name)) return;
  span.setAttribute(ATTR_ERROR_TYPE, name);
  const failureId = failureIdOf(error);
  if (failureId !== undefined) span.setAttribute(ATTR_FAILURE_ID, failureId);
  const message = captureContent && error instanceof Error ? { message: error.message } : {};
  span.setStatus({ code: SpanStatusCode.ERROR, ...message });
}
