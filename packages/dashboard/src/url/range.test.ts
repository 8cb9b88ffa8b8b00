import { describe, expect, test } from 'vitest';
import { bucketOf, customRange, rangeLabel, rangeQuery, readRange } from './range.ts';

const now = Date.UTC(2026, 10, 23, 12, 34, 56);
const hour = 3_600_000;
const untilMs = Date.UTC(2026, 10, 23, 12, 45);

describe('the range in a URL', () => {
  test.each([
    [
      '30 days by default',
      {},
      { key: '30d', fromMs: now - 30 * 24 * hour - 34 * 60_000 - 56_000, toMs: undefined, untilMs },
    ],
    [
      'a preset',
      { range: '24h' },
      { key: '24h', fromMs: now - 24 * hour - 34 * 60_000 - 56_000, toMs: undefined, untilMs },
    ],
    ['all time', { range: 'all' }, { key: 'all', fromMs: undefined, toMs: undefined }],
    ['an unknown preset is the default', { range: '__proto__' }, readRange({}, now)],
    ['limits', customRange(now - hour, now), { key: 'custom', fromMs: now - hour, toMs: now }],
    ['a start after the end', customRange(now, now - hour), readRange({}, now)],
    [
      'only a start, which ends now',
      { from: '2026-01-01T00:00:00Z', range: '7d' },
      { key: 'custom', fromMs: Date.UTC(2026, 0), toMs: undefined, untilMs },
    ],
    [
      'only a start that is still to come',
      { from: '2027-01-01T00:00:00Z' },
      { key: 'custom', fromMs: Date.UTC(2027, 0), toMs: undefined },
    ],
    [
      'only an end',
      { to: '2026-01-01T00:00:00Z' },
      { key: 'custom', fromMs: undefined, toMs: Date.UTC(2026, 0) },
    ],
    [
      'an end beside an invalid start',
      { from: 'NaN', to: '2026-01-01T00:00:00Z' },
      { key: 'custom', fromMs: undefined, toMs: Date.UTC(2026, 0) },
    ],
    ['an invalid time', { from: 'yesterday', to: 'NaN' }, readRange({}, now)],
  ])('%s', (_name, search, range) => {
    expect(readRange(search, now)).toEqual(range);
  });

  test('a relative range keeps its bounds for some time', () => {
    expect(readRange({ range: '7d' }, now + 9 * 60_000)).toEqual(readRange({ range: '7d' }, now));
  });
});

test.each([
  ['long before the end of a quarter of an hour', 12 * 60_000],
  ['a minute and a moment before it', 61_000],
  ['a minute before it', 60_000],
  ['a second before it', 1_000],
  ['at it', 0],
])('%s, a call of the next minute is in a range that ends now', (_name, beforeMs) => {
  const { untilMs: end = 0 } = readRange({}, untilMs - beforeMs);
  expect(end).toBeGreaterThan(untilMs - beforeMs + 59_999);
  expect(end % (hour / 4)).toBe(0);
});

test.each([
  ['24h', 'hour'],
  ['7d', 'hour'],
  ['30d', 'day'],
  ['90d', 'day'],
  ['365d', 'week'],
  ['all', 'month'],
])('%s uses one bucket per %s', (range, bucket) => {
  expect(bucketOf(readRange({ range }, now), now)).toBe(bucket);
});

test.each([
  [20, 'day'],
  [199, 'day'],
  [201, 'week'],
  [1200, 'month'],
])('all time of %i days uses one bucket per %s', (days, bucket) => {
  expect(bucketOf(readRange({ range: 'all' }, now), now, now - days * 86_400_000)).toBe(bucket);
});

test('a range that ends now excludes later calls, and all time includes them', () => {
  expect(rangeQuery(readRange({ range: '24h' }, now)).to).toBe('2026-11-23T12:45:00.000Z');
  expect(rangeQuery(readRange({ range: 'all' }, now)).to).toBeUndefined();
});

