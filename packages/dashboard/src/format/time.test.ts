import { expect, test } from 'vitest';
import { formatAgo, formatDuration, formatGap, formatMonth, formatSpan } from './time.ts';

const now = Date.UTC(2026, 10, 23, 12);

test.each([
  ['now', 0, 'now'],
  ['a few seconds in the future, because clocks differ', -3_000, 'now'],
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
  [0, '0 ms'],
  [0.25, '0.25 ms'],
  [340.4, '340 ms'],
  [999.6, '1.00 s'],
  [1240, '1.24 s'],
  [9_996, '10.0 s'],
  [12_400, '12.4 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [179_700, '3 min 0 s'],
])('%d ms is %s', (duration, shown) => {
  expect(formatDuration(duration)).toBe(shown);
});

test.each([
  [60_000, '1 min'],
  [59.6 * 60_000, '1 h'],
  [47.4 * 3_600_000, '47 h'],
  [47.6 * 3_600_000, '2 days'],
  [5 * 86_400_000, '5 days'],
])('a pause of %d ms is %s', (gap, shown) => {
  expect(formatGap(gap)).toBe(shown);
});

test.each([
  ['an hour', [2026, 10, 23, 12], [2026, 10, 23, 13], '23 Nov, 12:00 – 13:00'],
  ['the last hour of a day', [2026, 10, 23, 23], [2026, 10, 24], '23 Nov, 23:00 – 24 Nov, 00:00'],
  ['a day', [2026, 10, 23], [2026, 10, 24], 'Mon 23 Nov'],
  ['the day on which the clocks go back', [2026, 9, 25], [2026, 9, 26], 'Sun 25 Oct'],
  [
    'the part of the current day that has passed',
    [2026, 10, 23],
    [2026, 10, 23, 12, 5],
    '23 Nov, 00:00 – 12:05',
  ],
  ['a week', [2026, 10, 16], [2026, 10, 23], '16 Nov – 22 Nov'],
  ['a month', [2026, 9, 1], [2026, 10, 1], 'Oct 2026'],
  ['a month of another year', [2025, 11, 1], [2026, 0, 1], 'Dec 2025'],
  ['across the end of a year', [2025, 11, 29], [2026, 0, 5], '29 Dec 2025 – 4 Jan 2026'],
  ['a day of another year', [2025, 11, 29], [2025, 11, 30], 'Mon, 29 Dec 2025'],
  [
    'a range that begins and ends during a day',
    [2026, 10, 2, 13],
    [2026, 10, 9, 9],
    '2 Nov, 13:00 – 9 Nov, 09:00',
  ],
  ['a range that only begins during a day', [2026, 10, 2, 13], [2026, 10, 9], '2 Nov, 13:00 – 9 Nov, 00:00'],
  ['a range that only ends during a day', [2026, 10, 2], [2026, 10, 9, 9], '2 Nov, 00:00 – 9 Nov, 09:00'],
  ['times in another year', [2025, 11, 2, 13], [2026, 0, 9, 9], '2 Dec 2025, 13:00 – 9 Jan 2026, 09:00'],
] as const)('%s', (_name, from, to, shown) => {
  const timeOf = (parts: readonly number[]): number =>
    new Date(...(parts as [number, number, number, number?, number?])).getTime();
  expect(formatSpan(timeOf(from), timeOf(to), now)).toBe(shown);
});

test.each([
  ['2026-11', 'November 2026'],
  ['2027-01', 'January 2027'],
])('writes the month %s as %s', (month, shown) => {
  expect(formatMonth(month)).toBe(shown);
});
