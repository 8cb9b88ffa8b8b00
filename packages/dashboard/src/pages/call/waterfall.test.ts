import { expect, test } from 'vitest';
import type { TraceSpan } from '../../api/calls.ts';
import { waterfallOf } from './waterfall.ts';

function span(spanId: string, parentSpanId: string | null, startMs: number, durationMs: number): TraceSpan {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    name: spanId,
    service: null,
    scope: null,
    at: new Date(startMs).toISOString(),
    durationMs,
    kind: 1,
    endAt: new Date(startMs + durationMs).toISOString(),
    offsetMs: startMs,
    events: [],
    status: { code: 0, message: null },
    userId: null,
    kindOfSpan: 'other',
    operation: null,
    cost: null,
    attributes: {},
  };
}

test('lists children below their parent, ordered by their start', () => {
  const rows = waterfallOf([
    span('c', 'a', 500, 250),
    span('a', null, 0, 1000),
    span('d', 'b', 100, 100),
    span('b', 'a', 0, 250),
  ]);
  expect(rows.map(({ span: one, depth, left, width }) => [one.spanId, depth, left, width])).toEqual([
    ['a', 0, 0, 1],
    ['b', 1, 0, 0.25],
    ['d', 2, 0.1, 0.1],
    ['c', 1, 0.5, 0.25],
  ]);
});

test.each([
  ['a parent that was never received', [span('a', 'gone', 0, 1)], ['a']],
  ['a span that is its own parent', [span('a', 'a', 0, 1)], ['a']],
  ['two spans that are each other’s parent', [span('a', 'b', 0, 1), span('b', 'a', 1, 1)], ['a', 'b']],
  ['the same span twice', [span('a', null, 0, 1), span('a', null, 0, 1)], ['a']],
  ['nothing', [], []],
])('%s', (_name, spans, ids) => {
  expect(waterfallOf(spans).map((row) => row.span.spanId)).toEqual(ids);
});

test('handles a very deep trace', () => {
  const spans = Array.from({ length: 5_000 }, (_, at) =>
    span(`s${at}`, at === 0 ? null : `s${at - 1}`, at, 1),
  );
  expect(waterfallOf(spans).at(-1)?.depth).toBe(4_999);
});

test('shows a span without duration inside the trace', () => {
  const row = waterfallOf([span('a', null, 0, 100), span('b', 'a', 100, 0)])[1];
  expect((row?.left ?? 0) + (row?.width ?? 0)).toBeLessThanOrEqual(1);
  expect(row?.width).toBeGreaterThan(0);
});
