import type { TraceSpan } from '@userspan/ledger';
import { describe, expect, it } from 'vitest';

import { LinkIndex } from './link-index.ts';

const traceId = (n: number): string => (0xabcdef0100000000n + BigInt(n)).toString(16).padStart(32, '0');
const SPAN_ID = '00f067aa0ba902b7';

function record(n: number, scope: string, call: Partial<NonNullable<TraceSpan['call']>> = {}): TraceSpan {
  return {
    traceId: traceId(n),
    spanId: SPAN_ID,
    parentSpanId: 'b7ad6b7169203331',
    call: {
      scope,
      source: 'app/////',
      startMs: 1_000,
      endMs: 2_000,
      operation: 'chat',
      models: ['gpt-4o'],
      usageFields: 2,
      costRank: 0,
      ...call,
    },
  };
}

const place = (n: number): object => ({ traceId: traceId(n), spanId: SPAN_ID });

describe('the link index', () => {
  it('finds a call of another instrumentation by the response id, in the same project only', () => {
    const index = new LinkIndex();
    expect(index.add('p', record(1, 'ours', { responseId: 'r1' }))).toEqual([]);
    expect(index.add('q', record(2, 'theirs', { responseId: 'r1' }))).toEqual([]);
    expect(index.add('p', record(3, 'ours', { responseId: 'r1' }))).toEqual([]);
    expect(index.add('p', record(4, 'theirs', { responseId: 'r2' }))).toEqual([]);
    expect(index.add('p', record(5, 'theirs', { responseId: 'r1' }))).toEqual([place(3), place(1)]);
  });

  it('finds no call from long before or after', () => {
    const index = new LinkIndex();
    const usage = { inputTokens: 10, outputTokens: 1 };
    index.add('p', record(1, 'ours', usage));
    expect(index.add('p', record(2, 'theirs', { ...usage, startMs: 2_101, endMs: 2_200 }))).toEqual([]);
    expect(index.add('p', record(3, 'theirs', { ...usage, startMs: 2_050, endMs: 2_200 }))).toEqual([
      place(1),
    ]);
  });

  it("finds a call by a provider's id within minutes, and not an hour later", () => {
    const index = new LinkIndex();
    const responseId = 'msg_01XFDUDYJgAACzvnptvVoYEL';
    index.add('p', record(1, 'ours', { responseId }));
    const at = (startMs: number): TraceSpan =>
      record(2, 'theirs', { responseId, startMs, endMs: startMs + 900 });
    expect(index.add('p', at(3_600_000))).toEqual([]);
    expect(index.add('p', at(-3_600_000))).toEqual([]);
    expect(index.add('p', at(-52_000))).toEqual([place(1)]);
    expect(index.add('p', at(52_000))).toEqual([place(1)]);
  });

  it('keeps the configured number of calls, and drops the oldest', () => {
    const index = new LinkIndex(1_000);
    for (let n = 0; n < 5_000; n++) index.add('p', record(n, 'ours', { responseId: `r${n}` }));
    expect(index.add('p', record(9_000, 'theirs', { responseId: 'r4999' }))).toEqual([place(4_999)]);
    expect(index.add('p', record(9_001, 'theirs', { responseId: 'r4600' }))).toEqual([place(4_600)]);
    expect(index.add('p', record(9_002, 'theirs', { responseId: 'r10' }))).toEqual([]);
  });

  it('compares only few of a hundred thousand similar calls, and limits the number of instrumentations', () => {
    const index = new LinkIndex();
    for (let n = 0; n < 20_000; n++) index.add('p', record(n, 'ours', { responseId: 'same' }));
    const found = index.add('p', record(30_000, 'theirs', { responseId: 'same' }));
    expect(found).toHaveLength(64);
    expect(found[0]).toEqual(place(19_999));
    for (let n = 0; n < 1_000; n++) index.add('p', record(n, `scope ${n}`, { responseId: `s${n}` }));
    expect(index.add('p', record(31_000, 'one more', { responseId: 's999' }))).toEqual([]);
    expect(index.add('p', record(31_001, 'one more', { responseId: 's9' }))).toEqual([place(9)]);
  });
});
