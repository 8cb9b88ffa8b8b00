import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { reconcileLateTraces } from '../maintenance/reconcile.ts';
import { everydayRows } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';

const DAY_MS = 86_400_000;
const traceMemory = { windowMs: DAY_MS, minTraces: 16 };

let collector: TestCollector;
let project = 0;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

interface Case {
  readonly name: string;
  readonly early: readonly TestSpan[];
  /** The late span, received three days later. */
  readonly late: readonly TestSpan[];
  readonly users: Readonly<Record<string, number>>;
  readonly unattributed?: number;
}

const ROOT: TestSpan = { id: 1, attributes: {} };
const CALL: TestSpan = { id: 2, parent: 1, attributes: call() };

const CASES: readonly Case[] = [
  {
    name: 'names the user of a call',
    early: [ROOT, CALL],
    late: [{ id: 3, parent: 1, attributes: user('a') }],
    users: { a: 1 },
  },
  {
    name: 'is a call of a known user',
    early: [{ id: 1, attributes: user('a') }],
    late: [CALL],
    users: { a: 1 },
  },
  {
    name: 'is a call below a call',
    early: [{ id: 1, attributes: { ...call({ 'gen_ai.operation.name': 'invoke_agent' }), ...user('a') } }],
    late: [CALL],
    users: { a: 1 },
  },
  {
    name: 'names another user',
    early: [
      { id: 1, attributes: user('a') },
      { id: 2, attributes: call() },
    ],
    late: [{ id: 3, attributes: user('b') }],
    users: { a: 0, b: 0 },
    unattributed: 1,
  },
];

/** The time of the current test: long after the previous test, whose traces are still in the filter. */
function nowMs(): number {
  return NOON_MS + project * 10 * DAY_MS;
}

/** Makes the pipeline remove all traces but those of the latest days from its filter. */
async function forget(way: string): Promise<void> {
  if (way === 'restart') {
    const others = Array.from({ length: 40 }, (_, n) => ({
      id: 1,
      trace: 1_000 + n,
      project: 'other',
      receivedAtMs: nowMs() + 3 * DAY_MS,
    }));
    await collector.pipeline.write(batch(...others));
    await collector.restart({ traceMemory });
    return;
  }
  for (let day = 0; day < 4; day++) {
    const at = { project: 'other', receivedAtMs: nowMs() + day * DAY_MS };
    await collector.pipeline.write(
      batch(
        ...Array.from({ length: 40 }, (_, n) => ({
          id: 1,
          trace: 2_000 + project * 1_000 + day * 40 + n,
          ...at,
        })),
      ),
    );
  }
  // The trace cache does not hold days of traces.
  await collector.pipeline.change('forget', () => Promise.resolve());
}

describe.each([
  { way: 'time', cases: CASES },
  { way: 'restart', cases: CASES.slice(0, 1) },
])('after $way, a late span of a trace that is no longer in the filter', ({ way, cases }) => {
  describe.each(cases)('$name', ({ early, late, users, unattributed = 0 }) => {
    // For a span of now, the trace is reconciled; for an old one, the store is queried.
    const times = ['of the time of the trace', 'of now'] as const;
    const isFirst = early === CASES[0]?.early;
    test.each(everydayRows(times, (when) => isFirst || when === 'of now'))('%s', async (when) => {
      project += 1;
      const name = `project ${project}`;
      const trace = project;
      await collector.restart({ traceMemory });
      const earlier = { receivedAtMs: nowMs(), atMs: nowMs() - NOON_MS };
      await collector.pipeline.write(
        batch(...early.map((span) => ({ project: name, trace, ...span, ...earlier }))),
      );
      await forget(way);
      const since = Math.floor(Date.now() / 1000);
      const later = {
        receivedAtMs: nowMs() + 3 * DAY_MS,
        atMs: nowMs() - NOON_MS + (when === 'of now' ? 3 * DAY_MS : 10),
      };
      await collector.pipeline.write(
        batch(...late.map((span) => ({ project: name, trace, ...span, ...later }))),
      );
      const lateMs = nowMs() + 3 * DAY_MS + 60_000;
      // For an old span, the store is queried immediately.
      if (when === 'of now') {
        const { corrections } = await reconcileLateTraces(collector.pipeline, since - 1, lateMs);
        // A pipeline that has just started queries the store for every trace, until its filter is loaded.
        if (way === 'time') expect(corrections).toBeGreaterThan(0);
      }
      const url = `/api/users?from=${new Date(nowMs() - DAY_MS).toISOString()}&to=${new Date(nowMs() + 5 * DAY_MS).toISOString()}`;
      const { data } = await collector.get<{ data: { id: string; calls: number }[] }>(url, name);
      expect(Object.fromEntries(data.map(({ id, calls }) => [id, calls]))).toEqual(users);
      const summary = await collector.get<{ unattributed: { calls: number } }>(
        url.replace('users', 'summary'),
        name,
      );
      expect(summary.unattributed.calls).toBe(unattributed);
      expect(await collector.differences(name)).toEqual([]);
    });
  });
});

test('counts a span once, even if it is sent again long after its trace was removed from the filter', async () => {
  await collector.restart({ traceMemory });
  const sent = { project: 'again', trace: 77, id: 2, attributes: { ...call(), ...user('a') } };
  await collector.pipeline.write(batch(sent));
  await forget('restart');
  const before = collector.pipeline.figures().duplicates;
  await collector.pipeline.write(batch({ ...sent, receivedAtMs: nowMs() + 3 * DAY_MS }));
  expect(collector.pipeline.figures().duplicates).toBe(before + 1);
  const { data } = await collector.get<{ data: { id: string; calls: number }[] }>('/api/users', 'again');
  expect(data.map(({ id, calls }) => [id, calls])).toEqual([['a', 1]]);
  expect(await collector.differences('again')).toEqual([]);
});
