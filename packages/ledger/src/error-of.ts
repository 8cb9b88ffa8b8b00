import { ATTR_ERROR_TYPE } from '@userspan/core';
import { readText } from './read-attribute.ts';
import type { Span } from './span.ts';

/** The type of a failed span's error: `error.type`, else the exception's, else `_OTHER` as the conventions say. */
export function errorOf(span: Pick<Span, 'attributes' | 'events' | 'status'>): string | undefined {
  const type = readText(span.attributes, ATTR_ERROR_TYPE);
  if (type !== undefined) return type;
  if (span.status.code !== 2) {
    // Langfuse says it in a name of its own.
    return readText(span.attributes, 'langfuse.observation.level') === 'ERROR' ? '_OTHER' : undefined;
  }
  for (const event of span.events) {
    const exception = event.name === 'exception' ? readText(event.attributes, 'exception.type') : undefined;
    if (exception !== undefined) return exception;
  }
  return '_OTHER';
}
