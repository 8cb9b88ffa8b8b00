import type { TraceSpan } from '../../api/calls.ts';

/** A span with its position in the trace. */
export interface WaterfallRow {
  readonly span: TraceSpan;
  /** Number of its ancestors in the trace. */
  readonly depth: number;
  /** Start and duration, as fractions of the whole trace. */
  readonly left: number;
  readonly width: number;
}

const narrowest = 0.004;

/**
 * Arranges the spans of a trace as a tree, with children below their parent in the order of their starts. A span
 * without a known parent is a root.
 */
export function waterfallOf(spans: readonly TraceSpan[]): readonly WaterfallRow[] {
  const known = new Map(spans.map((span) => [span.spanId, span]));
  const children = new Map<string | undefined, TraceSpan[]>();
  for (const span of spans) {
    const parent = span.parentSpanId !== null && known.has(span.parentSpanId) ? span.parentSpanId : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [span]);
    else siblings.push(span);
  }
  let start = Infinity;
  let end = -Infinity;
  for (const span of spans) {
    const at = Date.parse(span.at);
    start = Math.min(start, at);
    end = Math.max(end, at + span.durationMs);
  }
  const whole = Math.max(1e-6, end - start);
  const rows: WaterfallRow[] = [];
  const seen = new Set<string>();
  // Uses a stack instead of recursion, because a trace may be ten thousand levels deep or contain a cycle.
  const open = ordered(children.get(undefined))
    .map((span) => ({ span, depth: 0 }))
    .toReversed();
  const visit = (): void => {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { span, depth } = next;
      if (seen.has(span.spanId)) continue;
      seen.add(span.spanId);
      const left = Math.min(1 - narrowest, (Date.parse(span.at) - start) / whole);
      rows.push({
        span,
        depth,
        left,
        width: Math.max(narrowest, Math.min(1 - left, span.durationMs / whole)),
      });
      const below = ordered(children.get(span.spanId));
      for (const child of below.toReversed()) open.push({ span: child, depth: depth + 1 });
    }
  };
  visit();
  for (const span of ordered(spans)) {
    if (seen.has(span.spanId)) continue;
    open.push({ span, depth: 0 });
    visit();
  }
  return rows;
}

function ordered(spans: readonly TraceSpan[] | undefined): readonly TraceSpan[] {
  if (spans === undefined || spans.length < 2) return spans ?? [];
  return [...spans].sort((a, b) =>
    a.at === b.at ? (a.spanId < b.spanId ? -1 : 1) : Date.parse(a.at) - Date.parse(b.at),
  );
}
