import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { TraceFilter } from './trace-filter.ts';

const NOW_MS = Date.UTC(2026, 10, 20);
const DAY_MS = 86_400_000;
const traceId = (n: number): string => createHash('md5').update(String(n)).digest('hex');

describe('the trace filter', () => {
  it('reports every trace as possibly stored until it is complete', () => {
    const known = new TraceFilter();
    expect(known.mayHave(traceId(1), NOW_MS)).toBe(true);
    known.startLoading();
    expect(known.mayHave(traceId(1), NOW_MS)).toBe(true);
    known.endLoading();
    expect(known.mayHave(traceId(1), NOW_MS)).toBe(false);
  });

  it('has no false negatives and at most 0.1 % false positives, also with more than one filter', () => {
    const known = new TraceFilter(true);
    const count = 1_200_000;
    for (let n = 0; n < count; n++) known.add(traceId(n), NOW_MS);
    let denied = 0;
    for (let n = 0; n < count; n += 7) if (!known.mayHave(traceId(n), NOW_MS)) denied++;
    expect(denied).toBe(0);
    let wrong = 0;
    for (let n = 0; n < 20_000; n++) if (known.mayHave(traceId(count + n), NOW_MS)) wrong++;
    expect(wrong).toBeLessThan(20_000 / 1_000);
    // One filter with a million entries, and one with two.
    expect(known.bytes).toBeLessThan(7_000_000);

    // After most traces were deleted, memory shrinks, and traces received meanwhile are contained.
    known.startLoading();
    for (let n = 0; n < 10; n++) known.addStored(traceId(n), NOW_MS);
    known.add(traceId(count), NOW_MS);
    expect(known.mayHave(traceId(11), NOW_MS)).toBe(true);
    known.endLoading();
    expect([0, 9, 11, count].map((n) => known.mayHave(traceId(n), NOW_MS))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(known.bytes).toBeLessThan(2_200_000);
  });

  it('keeps traces of a time window, with the memory that they need', () => {
    const memory = { windowMs: DAY_MS, minTraces: 1_000 };
    const known = new TraceFilter(true, memory);
    let most = 0;
    for (let day = 0; day < 30; day++) {
      for (let n = 0; n < 5_000; n++) {
        known.add(traceId(day * 5_000 + n), NOW_MS + day * DAY_MS);
        // Memory does not grow on the following days.
        known.add(traceId(-1), NOW_MS + day * DAY_MS);
      }
      most = Math.max(most, known.bytes);
    }
    const lastMs = NOW_MS + 29 * DAY_MS;
    // The memory of two days in filters of a thousand entries.
    expect(most).toBeLessThan(2 * 12_000);
    const within = Array.from({ length: 5_000 }, (_, n) => known.mayHave(traceId(29 * 5_000 + n), lastMs));
    expect(within).not.toContain(false);
    expect(known.mayHave(traceId(-1), lastMs)).toBe(true);
    // For a span older than the window, the store must be queried for any trace.
    const forgotten = Array.from({ length: 1_000 }, (_, n) => known.mayHave(traceId(n), lastMs));
    expect(forgotten.filter(Boolean).length).toBeLessThan(50);
    expect(known.mayHave(traceId(0), NOW_MS)).toBe(true);
    expect(known.mayHave(traceId(-2), NOW_MS + 20 * DAY_MS)).toBe(true);
    expect(known.mayHave(traceId(-2), lastMs)).toBe(false);
  });

  it('keeps older traces while there are few', () => {
    const known = new TraceFilter(true, { windowMs: DAY_MS, minTraces: 1_000 });
    for (let n = 0; n < 1_000; n++) known.add(traceId(n), NOW_MS + n * DAY_MS);
    for (let n = 0; n < 1_000; n++) expect(known.mayHave(traceId(n), NOW_MS + 2_000 * DAY_MS)).toBe(true);
    expect(known.mayHave(traceId(1_001), 0)).toBe(false);
  });
});
