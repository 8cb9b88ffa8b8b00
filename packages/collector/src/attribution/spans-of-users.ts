import type { TraceSpan } from '@userspan/ledger';

/**
 * The spans of a trace that are about some users: those that name one of them, those below, and all that are nobody
 * else's where the trace names nobody else.
 */
export function spansOfUsers(
  spans: ReadonlyMap<string, TraceSpan>,
  ids: ReadonlySet<string>,
): ReadonlySet<string> {
  const named = new Set<string>();
  for (const { userId } of spans.values()) if (userId !== undefined) named.add(userId);
  const isOnly = [...named].every((id) => ids.has(id));
  if (isOnly) return new Set(spans.keys());
  const found = new Set<string>();
  for (const [spanId, span] of spans) {
    if (isBelow(span, spans, ids)) found.add(spanId);
  }
  return found;
}

function isBelow(start: TraceSpan, spans: ReadonlyMap<string, TraceSpan>, ids: ReadonlySet<string>): boolean {
  const path = new Set<TraceSpan>();
  for (let span: TraceSpan | undefined = start; span !== undefined && !path.has(span);) {
    if (span.userId !== undefined) return ids.has(span.userId);
    path.add(span);
    span = span.parentSpanId === undefined ? undefined : spans.get(span.parentSpanId);
  }
  return false;
}
