import { expect, test } from 'vitest';

import { tombstoneHash, Tombstones } from './tombstones.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 29);
const YEAR_MS = 365 * 24 * HOUR_MS;

test.each([
  ['before the erasure', NOW_MS - HOUR_MS, NOW_MS - 2 * HOUR_MS, true],
  ['after the erasure', NOW_MS - HOUR_MS, NOW_MS - HOUR_MS / 2, false],
  ['now, erased by a clock that was a year ahead', NOW_MS + YEAR_MS, NOW_MS + HOUR_MS, false],
  ['an hour ago, erased by a clock that was a year ahead', NOW_MS + YEAR_MS, NOW_MS - HOUR_MS, true],
  ['now, erased by a clock that is minutes ahead', NOW_MS + 4 * 60_000, NOW_MS, true],
])('decides whether a call is erased that began %s', (_name, erasedAtMs, startMs, isStopped) => {
  const tombstones = new Tombstones(() => NOW_MS);
  tombstones.add('p', 'user', 'ada', erasedAtMs);
  const startNs = BigInt(startMs) * 1_000_000n;
  expect(tombstones.stops('p', 'user', 'ada', startNs)).toBe(isStopped);
  expect(tombstones.stops('p', 'user', 'bob', startNs)).toBe(false);
  expect(tombstones.stops('q', 'user', 'ada', startNs)).toBe(false);
});

test('an erasure by a clock that was a year ahead ends at its first read, not at later reads', async () => {
  let nowMs = NOW_MS;
  const tombstones = new Tombstones(() => nowMs);
  const reader = {
    readTombstones: async () => new Map([[tombstoneHash('p', 'user', 'ada'), NOW_MS + YEAR_MS]]),
    readTombstonesOf: async () => [],
  };
  await tombstones.load(reader);
  nowMs += HOUR_MS;
  // A call that arrives after its start.
  const startNs = BigInt(NOW_MS + HOUR_MS / 2) * 1_000_000n;
  expect(tombstones.stops('p', 'user', 'ada', startNs)).toBe(false);
  await tombstones.load(reader);
  expect(tombstones.stops('p', 'user', 'ada', startNs)).toBe(false);
  expect(tombstones.stops('p', 'user', 'ada', BigInt(NOW_MS - 1) * 1_000_000n)).toBe(true);
  // A later erasure counts.
  tombstones.add('p', 'user', 'ada', nowMs);
  expect(tombstones.stops('p', 'user', 'ada', startNs)).toBe(true);
});
