import { ATTR_ERROR_TYPE } from '@userspan/core/semconv';
import { own, readList, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

const NONE: Attributes = {};

/** The fields of a span that tell about errors. Spans of the SDK have them, too. */
export interface EndedSpan {
  readonly attributes: Attributes;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
}

/**
 * The error type of a failed span: `error.type`, otherwise the type of the exception, otherwise `_OTHER` as in the
 * conventions.
 *
 * An exception counts as an error even if the status is OK, because LangSmith for JavaScript sets OK after recording
 * it.
 */
export function errorOf(span: EndedSpan): string | undefined {
  const type = readText(span.attributes, ATTR_ERROR_TYPE);
  if (type !== undefined) return type;
  if (span.status.code !== 2 && readText(span.attributes, 'langsmith.span.kind') === undefined) {
    // Langfuse has its own attribute; Mastra and the AI SDK record errors only as the finish reason.
    const isError =
      readText(span.attributes, 'langfuse.observation.level') === 'ERROR' || endedInError(span.attributes);
    return isError ? '_OTHER' : undefined;
  }
  for (const event of span.events) {
    const exception =
      event.name === 'exception' ? readText(event.attributes ?? NONE, 'exception.type') : undefined;
    if (exception !== undefined) return exception;
  }
  return span.status.code === 2 ? '_OTHER' : undefined;
}

/** Whether all answers of the call ended in an error. */
function endedInError(attributes: Attributes): boolean {
  if (own(attributes, REASONS) === undefined) return false;
  const reasons = readList(attributes, REASONS) ?? [];
  return reasons.length > 0 && reasons.every((reason) => reason === 'error');
}

const REASONS = 'gen_ai.response.finish_reasons';
