import type { Span } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import { failureIdOf } from '@userspan/core/internal';
import { ATTR_ERROR_TYPE, ATTR_FAILURE_ID } from '@userspan/core/semconv';

/** What LangGraph throws to stop and ask a person, or to go on elsewhere: nothing has failed. */
const NO_FAILURE: ReadonlySet<string> = new Set([
  'GraphInterrupt',
  'NodeInterrupt',
  'GraphBubbleUp',
  'ParentCommand',
]);

/** Marks the span of a run that threw. The message is content: it may quote a prompt. */
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
