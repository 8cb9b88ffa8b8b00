import type { TraceSpan } from '../../api/calls.ts';

/** A span where it stands in its trace. */
export interface WaterfallRow {
  readonly span: TraceSpan;
  /** How many spans of the trace stand above it. */
  readonly depth: number;
  /** Where it starts and how long it is, as shares of the whole trace. */
  readonly left: number;
  readonly width: number;
}

const narrowest = 0.004;

/** The spans of a trace as a tree, children below their parent in the order they began. A parent that is missing makes a root. */
export function waterfallOf(spans: readonly TraceSpan[]): readonly WaterfallRow[] {
  const known = new Map(spans.map((span) => [span.spanId, span]));
  const children = new Map<string | undefined, TraceSpan[]>();
  for (const span of spans) {
    const parent = span.parentSpanId !== null && known.has(span.parentSpanId) ? span.parentSpanId : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [span]);
    else siblings.push(span);
  }
  const starts = spans.map((span) => Date.parse(span.at));
  const start = Math.min(...starts);
  const whole = Math.max(1e-6, ...spans.map((span, at) => (starts[at] ?? start) + span.durationMs - start));
  const rows: WaterfallRow[] = [];
  const seen = new Set<string>();
  // A stack, not recursion: a trace may be ten thousand deep, or bite its own tail.
  const open = ordered(children.get(undefined)).map((span) => ({ span, depth: 0 }));
  const visit = (): void => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
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
      open.unshift(...ordered(children.get(span.spanId)).map((child) => ({ span: child, depth: depth + 1 })));
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
  return [...(spans ?? [])].sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.spanId < b.spanId ? -1 : 1),
  );
}
