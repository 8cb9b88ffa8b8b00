import { expect, test } from 'vitest';

import { readExactRange, readRange } from './read-range.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12, 7);

test.each([
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T09:30Z', '2026-11-20T09:30:00.000Z'],
  ['2026-11-20T00:00:00+05:30', '2026-11-19T18:30:00.000Z'],
  ['2026-11-20T00:00:00.123456789-08:00', '2026-11-20T08:00:00.123Z'],
  ['1763596800000', '2025-11-20T00:00:00.000Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['1900-01-01', '1970-01-01T00:00:00.000Z'],
])('reads from=%s as %s', (from, expected) => {
  const { fromNs = -1n } = readExactRange({ from }, NOW_MS);
  expect(new Date(Number(fromNs / 1_000_000n)).toISOString()).toBe(expected);
});

test.each([
  "' OR '1'='1",
  '2026-11-20T09:30:00',
  '2026-02-30',
  '2026-13-01',
  '2026-11-20T25:00Z',
  '20 Nov 2026',
  '-5',
  '1e3',
  '',
  ' 2026-11-20',
  '2026-11-20T09:30:00.1234567890Z',
])('rejects the time %s', (from) => {
  expect(() => readExactRange({ from }, NOW_MS)).toThrow(/from must be ISO 8601/);
});

test('keeps nanoseconds for calls, and rounds the range of sums to quarters of an hour', () => {
  const query = { from: '2026-11-20T10:14:59.999999999Z', to: '2026-11-20T10:30:00.000000001Z' };
  const { fromNs = 0n, toNs = 0n } = readExactRange(query, NOW_MS);
  expect(toNs - fromNs).toBe(900_000_000_002n);
  const { fromMs = 0, toMs = 0 } = readRange(query, NOW_MS);
  expect([new Date(fromMs).toISOString(), new Date(toMs).toISOString()]).toEqual([
    '2026-11-20T10:00:00.000Z',
    '2026-11-20T10:45:00.000Z',
  ]);
});

test('does not change a bound on a quarter of an hour', () => {
  const at = Date.UTC(2026, 10, 19, 18, 30);
  expect(readRange({ from: String(at), to: String(at + 900_000) }, NOW_MS)).toEqual({
    fromMs: at,
    toMs: at + 900_000,
  });
});

test.each([
  [
    'a range that starts before now ends with the current quarter of an hour',
    { from: '2026-11-19' },
    '2026-11-20T12:15:00.000Z',
  ],
  ['a range that starts after now has no end', { from: '2026-11-21' }, undefined],
  ['a range without a start has no end', {}, undefined],
  ['a start after 2106 has no end', { from: '9999-01-01', to: '9999-06-01' }, undefined],
  ['an end after 2106 is no end', { from: '2026-11-19', to: '9999-01-01' }, undefined],
  ['keeps an explicit end', { from: '2026-11-19', to: '2026-11-22' }, '2026-11-22T00:00:00.000Z'],
])('%s', (_, query, end) => {
  const { toMs } = readRange(query, NOW_MS);
  expect(toMs === undefined ? undefined : new Date(toMs).toISOString()).toBe(end);
});

test('rejects a range that ends before it begins', () => {
  expect(() => readRange({ from: '2026-11-20', to: '2026-11-20' }, NOW_MS)).toThrow(/from must be before to/);
});