test('requests a range by its bounds and shows its name', () => {
  const custom = readRange({ from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' }, now);
  expect(rangeQuery(custom)).toEqual({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-08T00:00:00.000Z' });
  expect(rangeQuery(readRange({ range: 'all' }, now))).toEqual({ from: undefined, to: undefined });
  expect(rangeLabel(readRange({ range: '7d' }, now))).toBe('Last 7 days');
  const since = readRange({ from: '2026-11-01T00:00:00Z' }, now);
  expect(rangeQuery(since)).toEqual({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-23T12:45:00.000Z' });
  expect(rangeLabel(since)).toMatch(/^Since .*2026/);
  const until = readRange({ to: '2026-11-01T00:00:00Z' }, now);
  expect(rangeQuery(until)).toEqual({ from: undefined, to: '2026-11-01T00:00:00.000Z' });
  expect(rangeLabel(until)).toMatch(/^Until .*2026/);
});

/** A local time. The month counts from 1. */
function at(year: number, month: number, day: number, hours = 0, minutes = 0): number {
  return new Date(year, month - 1, day, hours, minutes).getTime();
}

test.each([
  ['today', at(2026, 11, 23, 12, 34), at(2026, 11, 23), undefined],
  ['today', at(2026, 11, 23), at(2026, 11, 23), undefined],
  ['yesterday', at(2026, 11, 23, 12, 34), at(2026, 11, 22), at(2026, 11, 23)],
  ['yesterday', at(2027, 1, 1, 0, 1), at(2026, 12, 31), at(2027, 1, 1)],
  ['yesterday', at(2028, 3, 1, 23, 59), at(2028, 2, 29), at(2028, 3, 1)],
  ['week', at(2026, 11, 23, 12, 34), at(2026, 11, 23), undefined],
  ['week', at(2026, 11, 29, 23, 59), at(2026, 11, 23), undefined],
  ['week', at(2027, 1, 1), at(2026, 12, 28), undefined],
  ['week', at(2026, 10, 25, 12), at(2026, 10, 19), undefined],
  ['last-week', at(2026, 11, 23), at(2026, 11, 16), at(2026, 11, 23)],
  ['last-week', at(2026, 11, 22, 23, 59), at(2026, 11, 9), at(2026, 11, 16)],
  ['last-week', at(2026, 3, 29, 12), at(2026, 3, 16), at(2026, 3, 23)],
  ['last-week', at(2027, 1, 4), at(2026, 12, 28), at(2027, 1, 4)],
  ['month', at(2026, 11, 23, 12, 34), at(2026, 11, 1), undefined],
  ['last-month', at(2026, 11, 23), at(2026, 10, 1), at(2026, 11, 1)],
  ['last-month', at(2027, 1, 31, 5), at(2026, 12, 1), at(2027, 1, 1)],
  ['last-month', at(2026, 3, 31, 5), at(2026, 2, 1), at(2026, 3, 1)],
  ['quarter', at(2026, 11, 23, 12, 34), at(2026, 10, 1), undefined],
  ['quarter', at(2027, 3, 31), at(2027, 1, 1), undefined],
  ['last-quarter', at(2026, 11, 23), at(2026, 7, 1), at(2026, 10, 1)],
  ['last-quarter', at(2027, 3, 31, 23, 59), at(2026, 10, 1), at(2027, 1, 1)],
  ['last-quarter', at(2026, 10, 1), at(2026, 7, 1), at(2026, 10, 1)],
])('the range %s at %i starts and ends with a day of the reader', (range, nowMs, fromMs, toMs) => {
  const read = readRange({ range }, nowMs);
  expect(read).toMatchObject({ key: range, fromMs, toMs });
  expect(read.untilMs === undefined).toBe(toMs !== undefined);
  expect(rangeLabel(read)).toMatch(
    /^(Today|Yesterday|This week|Last week|This month|Last month|This quarter|Last quarter)$/,
  );
});
