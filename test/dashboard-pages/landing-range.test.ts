import { expect, test } from 'vitest';
import { landingRange } from '../../packages/collector/src/storage/read/query/range.ts';
import { rangeQuery, readRange } from '../../packages/dashboard/src/url/range.ts';

test.each([
  ['between two quarters of an hour', '2026-11-20T12:07:03.123Z'],
  ['at a whole hour', '2026-11-20T12:00:00.000Z'],
  ['in the last minute of a quarter of an hour', '2026-11-20T12:14:00.001Z'],
  ['before midnight', '2026-03-01T23:59:59.999Z'],
])('the collector prepares the range that the landing page requests, %s', (_, now) => {
  const nowMs = Date.parse(now);
  const { fromMs, toMs } = landingRange(nowMs);
  expect({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }).toEqual(
    rangeQuery(readRange({}, nowMs)),
  );
});
