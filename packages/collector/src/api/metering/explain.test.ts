import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

const QUARTER_MS = 900_000;
/** Of the test collector's clock, 13:00 UTC. */
const NOW_AFTER_NOON_MS = 3_600_000;

let collector: TestCollector;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  // A call of $0.25 in every quarter of an hour of six days.
  const calls = Array.from({ length: 6 * 96 }, (_, at) => ({
    id: at + 1,
    trace: at + 1,
    atMs: NOW_AFTER_NOON_MS - at * QUARTER_MS,
    attributes: { ...call(), ...user('ada') },
  }));
  await collector.pipeline.write(batch(...calls));
}, 60_000);
afterAll(() => collector.close());

test.each([
  [1, '', '24'],
  [3, '', '72'],
  [2, '&user=ada', '48'],
])('the cost of the last %i days is compared with that of as much time: %s', async (days, of, cost) => {
  expect(await collector.get(`/api/explain?days=${days}${of}`)).toEqual({
    before: cost,
    after: cost,
    claimedBefore: '0',
    claimedAfter: '0',
    parts: [],
  });
});
