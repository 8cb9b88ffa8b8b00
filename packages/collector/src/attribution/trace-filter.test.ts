import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { TraceFilter } from './trace-filter.ts';

const traceId = (n: number): string => createHash('md5').update(String(n)).digest('hex');

describe('known traces', () => {
  it('may have every trace until it is told that it knows them all', () => {
    const known = new TraceFilter();
    expect(known.mayHave(traceId(1))).toBe(true);
    known.startLoading();
    expect(known.mayHave(traceId(1))).toBe(true);
    known.endLoading();
    expect(known.mayHave(traceId(1))).toBe(false);
  });

  it('never denies a trace that it has, and is wrong about one in a thousand others at most, beyond one filter', () => {
    const known = new TraceFilter(true);
    const count = 1_200_000;
    for (let n = 0; n < count; n++) known.add(traceId(n));
    let denied = 0;
    for (let n = 0; n < count; n += 7) if (!known.mayHave(traceId(n))) denied++;
    expect(denied).toBe(0);
    let wrong = 0;
    for (let n = 0; n < 20_000; n++) if (known.mayHave(traceId(count + n))) wrong++;
    expect(wrong).toBeLessThan(20_000 / 1_000);
    // One filter of a million, and one of two.
    expect(known.bytes).toBeLessThan(7_000_000);

    // Most of them were deleted: the memory is that of the rest, and what came meanwhile is known.
    known.startLoading();
    for (let n = 0; n < 10; n++) known.addStored(traceId(n));
    known.add(traceId(count));
    expect(known.mayHave(traceId(11))).toBe(true);
    known.endLoading();
    expect([0, 9, 11, count].map((n) => known.mayHave(traceId(n)))).toEqual([true, true, false, true]);
    expect(known.bytes).toBeLessThan(2_200_000);
  });
});
