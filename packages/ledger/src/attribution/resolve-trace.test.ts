import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryOrders, arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { linesOf } from '../../testing/make-trace.ts';
import { callKey, diffAttributions, resolveTrace } from '../index.ts';
import type { Attribution, TraceSpan } from '../index.ts';

const RUNS = { numRuns: 2000 };

describe('resolveTrace', () => {
  it('depends on the set of spans only, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(arbitraryOrders, ([first, second]) => {
        expect(linesOf(resolveTrace(second))).toEqual(linesOf(resolveTrace(first)));
      }),
      RUNS,
    );
  });

  it('answers for every call, and counts one record of each request', () => {
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

  it('names only users of the spans it was given, a verified one only where a verified span names it', () => {
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

  it('never lets go of a trace: where there are calls, one of them is counted', () => {
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

  it('gives corrections that lead from any state to the last, span by span', () => {
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

  it('takes traces of ten thousand spans, however deep or wide, without taking the square of the time', () => {
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
    // Generous: it takes a tenth of a second, and a square of the number would take minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

/** Two versions of one span may differ in whether it is a call. */
function isCall(spans: readonly TraceSpan[], span: TraceSpan): boolean {
  return spans.every((other) => callKey(other) !== callKey(span) || other.call !== undefined);
}
