import { expect, test } from 'vitest';
import { formatAgo, formatDuration } from './time.ts';

const now = Date.UTC(2026, 10, 23, 12);

test.each([
  ['this moment', 0, 'now'],
  ['clocks that differ a little', -3_000, 'now'],
  ['seconds', 12_400, '12 s ago'],
  ['minutes', 3 * 60_000, '3 min ago'],
  ['hours', 2 * 3_600_000, '2 h ago'],
  ['days', 5 * 86_400_000, '5 d ago'],
  ['months', 90 * 86_400_000, '25 Aug'],
  ['last year', 400 * 86_400_000, '19 Oct 2025'],
  ['tomorrow', -86_400_000, '24 Nov'],
])('%s', (_name, age, shown) => {
  expect(formatAgo(now - age, now)).toBe(shown);
});

test.each([
  [0.25, '0.25 ms'],
  [340.4, '340 ms'],
  [1240, '1.24 s'],
  [12_400, '12.4 s'],
  [125_000, '2 min 5 s'],
])('%d ms is %s', (duration, shown) => {
  expect(formatDuration(duration)).toBe(shown);
});
