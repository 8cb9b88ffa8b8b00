import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TipTimes } from './tip-times.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Step = number | 'leave' | 'stay' | { readonly rest: string | undefined } | { readonly focus: string };

test.each<{ name: string; steps: readonly Step[]; seen: readonly string[] }>([
  {
    name: 'a pointer that passes shows nothing',
    steps: [{ rest: 'a' }, 200, { rest: undefined }, 900],
    seen: [],
  },
  { name: 'one that rests does', steps: [{ rest: 'a' }, 200, { rest: 'a' }, 100], seen: ['a'] },
  { name: 'what has the focus shows at once', steps: [{ focus: 'a' }], seen: ['a'] },
  { name: 'it stays for a moment', steps: [{ focus: 'a' }, { rest: undefined }, 100], seen: ['a'] },
  {
    name: 'and goes, however the pointer moves',
    steps: [{ focus: 'a' }, { rest: undefined }, 100, { rest: undefined }, 30],
    seen: ['a', '-'],
  },
  {
    name: 'it stays for who goes into it, and comes out of it',
    steps: [{ focus: 'a' }, { rest: undefined }, 100, 'stay', 900, { rest: undefined }, 900],
    seen: ['a', '-'],
  },
  {
    name: 'back on it before it went',
    steps: [{ focus: 'a' }, { rest: undefined }, 100, { rest: 'a' }, 900],
    seen: ['a'],
  },
  { name: 'the next one does not wait', steps: [{ focus: 'a' }, { rest: 'b' }, 0], seen: ['a', 'b'] },
  {
    name: 'nor shortly after',
    steps: [{ focus: 'a' }, 'leave', 400, { rest: 'b' }, 0],
    seen: ['a', '-', 'b'],
  },
  { name: 'later it waits', steps: [{ focus: 'a' }, 'leave', 600, { rest: 'b' }, 299], seen: ['a', '-'] },
  { name: 'Escape before it shows', steps: [{ rest: 'a' }, 200, 'leave', 900], seen: [] },
  {
    name: 'nothing goes twice',
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
