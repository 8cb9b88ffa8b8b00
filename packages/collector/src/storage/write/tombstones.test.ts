import { expect, test } from 'vitest';

import { Tombstones } from './tombstones.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 29);
const YEAR_MS = 365 * 24 * HOUR_MS;

test.each([
  ['before the erasure', NOW_MS - HOUR_MS, NOW_MS - 2 * HOUR_MS, true],
  ['after the erasure', NOW_MS - HOUR_MS, NOW_MS - HOUR_MS / 2, false],
  ['now, erased by a clock that was a year ahead', NOW_MS + YEAR_MS, NOW_MS + HOUR_MS, false],
  ['an hour ago, erased by a clock that was a year ahead', NOW_MS + YEAR_MS, NOW_MS - HOUR_MS, true],
  ['now, erased by a clock that is minutes ahead', NOW_MS + 4 * 60_000, NOW_MS, true],
])('what began %s', (_name, erasedAtMs, startMs, isStopped) => {
  const tombstones = new Tombstones(() => NOW_MS);
  tombstones.add('p', 'user', 'ada', erasedAtMs);
  const startNs = BigInt(startMs) * 1_000_000n;
  expect(tombstones.stops('p', 'user', 'ada', startNs)).toBe(isStopped);
  expect(tombstones.stops('p', 'user', 'bob', startNs)).toBe(false);
  expect(tombstones.stops('q', 'user', 'ada', startNs)).toBe(false);
});
