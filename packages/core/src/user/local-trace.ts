import type { Span } from '@opentelemetry/api';

import type { UserScope } from './user-scope.ts';

/** State shared by all spans of one local trace, that is, all spans of this process below one local root. */
export interface LocalTrace {
  /** The user of the statement form, `identify(id, props)`; `null` after `identify(null)`. */
  statement: UserScope | null | undefined;
}

/**
 * Stored on the span, because garbage collection made a WeakMap 1.5 times as slow. A registered symbol, so that two
 * copies of this package see the same trace.
 */
const LOCAL_TRACE: unique symbol = Symbol.for('userspan.local-trace.1') as never;

interface TracedSpan extends Span {
  [LOCAL_TRACE]?: LocalTrace;
}

/** The local trace of a span; undefined if no `UserSpanProcessor` was called when it started. */
export function localTraceOf(span: TracedSpan | undefined): LocalTrace | undefined {
  return span?.[LOCAL_TRACE];
}

/** Adds a span to a local trace. */
export function joinLocalTrace(span: TracedSpan, localTrace: LocalTrace): void {
  span[LOCAL_TRACE] = localTrace;
}
