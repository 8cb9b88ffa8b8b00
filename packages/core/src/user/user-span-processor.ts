import type { Context, Span } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';

import { type LocalTrace, joinLocalTrace, localTraceOf } from './local-trace.ts';
import { type UserScope, stamp, unstamp } from './user-scope.ts';
import { recordResponse } from '../process/recorded-responses.ts';
import { ATTR_RESPONSE_ID, ATTR_USER_ID, ATTR_USER_NONE } from '../semconv.ts';
import { stampThread, threadIn } from '../context/thread-context.ts';
import { keepUserAfterNext } from './keep-user-after-next.ts';
import { explicitScopeIn, inheritedScopeIn } from './user-context.ts';

/** The user with which a span was stamped at its start; `null` if the app explicitly set no user. */
const STAMPED: unique symbol = Symbol.for('userspan.stamped.1') as never;

interface StampedSpan extends Span {
  readonly attributes?: Readonly<Record<string, unknown>>;
  [STAMPED]?: UserScope | null;
}

/**
 * Stamps every span with the user and the thread of its parent's context.
 *
 * While a processor exists, handlers after an Express middleware run as the user that the middleware named, even if
 * another SDK traces Express and would lose that user.
 *
 * Pass it in `spanProcessors` of an SDK 2.x or 3.x provider, before the exporting processor. A span that names its user
 * itself keeps that user and gets no props of another user.
 */
export class UserSpanProcessor {
  readonly #stopKeeping: () => void = keepUserAfterNext();

  onStart(span: Span, parentContext: Context): void {
    if (!span.isRecording()) return;
    const localTrace: LocalTrace = localTraceOf(trace.getSpan(parentContext)) ?? { statement: undefined };
    joinLocalTrace(span, localTrace);
    const thread = threadIn(parentContext);
    if (thread !== undefined) stampThread(span, thread);
    let scope = explicitScopeIn(parentContext);
    if (scope === undefined) scope = localTrace.statement;
    if (scope === undefined) scope = inheritedScopeIn(parentContext);
    if (scope === undefined) return;
    if (scope === null) stampNoUser(span);
    else if (!stamp(span, scope)) return;
    (span as StampedSpan)[STAMPED] = scope;
  }

  onEnding(span: StampedSpan): void {
    const stamped = span[STAMPED];
    if (stamped === null) return;
    const statement = localTraceOf(span)?.statement;
    if (stamped === undefined) {
      if (statement === null) stampNoUser(span);
      else if (statement !== undefined) stamp(span, statement);
      return;
    }
    if (stamped.isInherited && statement !== undefined) {
      unstamp(span, stamped);
      if (statement === null) stampNoUser(span);
      else stamp(span, statement);
      return;
    }
    // The app has set another user on the span in the meantime, and that user must not get these props.
    if (span.attributes !== undefined && span.attributes[ATTR_USER_ID] !== stamped.user.id)
      unstamp(span, stamped);
  }

  /**
   * Remembers the response that the span records, so that `@userspan/langchain` does not add usage and cost for it
   * again.
   */
  onEnd(span: { readonly attributes?: Readonly<Record<string, unknown>> }): void {
    const responseId = span.attributes?.[ATTR_RESPONSE_ID];
    if (typeof responseId === 'string') recordResponse(responseId);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#stopKeeping();
  }
}

/** Marks a span as having no user. Without the mark, readers would use the user of an ancestor. */
function stampNoUser(span: StampedSpan): void {
  if (span.attributes?.[ATTR_USER_ID] === undefined) span.setAttribute(ATTR_USER_NONE, true);
}
