import { ATTR_ERROR_TYPE } from '@userspan/core/semconv';
import { own, readList, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

const NONE: Attributes = {};

/** The parts of a span that show an error; a span of the SDK has them too. */
export interface EndedSpan {
  readonly attributes: Attributes;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
}

/**
 * The type of a failed span's error: `error.type`, else the exception's, else `_OTHER` as the conventions say.
 *
 * LangSmith for JavaScript records the exception that ended a run, and then sets the status to OK.
 */
export function errorOf(span: EndedSpan): string | undefined {
  const type = readText(span.attributes, ATTR_ERROR_TYPE);
  if (type !== undefined) return type;
  if (span.status.code !== 2 && readText(span.attributes, 'langsmith.span.kind') === undefined) {
    // Langfuse has an attribute of its own; Mastra and the AI SDK record it only as the finish reason.
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

/** Whether every answer that was asked for ended in an error. */
function endedInError(attributes: Attributes): boolean {
  if (own(attributes, REASONS) === undefined) return false;
  const reasons = readList(attributes, REASONS) ?? [];
  return reasons.length > 0 && reasons.every((reason) => reason === 'error');
}

const REASONS = 'gen_ai.response.finish_reasons';
