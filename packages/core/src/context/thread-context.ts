import type { Context, Span } from '@opentelemetry/api';
import { createContextKey } from '@opentelemetry/api';

import { ATTR_CONVERSATION_ID, ATTR_OPERATION_NAME, ATTR_SESSION_ID, ATTR_TAGS } from '../semconv.ts';

const THREAD = /* @__PURE__ */ createContextKey('userspan.thread.1');

/** The conversation stored in a context. */
export interface ThreadScope {
  readonly id: string;
  /** Tags of the calls and runs of this conversation. */
  readonly tags: readonly string[] | undefined;
}

/** A context in which work belongs to this conversation, or with `null` to none. */
export function setThread(context: Context, thread: ThreadScope | null): Context {
  return context.setValue(THREAD, thread);
}

/** The conversation that work started in this context belongs to. */
export function threadIn(context: Context): ThreadScope | undefined {
  return (context.getValue(THREAD) as ThreadScope | null | undefined) ?? undefined;
}

/** A context with the conversation of `from`; the same context if both have the same one. */
export function continueThread(context: Context, from: Context): Context {
  const thread = from.getValue(THREAD);
  return thread === undefined || thread === context.getValue(THREAD)
    ? context
    : context.setValue(THREAD, thread);
}

/** Writes a conversation on a span. Does not overwrite attributes that the span already has. */
export function stampThread(span: Span, thread: ThreadScope): void {
  const own = (span as { attributes?: Readonly<Record<string, unknown>> }).attributes;
  if (own?.[ATTR_SESSION_ID] === undefined) span.setAttribute(ATTR_SESSION_ID, thread.id);
  if (own?.[ATTR_CONVERSATION_ID] === undefined) span.setAttribute(ATTR_CONVERSATION_ID, thread.id);
  if (thread.tags === undefined || own?.[ATTR_OPERATION_NAME] === undefined) return;
  span.setAttribute(ATTR_TAGS, joinTags(own[ATTR_TAGS], thread.tags));
}

function joinTags(own: unknown, more: readonly string[]): string[] {
  return Array.isArray(own) ? [...new Set([...(own as string[]), ...more])] : [...more];
}
