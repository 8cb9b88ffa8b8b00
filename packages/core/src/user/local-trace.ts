import type { Span } from '@opentelemetry/api';

import type { UserScope } from './user-scope.ts';

/** What all spans of one local trace share: the spans of this process below one local root. */
export interface LocalTrace {
  /** The user of the statement form, `identify(id, props)`; `null` after `identify(null)`. */
  statement: UserScope | null | undefined;
}

/**
 * On the span itself and not in a WeakMap, which took 1.5 times as long for its garbage collection. A registered
 * symbol, so that two copies of this package see the same trace.
 */
const LOCAL_TRACE: unique symbol = Symbol.for('userspan.local-trace.1') as never;

interface TracedSpan extends Span {
  [LOCAL_TRACE]?: LocalTrace;
}

/** The local trace that a span belongs to; undefined when no `UserSpanProcessor` saw it start. */
export function localTraceOf(span: TracedSpan | undefined): LocalTrace | undefined {
  return span?.[LOCAL_TRACE];
}

/** Makes a span part of a local trace. */
export function joinLocalTrace(span: TracedSpan, localTrace: LocalTrace): void {
  span[LOCAL_TRACE] = localTrace;
}
