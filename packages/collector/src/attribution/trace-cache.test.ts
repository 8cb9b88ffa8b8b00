import { runToEnd } from '@userspan/ledger';
import { describe, expect, it } from 'vitest';

import { encodeTrace } from './cached-trace.ts';
import { TraceCache } from './trace-cache.ts';
import { newTraceState, traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

const PROJECT = 'a project\t"\\ \u{1f600}';
const traceId = (n: number): string => n.toString(16).padStart(32, '0');
const key = (n: number): string => traceKey(PROJECT, traceId(n));

function trace(n: number, spans = 1): TraceState {
  const state = newTraceState(PROJECT, traceId(n));
  for (let at = 0; at < spans; at++) {
    const spanId = `000000000000${at.toString(16).padStart(4, '0')}`;
    state.spans.set(spanId, { traceId: traceId(n), spanId, userId: `user ${n} é \u{1f600}` });
  }
  return state;
}

function encodeAllOf(recent: TraceCache, numbers: readonly number[]): void {
  recent.startBatch();
  for (const n of numbers) runToEnd(recent.encodeOne(key(n), trace(n)));
  runToEnd(recent.encodeAll());
}

describe('TraceCache', () => {
  it('returns an encoded trace unchanged, also after encoding it again', () => {
    const recent = new TraceCache(100_000);
    for (let round = 0; round < 3; round++) {
      encodeAllOf(recent, [1, 2]);
      expect(runToEnd(recent.take(key(1)))).toEqual(trace(1));
    }
    expect(runToEnd(recent.take(key(3)))).toBeUndefined();
    expect(recent.has(key(3))).toBe(false);
  });

  it('returns a large trace, which is also kept decoded, until it is evicted', () => {
    const recent = new TraceCache(300_000);
    recent.startBatch();
    const large = trace(1, 1_100);
    runToEnd(recent.encodeOne(key(1), large));
    runToEnd(recent.encodeAll());
    expect(runToEnd(recent.take(key(1)))).toBe(large);
    runToEnd(recent.encodeOne(key(1), large));
    for (let n = 2; n < 2_000; n += 100)
      encodeAllOf(
        recent,
        Array.from({ length: 100 }, (_, at) => n + at),
      );
    expect(recent.has(key(1))).toBe(false);
    expect(runToEnd(recent.take(key(1)))).toBeUndefined();
  });

  it('keeps a trace that fills most of the ring buffer', () => {
    const bytes = runToEnd(encodeTrace(trace(1, 1_000))).reduce((sum, { length }) => sum + 4 + length, 4);
    for (const [maxBytes, isKept] of [
      [bytes, true],
      [bytes - 1, false],
    ] as const) {
      const recent = new TraceCache(maxBytes);
      recent.startBatch();
      runToEnd(recent.encodeOne(key(1), trace(1, 1_000)));
      runToEnd(recent.encodeAll());
      expect(runToEnd(recent.take(key(1)))).toEqual(isKept ? trace(1, 1_000) : undefined);
    }
  });

  it('evicts the oldest traces if space is needed, and reports them to batches that used them', () => {
    const recent = new TraceCache(10_000);
    const first = recent.startBatch();
    encodeAllOf(recent, [1, 2, 3]);
    expect(recent.evictedBelow > first).toBe(false);
    for (let n = 4; n < 200; n++) encodeAllOf(recent, [n]);
    const last = recent.startBatch();
    encodeAllOf(recent, [200]);
    expect(recent.has(key(1))).toBe(false);
    expect(runToEnd(recent.take(key(2)))).toBeUndefined();
    expect(runToEnd(recent.take(key(200)))).toEqual(trace(200));
    expect(recent.evictedBelow > first).toBe(true);
    expect(recent.evictedBelow > last).toBe(false);
  });

  it('evicts nothing of the current batch, whatever its size', () => {
    const recent = new TraceCache(10_000);
    recent.startBatch();
    const numbers = Array.from({ length: 500 }, (_, n) => n);
    for (const n of numbers) {
      const live = trace(n);
      recent.put(key(n), live);
      runToEnd(recent.encodeOne(key(n), live));
    }
    for (const n of numbers) {
      expect(recent.has(key(n))).toBe(true);
      const taken = runToEnd(recent.take(key(n)));
      expect(taken).toEqual(trace(n));
      // The second batch also keeps them: traces that do not fit into the ring buffer are stored separately.
      runToEnd(recent.encodeOne(key(n), taken ?? trace(n)));
      expect(runToEnd(recent.take(key(n)))).toEqual(trace(n));
    }
    const mark = recent.startBatch();
    runToEnd(recent.encodeAll());
    expect(recent.evictedBelow > mark).toBe(true);
  });

  it('evicts a trace that is larger than the cache', () => {
    const recent = new TraceCache(10_000);
    const mark = recent.startBatch();
    recent.put(key(1), trace(1, 256));
    runToEnd(recent.encodeAll());
    expect(recent.has(key(1))).toBe(false);
    expect(recent.evictedBelow > mark).toBe(true);
  });

  it('evicts everything on clear()', () => {
    const recent = new TraceCache(10_000);
    const mark = recent.startBatch();
    encodeAllOf(recent, [1]);
    recent.clear();
    expect(recent.has(key(1))).toBe(false);
    expect(recent.evictedBelow > mark).toBe(true);
  });
});
