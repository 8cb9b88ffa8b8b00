import { expect, test } from 'vitest';

import { SAMPLE_RUNAWAY_THREAD, sampleScenes } from './sample-scenes.ts';

test.each([
  ['in the first seconds of a month', '2026-12-01T00:00:05Z', '2026-12-01T00:00:00Z'],
  ['in the first hour of a year', '2027-01-01T00:40:00Z', '2027-01-01T00:00:00Z'],
  ['three hours after a month began', '2026-12-01T03:00:00Z', '2026-12-01T00:14:00Z'],
  ['within a month', '2026-11-20T12:00:00Z', '2026-11-20T09:14:00Z'],
])('the user who costs more than they pay does so in the current month, %s', (_when, now, first) => {
  const nowMs = Date.parse(now);
  let at = 0;
  const starts = sampleScenes(nowMs, () => (at = (at + 1) % 16) / 16)
    .filter(({ attributes }) => attributes['session.id'] === SAMPLE_RUNAWAY_THREAD)
    .map(({ startTimeUnixNano }) => Number(startTimeUnixNano / 1_000_000n));
  expect(starts).toHaveLength(24);
  expect(new Date(Math.min(...starts))).toEqual(new Date(first));
  expect(Math.max(...starts)).toBeLessThan(nowMs);
});
