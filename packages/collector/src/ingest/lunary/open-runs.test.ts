import { expect, test } from 'vitest';
import type { LunaryEvent } from './lunary-event.ts';
import { END_ONLY_MS, OPEN_MS, OpenRuns } from './open-runs.ts';

const NOW = Date.UTC(2026, 10, 1);

function apply(runs: OpenRuns, event: Partial<LunaryEvent>, receivedAtMs = NOW): boolean {
  return runs.apply({
    project: 'default',
    claimed: false,
    receivedAtMs,
    event: { type: 'llm', event: 'start', runId: 'r1', timeMs: receivedAtMs, ...event },
  });
}

function attributesOf(runs: OpenRuns, nowMs: number): Record<string, unknown>[] {
  return runs.ready(nowMs).map(({ span }) => Object.fromEntries(span.attributes));
}

test.each([
  ['a start', { event: 'start', name: 'gpt-4o' }, OPEN_MS],
  ['an end', { event: 'end', name: 'gpt-4o', usage: { input: 1 } }, END_ONLY_MS],
] as const)(
  '%s waits for the other event for a limited time, and is then stored without it',
  (_name, event, waitMs) => {
    const runs = new OpenRuns();
    apply(runs, event);
    expect(runs.ready(NOW + waitMs)).toEqual([]);
    expect(attributesOf(runs, NOW + waitMs + 1)).toMatchObject([{ 'gen_ai.request.model': 'gpt-4o' }]);
  },
);

test('an end that arrives after its run was stored becomes a child span with the usage and the user', () => {
  const runs = new OpenRuns();
  apply(runs, { name: 'gpt-4o', user: { id: 'u1', props: [] } });
  const [first] = runs.ready(NOW + OPEN_MS + 1);
  runs.done([first?.key ?? '']);
  expect(apply(runs, { event: 'end', usage: { input: 5 } }, NOW + OPEN_MS + 2)).toBe(true);
  expect(apply(runs, { event: 'end', usage: { input: 5 } }, NOW + OPEN_MS + 3)).toBe(false);
  const [late] = runs.ready(NOW + OPEN_MS + 4);
  expect(late?.span).toMatchObject({ traceId: first?.span.traceId, parentSpanId: first?.span.spanId });
  expect(late?.span.spanId).not.toBe(first?.span.spanId);
  expect(Object.fromEntries(late?.span.attributes ?? [])).toMatchObject({
    'user.id': 'u1',
    'gen_ai.usage.input_tokens': 5,
  });
});

test('produces the same spans from runs in the journal', () => {
  const runs = new OpenRuns();
  apply(runs, { runId: 'open' });
  apply(runs, { runId: 'ready' });
  apply(runs, { runId: 'ready', event: 'end', usage: { input: 3 } });
  apply(runs, { runId: 'child', parentRunId: 'ready', event: 'error', error: 'boom' });
  const restored = new OpenRuns();
  for (const run of structuredClone([...runs.all()])) {
    restored.restore(run);
  }
  const later = NOW + OPEN_MS + 1;
  expect(restored.ready(later)).toEqual(runs.ready(later));
  expect(restored.ready(later)).toHaveLength(3);
});

test('completes the oldest runs if there are too many events', () => {
  const runs = new OpenRuns();
  const input = JSON.stringify('x'.repeat(1 << 20));
  for (let i = 0; i < 70; i += 1) {
    apply(runs, { runId: `r${i}`, input });
  }
  const ready = runs.ready(NOW);
  expect(ready.length).toBeGreaterThan(0);
  expect(ready.length).toBeLessThan(20);
});
