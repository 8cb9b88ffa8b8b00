import { expect, test } from 'vitest';
import { isDay, readIsoMs, readIsoNs } from './read-time.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);

test.each([
  ['2026-11-20', NOON_MS - 12 * 3_600_000],
  ['2026-11-20T12:00Z', NOON_MS],
  ['2026-11-20T12:00:00.5+00:00', NOON_MS + 500],
  ['2026-11-20T17:30:00+05:30', NOON_MS],
  ['1969-12-31T23:59:59.999Z', -1],
  ['1969-12-31T23:59:59.999999999Z', -1],
])('reads %s', (text, ms) => {
  expect(readIsoMs(text)).toBe(ms);
});

test.each([
  "' OR '1'='1",
  '2026',
  '2026-11',
  '2026-001',
  '2026-02-30',
  '2026-02-30T00:00:00Z',
  '2023-02-29',
  '20 Nov 2026',
  'Nov 20 2026',
  '2026-11-20 12:00',
  '2026-11-20T12:00',
  '2026-11-20t12:00:00z',
  '2026-11-20T25:00Z',
  '2026-11-20T12:00:00+99:00',
  '+2026-11-20',
  ' 2026-11-20',
  '2026-11-20Z',
  '2026-11-20T',
  '1763596800000',
  '',
])('does not read %j', (text) => {
  expect(readIsoNs(text)).toBeUndefined();
  expect(isDay(text)).toBe(false);
});

test('reads a time without an offset only with a default, whatever the time zone of the server is', () => {
  expect(readIsoNs('2026-11-20T12:00:00.000000001', 'Z')).toBe(BigInt(NOON_MS) * 1_000_000n + 1n);
});
