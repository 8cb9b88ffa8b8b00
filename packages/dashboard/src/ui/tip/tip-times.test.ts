import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TipTimes } from './tip-times.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Step = number | 'leave' | 'stay' | { readonly rest: string | undefined } | { readonly focus: string };

test.each<{ name: string; steps: readonly Step[]; seen: readonly string[] }>([
  {
    name: 'does not open if the pointer only passes',
    steps: [{ rest: 'a' }, 200, { rest: undefined }, 900],
    seen: [],
  },
  { name: 'opens when the pointer rests', steps: [{ rest: 'a' }, 200, { rest: 'a' }, 100], seen: ['a'] },
  { name: 'opens immediately on focus', steps: [{ focus: 'a' }], seen: ['a'] },
  {
    name: 'stays open for a moment after the pointer leaves',
    steps: [{ focus: 'a' }, { rest: undefined }, 100],
    seen: ['a'],
  },
  {
    name: 'closes a moment after the pointer leaves, even if it moves',
    steps: [{ focus: 'a' }, { rest: undefined }, 100, { rest: undefined }, 30],
    seen: ['a', '-'],
  },
  {
    name: 'stays open while the pointer is in the tooltip, and closes after it leaves',
    steps: [{ focus: 'a' }, { rest: undefined }, 100, 'stay', 900, { rest: undefined }, 900],
    seen: ['a', '-'],
  },
  {
    name: 'stays open if the pointer returns in time',
    steps: [{ focus: 'a' }, { rest: undefined }, 100, { rest: 'a' }, 900],
    seen: ['a'],
  },
  {
    name: 'opens the next tooltip immediately while one is open',
    steps: [{ focus: 'a' }, { rest: 'b' }, 0],
    seen: ['a', 'b'],
  },
  {
    name: 'opens the next tooltip immediately after one has closed',
    steps: [{ focus: 'a' }, 'leave', 400, { rest: 'b' }, 0],
    seen: ['a', '-', 'b'],
  },
  {
    name: 'waits again some time after the last tooltip',
    steps: [{ focus: 'a' }, 'leave', 600, { rest: 'b' }, 299],
    seen: ['a', '-'],
  },
  { name: 'does not open after Escape', steps: [{ rest: 'a' }, 200, 'leave', 900], seen: [] },
  {
    name: 'closes only once',
    steps: [{ focus: 'a' }, 'leave', 'leave', { rest: undefined }, 900],
    seen: ['a', '-'],
  },
])('$name', ({ steps, seen }) => {
  const log: string[] = [];
  const times = new TipTimes<string>(
    (target) => log.push(target),
    () => log.push('-'),
  );
  for (const step of steps) {
    if (typeof step === 'number') vi.advanceTimersByTime(step);
    else if (step === 'leave') times.leave();
    else if (step === 'stay') times.stay();
    else if ('focus' in step) times.now(step.focus);
    else times.rest(step.rest);
  }
  expect(log).toEqual(seen);
});
