import type { Context, Span } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';

import { type LocalTrace, joinLocalTrace, localTraceOf } from './local-trace.ts';
import { type Scope, stamp, unstamp } from './scope.ts';
import { noteResponse } from './recorded-responses.ts';
import { ATTR_RESPONSE_ID, ATTR_USER_ID } from './semconv.ts';
import { stampThread, threadIn } from './thread-context.ts';
import { ownScopeIn, weakScopeIn } from './user-context.ts';

/** What a later statement on the local trace may still change: a weaker user, or `null`: nothing, nobody is meant. */
const STANDING: unique symbol = Symbol.for('userspan.standing.1') as never;

interface StartedSpan extends Span {
  readonly attributes?: Readonly<Record<string, unknown>>;
  [STANDING]?: Scope | null;
}

/**
 * Stamps every span with the user, and the thread, that its parent's context says it is for.
 *
 * Pass it in `spanProcessors` of an SDK 2.x or 3.x provider, before the one that exports. A span that names its user
 * itself keeps that user, and gets no props of another.
 */
export class UserSpanProcessor {
  onStart(span: Span, parentContext: Context): void {
    if (!span.isRecording()) return;
    const localTrace: LocalTrace = localTraceOf(trace.getSpan(parentContext)) ?? { statement: undefined };
    joinLocalTrace(span, localTrace);
    const thread = threadIn(parentContext);
    if (thread !== undefined) stampThread(span, thread);
    const scope = ownScopeIn(parentContext);
    if (scope !== undefined) {
      if (scope === null) (span as StartedSpan)[STANDING] = null;
      else stampUnlessNamed(span, scope);
      return;
    }
    const { statement } = localTrace;
    if (statement !== undefined) {
      if (statement !== null) stampUnlessNamed(span, statement);
      return;
    }
    const weak = weakScopeIn(parentContext);
    if (weak !== undefined && stampUnlessNamed(span, weak)) (span as StartedSpan)[STANDING] = weak;
  }

  onEnding(span: Span): void {
    const statement = localTraceOf(span)?.statement;
    if (statement === undefined) return;
    const standing = (span as StartedSpan)[STANDING];
    if (standing === null) return;
    if (standing !== undefined) unstamp((span as StartedSpan).attributes, standing);
    if (statement !== null) stampUnlessNamed(span, statement);
  }

  onEnd(span: { readonly attributes?: Readonly<Record<string, unknown>> }): void {
    const responseId = span.attributes?.[ATTR_RESPONSE_ID];
    if (typeof responseId === 'string') noteResponse(responseId);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** Whether it was stamped. Somebody who names the user on the span itself is nearer than any context. */
function stampUnlessNamed(span: Span, scope: Scope): boolean {
  const named = (span as StartedSpan).attributes?.[ATTR_USER_ID];
  if (named !== undefined && named !== scope.user.id) return false;
  stamp(span, scope);
  return true;
}
