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
  // A stack, not recursion: a trace may be ten thousand deep, or bite its own tail.
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
  // ISO times of one form: their order is that of the strings.
  return [...spans].sort((a, b) =>
    a.at === b.at ? (a.spanId < b.spanId ? -1 : 1) : Date.parse(a.at) - Date.parse(b.at),
  );
}
