import { toUnits } from '@userspan/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Calendar } from '../../metering/calendar.ts';
import { figuresOf, FILTERS, INPUT, openScopeCollector, show } from '../../testing/scope-input.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { NOON_MS } from '../../testing/trace-of.ts';

let collector: TestCollector;

beforeAll(async () => {
  collector = await openScopeCollector();
}, 60_000);
afterAll(async () => {
  await collector.close();
});

interface Period {
  readonly name: string;
  readonly from: string;
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly spent: string;
  readonly projected: string;
  readonly projectedUnpricedCalls: number;
}

const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Asia/Kathmandu'];

describe.each(FILTERS)('%s', (query, keeps) => {
  test('month and quarter to date follow the calendar of a time zone', async () => {
    for (const zone of zones) {
      const seen = await collector.get<{ readonly month: Period; readonly quarter: Period }>(
        `/api/to-date?${query}&tz=${encodeURIComponent(zone)}`,
        'scope',
      );
      // The quarter began before the first call. November began at a different time in each zone.
      const month = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' });
      const all = INPUT.filter(keeps);
      const ofMonth = all.filter(({ atMs }) => month.format(atMs) === '2026-11');
      for (const [period, inputs, name] of [
        [seen.month, ofMonth, '2026-11'],
        [seen.quarter, all, '2026-Q4'],
      ] as const) {
        const { calls, unpricedCalls, costExact } = figuresOf(inputs);
        expect(period).toMatchObject({ name, calls, unpricedCalls, spent: costExact ?? '0' });
        expect(period.projectedUnpricedCalls).toBe(unpricedCalls);
        // There was no spend in the last seven days, so the projection equals the spend of the period.
        expect(period.projected).toBe(show(toUnits(period.spent)));
        expect(month.format(Date.parse(period.from))).toBe(name === '2026-11' ? '2026-11' : '2026-10');
        expect(month.format(Date.parse(period.from) - 1)).not.toBe(month.format(Date.parse(period.from)));
      }
    }
  });
});

test('rejects unknown parameters', async () => {
  for (const url of ['/api/to-date?from=2026-11-01', '/api/to-date?tz=Mars/Base', '/api/to-date?modle=x']) {
    const reply = await collector.app.inject({ url, headers: { 'x-project': 'scope' } });
    expect(reply.statusCode).toBe(400);
  }
});

test.each([
  [
    'UTC',
    '2026-11-15T12:00Z',
    '2026-11-01T00:00Z',
    '2026-12-01T00:00Z',
    '2026-10-01T00:00Z',
    '2027-01-01T00:00Z',
  ],
  // November begins in summer time and ends in winter time.
  [
    'America/Los_Angeles',
    '2026-11-15T12:00Z',
    '2026-11-01T07:00Z',
    '2026-12-01T08:00Z',
    '2026-10-01T07:00Z',
    '2027-01-01T08:00Z',
  ],
  [
    'Asia/Kolkata',
    '2026-10-31T18:30Z',
    '2026-10-31T18:30Z',
    '2026-11-30T18:30Z',
    '2026-09-30T18:30Z',
    '2026-12-31T18:30Z',
  ],
  [
    'Asia/Kathmandu',
    '2026-10-31T18:14Z',
    '2026-09-30T18:15Z',
    '2026-10-31T18:15Z',
    '2026-09-30T18:15Z',
    '2026-12-31T18:15Z',
  ],
  [
    'Pacific/Kiritimati',
    '2026-12-31T10:00Z',
    '2026-12-31T10:00Z',
    '2027-01-31T10:00Z',
    '2026-12-31T10:00Z',
    '2027-03-31T10:00Z',
  ],
  // The midnight at which this month began was skipped by a clock change.
  [
    'America/Asuncion',
    '2017-10-01T12:00Z',
    '2017-10-01T04:00Z',
    '2017-11-01T03:00Z',
    '2017-10-01T04:00Z',
    '2018-01-01T03:00Z',
  ],
])('returns the month and quarter of %s at %s', (zone, now, monthFrom, monthTo, quarterFrom, quarterTo) => {
  const { month, quarter } = new Calendar(zone).periodsOf(Date.parse(now));
  const times = [month.fromMs, month.toMs, quarter.fromMs, quarter.toMs];
  expect(times.map((ms) => new Date(ms).toISOString())).toEqual(
    [monthFrom, monthTo, quarterFrom, quarterTo].map((text) => new Date(text).toISOString()),
  );
});

test('lists users by the change of their cost, in pages', async () => {
  const fromMs = NOON_MS - 22 * 86_400_000;
  const url = `/api/users?sort=change&include=before&from=${fromMs}`;
  interface Page {
    readonly data: readonly { readonly id: string; readonly cost: number; readonly costBefore: number }[];
    readonly nextCursor: string | null;
  }
  for (const order of ['asc', 'desc'] as const) {
    const whole = await collector.get<Page>(`${url}&order=${order}`, 'scope');
    const changes = whole.data.map(({ cost, costBefore }) => (cost ?? 0) - (costBefore ?? 0));
    expect(changes.length).toBe(5);
    expect(new Set(changes).size).toBe(5);
    expect(changes).toEqual(changes.toSorted((a, b) => (order === 'asc' ? a - b : b - a)));
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await collector.get<Page>(`${url}&order=${order}&limit=2${cursor}`, 'scope');
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== '');
    expect(ids).toEqual(whole.data.map(({ id }) => id));
  }
});
