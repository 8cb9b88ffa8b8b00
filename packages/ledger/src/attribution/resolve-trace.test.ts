import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryOrders, arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { linesOf } from '../../testing/make-trace.ts';
import { callKey, diffAttributions, resolveTrace } from '../index.ts';
import type { Attribution, TraceSpan } from '../index.ts';

const RUNS = { numRuns: 2000 };

describe('resolveTrace', () => {
  it('depends only on the set of spans, not on their order or repetition', () => {
    fc.assert(
      fc.property(arbitraryOrders, ([first, second]) => {
        expect(linesOf(resolveTrace(second))).toEqual(linesOf(resolveTrace(first)));
      }),
      RUNS,
    );
  });

  it('returns a result for every call, and counts one record per request', () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        const answers = resolveTrace(spans);
        for (const { countedBy, counted, costFrom } of answers.values()) {
          if (countedBy !== undefined) {
            expect(counted).toBe(false);
            expect(answers.get(countedBy)?.counted).toBe(true);
          }
          if (costFrom !== undefined) expect(answers.get(costFrom)?.counted).toBe(false);
        }
        for (const span of spans) expect(answers.has(callKey(span)) || !isCall(spans, span)).toBe(true);
      }),
      RUNS,
    );
  });

  it('uses only users of the given spans, and verified users only from verified spans', () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        for (const { userId, verified, rule } of resolveTrace(spans).values()) {
          expect(rule === 'none' || rule === 'user_none').toBe(userId === undefined);
          if (userId === undefined) continue;
          const named = spans.filter((span) => span.userId === userId || span.resourceUserId === userId);
          expect(named.length).toBeGreaterThan(0);
          if (verified) expect(named.some((span) => span.unverified !== true)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('counts at least one call of every trace with calls', () => {
    const isEmptyOrCounted = (spans: readonly TraceSpan[]): boolean => {
      const answers = [...resolveTrace(spans).values()];
      return answers.length === 0 || answers.some(({ counted }) => counted);
    };
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        expect(isEmptyOrCounted(spans)).toBe(true);
      }),
      RUNS,
    );
  });

  it('returns corrections that lead from any earlier state to the final one, after each span', () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        const booked = new Map<string, Attribution>();
        let before: ReadonlyMap<string, Attribution> = new Map();
        for (let known = 1; known <= spans.length; known += 1) {
          const after = resolveTrace(spans.slice(0, known));
          for (const change of diffAttributions(before, after)) {
            expect(booked.get(change.key)).toEqual(change.before);
            if (change.after === undefined) booked.delete(change.key);
            else booked.set(change.key, change.after);
          }
          before = after;
        }
        expect(linesOf(booked)).toEqual(linesOf(resolveTrace(spans)));
        expect(diffAttributions(before, resolveTrace(spans))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('handles traces of ten thousand spans of any shape without quadratic time', () => {
    const deep: TraceSpan[] = [];
    const wide: TraceSpan[] = [];
    for (let i = 0; i < 10_000; i += 1) {
      const call = {
        scope: `s${i % 3}`,
        source: '',
        startMs: i,
        endMs: i + 1000,
        operation: 'chat',
        models: ['m'],
        responseId: 'same',
        inputTokens: 1,
        outputTokens: 1,
        usageFields: 2,
        costRank: 2,
      };
      deep.push({ traceId: 't', spanId: `${i}`, ...(i === 0 ? {} : { parentSpanId: `${i - 1}` }), call });
      wide.push({ traceId: 't', spanId: `${i}`, parentSpanId: 'root', call });
    }
    const start = performance.now();
    expect(resolveTrace(deep).size).toBe(10_000);
    expect(resolveTrace(wide).size).toBe(10_000);
    // It usually takes a tenth of a second; quadratic time would take minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

/** Of two versions of a span, one may be a call and the other not. */
function isCall(spans: readonly TraceSpan[], span: TraceSpan): boolean {
  return spans.every((other) => callKey(other) !== callKey(span) || other.call !== undefined);
}
