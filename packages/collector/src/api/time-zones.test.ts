import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { ZONES } from '../testing/reference/time-zones.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

const MINUTE_MS = 60_000;
/** A call every seven minutes for twelve days, during which clocks change in Europe and America. */
const END_MS = Date.UTC(2026, 10, 3, 12);
const TIMES = Array.from({ length: (12 * 24 * 60) / 7 }, (_, at) => END_MS - at * 7 * MINUTE_MS - 1);

let collector: TestCollector;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  const spans = TIMES.map((time, at) => ({
    id: at + 1,
    trace: at + 1,
    project: 'zones',
    atMs: time - NOON_MS,
    attributes: { ...call(), ...user(`u${at % 3}`) },
  }));
  await collector.pipeline.write(batch(...spans));
}, 60_000);
afterAll(async () => {
  await collector.close();
});

interface Point {
  readonly at: string;
  readonly calls: number;
}

/** Number of calls by local day or hour, calculated with Intl. */
function expectedBy(timeZone: string, bucket: 'day' | 'hour'): readonly number[] {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hourCycle: 'h23',
    ...(bucket === 'hour' ? { hour: '2-digit', timeZoneName: 'longOffset' } : {}),
  });
  const counts = new Map<string, number>();
  for (const time of TIMES.toReversed()) {
    const key = format.format(time);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()];
}

test.each(ZONES)('counts calls by days, hours and ranges of %s', async (zone) => {
  const read = async (path: string): Promise<readonly Point[]> =>
    (await collector.get<{ data: readonly Point[] }>(path, 'zones')).data;
  const tz = encodeURIComponent(zone);
  const days = await read(`/api/usage?bucket=day&tz=${tz}`);
  expect(days.map(({ calls }) => calls)).toEqual(expectedBy(zone, 'day'));
  const hours = await read(`/api/usage?bucket=hour&tz=${tz}`);
  expect(hours.map(({ calls }) => calls)).toEqual(expectedBy(zone, 'hour'));
  // The range of each day in the chart has the chart's figures: in the summary, for one user, and call by call.
  const [, second, third] = days;
  const range = `from=${second?.at}&to=${third?.at}`;
  const own = TIMES.filter(
    (time) => time >= Date.parse(second?.at ?? '') && time < Date.parse(third?.at ?? ''),
  );
  expect(second?.calls).toBe(own.length);
  expect(await collector.get(`/api/summary?${range}`, 'zones')).toMatchObject({ calls: own.length });
  const ofUser = own.filter((time) => TIMES.indexOf(time) % 3 === 1).length;
  expect(await collector.get(`/api/users/u1?${range}`, 'zones')).toMatchObject({ calls: ofUser });
  expect(await read(`/api/users/u1/usage?bucket=day&tz=${tz}&${range}`)).toMatchObject([{ calls: ofUser }]);
  expect(await read(`/api/calls?limit=500&${range}`)).toHaveLength(own.length);
});

test('marks and counts calls with a wrong clock, and excludes them from ranges that end now', async () => {
  const project = 'clocks';
  const day = 86_400_000;
  const sent = [
    ['now', 0],
    ['minutes-ahead', 4 * MINUTE_MS],
    ['tomorrow', day],
    ['far', Date.UTC(2262, 0, 1) - NOON_MS],
    ['epoch', -NOON_MS],
  ] as const;
  const spans = sent.map(([id, atMs], at) => ({
    id: 10_001 + at,
    trace: 10_001 + at,
    project,
    atMs,
    attributes: { ...call(), ...user(id), 'session.id': `of-${id}` },
  }));
  const endsFirst = {
    id: 10_101,
    trace: 10_101,
    project,
    atMs: -MINUTE_MS,
    durationMs: -day,
    attributes: { ...call(), ...user('ends-first'), 'session.id': 'of-ends-first' },
  };
  await collector.pipeline.write(batch(...spans, endsFirst));
  const { data: calls } = await collector.get<{ data: readonly object[] }>('/api/calls', project);
  expect(
    calls.map((each) => {
      const { userId, at, misdated } = each as { userId: string; at: string; misdated: string | null };
      return [userId, at, misdated];
    }),
  ).toEqual([
    ['far', '2262-01-01T00:00:00.000Z', 'future'],
    ['tomorrow', '2026-11-21T12:00:00.000Z', 'future'],
    ['minutes-ahead', '2026-11-20T12:04:00.000Z', null],
    ['now', '2026-11-20T12:00:00.000Z', null],
    ['ends-first', '2026-11-20T11:59:00.000Z', null],
    ['epoch', '1970-01-01T00:00:00.000Z', 'past'],
  ]);
  const misdated = { future: 2, past: 1 };
  expect(await collector.get('/api/summary', project)).toMatchObject({ calls: 6, misdated });
  const lastDays = `from=${NOON_MS - 7 * day}&to=${NOON_MS + 15 * MINUTE_MS}`;
  expect(await collector.get(`/api/summary?${lastDays}`, project)).toMatchObject({ calls: 3, misdated });
  // In every route, a range without an end ends now.
  const from = NOON_MS - 7 * day;
  for (const path of [
    'summary',
    'users',
    'groups',
    'models',
    'tags',
    'services',
    'movers',
    'distribution',
    'calls',
    'threads',
    'usage',
    'usage?bucket=hour',
    'usage?by=user',
    'users?include=trend,threads',
    'users/now',
    'users/far',
    'users/far/usage',
    'users/far/calls',
    'users/tomorrow/threads',
  ]) {
    const url = `/api/${path}${path.includes('?') ? '&' : '?'}from=${from}`;
    const open = await collector.get(url, project);
    expect([path, open]).toEqual([
      path,
      await collector.get(`${url}&to=${NOON_MS + 60 * MINUTE_MS}`, project),
    ]);
    // The user is shown with the times of its own calls.
    if (path !== 'users/far') {
      expect(`${path} ${JSON.stringify(open)}`).not.toMatch(/"(2262|2026-11-21)/);
    }
  }
  expect(await collector.get(`/api/usage?from=${NOON_MS + day}`, project)).toMatchObject({
    total: { calls: 2 },
  });
  expect(await collector.get('/api/summary?q=epoch', project)).toMatchObject({
    calls: 1,
    misdated: { future: 0, past: 1 },
  });
  for (const list of ['users', 'threads']) {
    const { data } = await collector.get<{ data: readonly { firstSeen: string; lastSeen: string }[] }>(
      `/api/${list}`,
      project,
    );
    expect(data).toHaveLength(6);
    expect(data.filter(({ firstSeen, lastSeen }) => lastSeen < firstSeen)).toEqual([]);
  }
});
