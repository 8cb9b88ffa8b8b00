import { expect, test } from 'vitest';
import { causeText } from './what-changed.tsx';

const cause = { model: 'gpt-4.1', difference: '1', was: 8, is: 80.4 } as const;

test.each([
  [{ ...cause, factor: 'calls' as const }, 'calls 8 → 80 · gpt-4.1'],
  [{ ...cause, factor: 'tokens per call' as const, was: 1200.6 }, 'tokens per call 1,201 → 80 · gpt-4.1'],
  [{ ...cause, factor: 'price per token' as const }, 'higher price per token · gpt-4.1'],
  [{ ...cause, factor: 'price per token' as const, is: 1 }, 'lower price per token · gpt-4.1'],
  [{ ...cause, factor: 'new' as const, model: null }, 'started to use unknown model'],
  [{ ...cause, factor: 'gone' as const }, 'stopped using gpt-4.1'],
  [null, 'no single cause'],
])('text for %o', (given, words) => {
  expect(causeText({ cause: given })).toBe(words);
});
