import { expect, test } from 'vitest';

import { resolveTrace, resolveTraceInSteps, spansOfUsers, spansOfUsersInSteps } from './resolve-trace.ts';
import { sortInSteps, runToEnd } from './steps.ts';
import type { TraceSpan } from './trace-span.ts';

const SPANS = 4_000;
const TRACE = 'a'.repeat(32);
const idOf = (number: number): string => String(number).padStart(16, '0');

function callOf(number: number, scope = 's'): Pick<TraceSpan, 'call'> {
  return {
    call: {
      scope,
      startMs: number,
      endMs: number + 5,
      operation: 'chat',
      models: ['gpt-4o-mini'],
      responseId: `r${number % 100}`,
      source: 'b////',
      inputTokens: 10,
      outputTokens: 5,
      usageFields: 2,
      costRank: 1,
    },
  };
}

const SHAPES: readonly { name: string; span: (number: number) => Omit<TraceSpan, 'traceId' | 'spanId'> }[] = [
  { name: 'a chain', span: (at) => (at === 0 ? { userId: 'ada' } : { parentSpanId: idOf(at - 1) }) },
  { name: 'a chain of calls', span: (at) => ({ parentSpanId: idOf(at - 1), ...callOf(at) }) },
  { name: 'a chain, reversed', span: (at) => ({ parentSpanId: idOf(at + 1), ...callOf(at) }) },
  { name: 'a cycle', span: (at) => ({ parentSpanId: idOf((at + 1) % SPANS), ...callOf(at) }) },
  { name: 'a star', span: (at) => ({ parentSpanId: idOf(0), ...callOf(at) }) },
  { name: 'roots only', span: (at) => ({ userId: `u${at}`, ...callOf(at) }) },
  {
    name: 'siblings of two instrumentations',
    span: (at) => ({ parentSpanId: idOf(0), ...callOf(at, `s${at % 2}`) }),
  },
  {
    name: 'half of the spans claimed',
    span: (at) => ({ parentSpanId: idOf(0), ...callOf(at), ...(at % 2 === 0 ? { unverified: true } : {}) }),
  },
];

/** The result, the number of pauses, and the longest time between two pauses as a share of the total. */
function watch<T>(steps: Generator<undefined, T, void>): { result: T; pauses: number; longest: number } {
  const begin = performance.now();
  let longestMs = 0;
  for (let pauses = 0; ; pauses += 1) {
    const start = performance.now();
    const step = steps.next();
    longestMs = Math.max(longestMs, performance.now() - start);
    if (step.done === true)
      return { result: step.value, pauses, longest: longestMs / (performance.now() - begin) };
  }
}

test.each(SHAPES)('a trace of 4,000 spans, $name, is resolved in small steps', ({ span }) => {
  const spans = Array.from({ length: SPANS }, (_, at): TraceSpan => ({
    traceId: TRACE,
    spanId: idOf(at),
    ...span(at),
  }));
  const watched = watch(resolveTraceInSteps(spans));
  expect(watched.result).toEqual(resolveTrace(spans));
  expect(watched.pauses).toBeGreaterThan(SPANS / 32);
  // Garbage collection or another process may extend a step, but not in every attempt.
  let { longest } = watched;
  for (let tries = 0; longest >= 0.3 && tries < 20; tries += 1) {
    longest = Math.min(longest, watch(resolveTraceInSteps(spans)).longest);
  }
  expect(longest).toBeLessThan(0.3);
  const users = new Set(['ada']);
  expect(watch(spansOfUsersInSteps(spans, users)).result).toEqual(spansOfUsers(spans, users));
});

test.each([0, 1, 255, 256, 257, 512, 1_000, 5_000])('sorts %i items stably, like Array.sort', (length) => {
  const make = (): { key: number; at: number }[] =>
    Array.from({ length }, (_, at) => ({ key: (at * 7919) % 101, at }));
  const compare = (a: { key: number }, b: { key: number }): number => a.key - b.key;
  expect(runToEnd(sortInSteps(make(), compare))).toEqual(make().sort(compare));
});
