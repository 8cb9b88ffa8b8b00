import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

/** The times of calls whose senders have wrong clocks, beside one of today. Sums end in 2106. */
const TIMES = ['1970-01-01T00:00:00Z', '2026-11-20T12:00:00Z', '2110-01-01', '2150-01-01', '2200-01-01'];

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
  const spans = TIMES.map((time, at) => ({
    trace: at + 1,
    id: 1,
    atMs: Date.parse(time) - NOON_MS,
    attributes: { ...call(), ...user('ada'), 'session.id': `thread ${at}` },
  }));
  await collector.pipeline.write(batch(...spans));
}, 60_000);
afterAll(() => collector.close());

test.each<[query: string, calls: number]>([
  ['', 5],
  ['from=0', 2],
  ['from=2026-11-20', 1],
  ['from=2100-01-01', 3],
  ['from=2106-02-07T03:00Z', 3],
  ['from=2106-02-07T03:00Z&to=2106-02-07T05:00Z', 0],
  ['from=2150-06-01', 3],
  ['from=9999-01-01', 3],
  ['from=999999999999999', 3],
  ['to=2100-01-01', 2],
  ['to=2130-01-01', 5],
  ['to=9999-12-31', 5],
  ['from=2026-11-20&to=9999-12-31', 4],
  ['from=2150-06-01&to=2160-01-01', 3],
  ['from=9999-01-01&to=9999-12-31', 3],
])('sums and lists have the same calls: %s', async (query, calls) => {
  const summary = await collector.get<{ calls: number }>(`/api/summary?${query}`);
  const list = await collector.get<{ data: object[] }>(`/api/calls?${query}`);
  const ofUser = await collector.get<{ data: object[] }>(`/api/users/ada/calls?${query}`);
  const users = await collector.get<{ data: { calls: number }[] }>(`/api/users?${query}`);
  expect({
    summary: summary.calls,
    list: list.data.length,
    ofUser: ofUser.data.length,
    users: users.data.reduce((sum, each) => sum + each.calls, 0),
  }).toEqual({ summary: calls, list: calls, ofUser: calls, users: calls });
});
