import { expect, test } from 'vitest';
import { formatTick } from '../format/time.ts';
import { axisTicks } from './axis-ticks.ts';
import { bucketsBetween } from './time-buckets.ts';

const hourMs = 3_600_000;
const start = new Date(2026, 10, 20, 14).getTime();

test.each([
  ['a day', 24, 3, ['15:00', '18:00', '21:00', '21 Nov', '03:00', '06:00', '09:00', '12:00']],
  ['two days', 48, 9, ['21 Nov', '12:00', '22 Nov', '12:00']],
  [
    'a week on a wide screen',
    168,
    20,
    ['21 Nov', '22 Nov', '23 Nov', '24 Nov', '25 Nov', '26 Nov', '27 Nov'],
  ],
  ['a week on a narrow screen', 168, 44, ['21 Nov', '23 Nov', '25 Nov', '27 Nov']],
])('%s with hourly bars', (_name, hours, every, labels) => {
  const starts = bucketsBetween(start, start + hours * hourMs, 'hour');
  expect(axisTicks(starts, hourMs, every).map(({ start: at }) => formatTick(at, hourMs))).toEqual(labels);
});

test('labels daily bars at equal distances', () => {
  const starts = bucketsBetween(start, start + 9 * 24 * hourMs, 'day');
  expect(axisTicks(starts, 24 * hourMs, 3).map(({ at }) => at)).toEqual([0, 3, 6, 9]);
});
