import { expect, test } from 'vitest';
import { bucketsBetween, bucketStart, nextBucket } from './time-buckets.ts';

const monday = new Date(2026, 10, 23).getTime();
const noon = new Date(2026, 10, 26, 12, 34).getTime();

test.each([
  ['hour', new Date(2026, 10, 26, 12).getTime()],
  ['day', new Date(2026, 10, 26).getTime()],
  ['week', monday],
  ['month', new Date(2026, 10).getTime()],
] as const)('a %s starts by the local time zone', (bucket, start) => {
  expect(bucketStart(noon, bucket)).toBe(start);
  expect(bucketStart(start, bucket)).toBe(start);
});

test('a Sunday belongs to the week of the Monday before', () => {
  expect(bucketStart(new Date(2026, 10, 29, 23).getTime(), 'week')).toBe(monday);
});

test.each(['hour', 'day', 'week', 'month'] as const)('returns the start of the next %s', (bucket) => {
  const next = nextBucket(bucketStart(noon, bucket), bucket);
  expect(bucketStart(next, bucket)).toBe(next);
  expect(next).toBeGreaterThan(noon);
});

test('returns every bucket of the range, up to the limit', () => {
  expect(bucketsBetween(noon - 2 * 3_600_000, noon, 'hour')).toHaveLength(3);
  expect(bucketsBetween(0, noon, 'hour')).toHaveLength(1500);
});
