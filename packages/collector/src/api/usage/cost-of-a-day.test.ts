import { sumExact } from '@userspan/pricing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { USER_SORTS } from '../../storage/read/users/users-query.ts';
import { THREAD_SORTS } from '../../storage/read/threads/threads-query.ts';
import { FILTERS, INPUT, openScopeRoom, ownerOf } from '../../testing/scope-input.ts';
import type { Input } from '../../testing/scope-input.ts';
import type { StoreRoom } from '../../testing/store-room.ts';
import { ZONES } from '../../testing/time-zones.ts';
import { ALL_SORTS } from './breakdown-rows.ts';

/** Every cost in the API for one day is the sum of the exact costs of its calls, in any time zone, filter and order. */

/** In the United States this day has 25 hours. */
const DAY = '2026-11-01';
const DAY_FILTERS = FILTERS.filter(([query]) =>
  ['', 'group=acme', 'model=gpt-4o', 'tag=search', 'prop.plan=pro&tag=chat&service=chat'].includes(query),
);
const ORDERED = [
  ...USER_SORTS.map((sort) => ['users', sort] as const),
  ...(['groups', 'models', 'tags', 'services'] as const).flatMap((list) =>
    ALL_SORTS.map((sort) => [list, sort] as const),
  ),
];

/**
 * 30 zones × 5 filters × 55 orders take minutes; `USERSPAN_FULL_MATRIX=1` runs them all. By default each zone has one of
 * the filters, and each order comes once.
 */
const isFull = process.env['USERSPAN_FULL_MATRIX'] === '1';
const CASES = ZONES.flatMap((zone, at) =>
  DAY_FILTERS.flatMap(([query, keeps], of) => {
    const isChosen = isFull || at % DAY_FILTERS.length === of;
    const orders = ORDERED.filter((_, order) => isFull || order % ZONES.length === at);
    return isChosen ? [{ zone, query, keeps, orders }] : [];
  }),
);

interface Row {
  readonly userId?: string | null;
  readonly id?: string;
  readonly at?: string;
  readonly costExact: string | null;
}

interface Answer {
  readonly data: readonly Row[];
  readonly total?: Row;
  readonly totals?: Row;
  readonly unattributed?: Row;
  readonly costExact?: string | null;
}

let room: StoreRoom;

beforeAll(async () => {
  room = await openScopeRoom();
}, 60_000);
afterAll(() => room.close());

const get = (path: string): Promise<Answer> => room.get<Answer>(`/api${path}`, 'scope');
const sum = (rows: readonly Pick<Row, 'costExact'>[]): string =>
  sumExact(rows.map(({ costExact }) => costExact ?? '0'));
const costOf = (inputs: readonly Input[]): string => sumExact(inputs.map(({ usd }) => usd ?? '0'));

/** The first moment of a local day, found without the code under test. */
function startOf(day: string, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const quarter = 900_000;
  for (let at = Date.parse(`${day}T00:00Z`) - 15 * 3_600_000; ; at += quarter) {
    if (format.format(at) === day) return at;
  }
}

/** Costs of a table that was asked for as text/csv. */
async function csvCosts(path: string): Promise<Row[]> {
  const headers = { 'x-project': 'scope', accept: 'text/csv' };
  const { body, statusCode } = await room.app.inject({ url: `/api${path}`, headers });
  expect(statusCode, body).toBe(200);
  const [head = [], ...rows] = body
    .trim()
    .split('\r\n')
    .map((line) => line.replaceAll(/"(?:[^"]|"")*"/g, 'quoted').split(','));
  const column = head.indexOf('costExact');
  return rows.map((cells) => ({ costExact: cells[column] || null }));
}

describe.each(CASES)('$zone, $query', ({ zone, query, keeps, orders }) => {
  const fromMs = startOf(DAY, zone);
  const toMs = startOf('2026-11-02', zone);
  const scope = `${query === '' ? '' : `${query}&`}from=${fromMs}&to=${toMs}`;
  const tz = `tz=${encodeURIComponent(zone)}`;
  const inputs = INPUT.filter((input) => keeps(input) && input.atMs >= fromMs && input.atMs < toMs);
  const named = inputs.filter((input) => ownerOf(input) !== undefined);
  const all = costOf(inputs);
  const ofUsers = costOf(named);
  const isOfUsers = /group|prop/.test(query);
  const expected = {
    users: ofUsers,
    groups: ofUsers,
    models: all,
    services: all,
    tags: costOf(
      inputs.flatMap((input) => input.tags.map(() => input).concat(input.tags.length === 0 ? input : [])),
    ),
  };

  test('summary, series, lists, exports', async () => {
    expect(inputs.length).toBeGreaterThan(isOfUsers ? 0 : 5);
    const ids = new Set(named.map(({ person }) => person?.id));
    // Groups and properties are of users: the list of calls has no such filter.
    const callScope = scope.replaceAll(/(group|prop\.plan)=\w+&/g, '');
    const isWanted = ({ userId }: Row): boolean => !isOfUsers || (userId != null && ids.has(userId));
    const calls = (await get(`/calls?${callScope}&limit=500`)).data.filter(isWanted);
    expect([calls.length, sum(calls)]).toEqual([inputs.length, all]);

    const summary = await get(`/summary?${scope}`);
    expect(summary.costExact ?? '0').toBe(all);
    expect(summary.unattributed?.costExact ?? '0').toBe(
      costOf(inputs.filter((input) => !named.includes(input))),
    );
    const list = await get(`/users?${scope}`);
    expect([sum(list.data), list.totals?.costExact ?? '0']).toEqual([ofUsers, ofUsers]);
    expect((await get(`/distribution?${scope}`)).costExact ?? '0').toBe(ofUsers);

    const day = await get(`/usage?${scope}&${tz}&bucket=day`);
    expect(day.data.filter(({ costExact }) => costExact !== '0')).toHaveLength(1);
    expect(Date.parse(day.data[0]?.at ?? '')).toBe(fromMs);
    expect([sum(day.data), day.total?.costExact]).toEqual([all, all]);
    for (const more of ['hour&by=model', 'day&by=service', 'day&by=group', 'day&by=provider']) {
      const { data, total } = await get(`/usage?${scope}&${tz}&bucket=${more}`);
      expect([more, sum(data), total?.costExact]).toEqual([more, all, all]);
    }
    const byTag = await get(`/usage?${scope}&${tz}&bucket=day&by=tag`);
    expect([sum(byTag.data), byTag.total?.costExact]).toEqual([expected.tags, all]);
    const table = await get(`/usage?${scope}&${tz}&by=user&bucket=day`);
    expect([sum(table.data), table.total?.costExact]).toEqual([all, all]);
  });

  test.runIf(isFull || ZONES.indexOf(zone) < DAY_FILTERS.length)('as CSV', async () => {
    if (!isOfUsers) expect(sum(await csvCosts(`/calls?${scope}`))).toBe(all);
    expect(sum(await csvCosts(`/users?${scope}`))).toBe(ofUsers);
    expect(sum(await csvCosts(`/usage?${scope}&${tz}&by=user&bucket=day`))).toBe(all);
  });

  test('every order', async () => {
    for (const [list, sort] of orders) {
      const { data, totals } = await get(`/${list}?${scope}&sort=${sort}&limit=500`);
      expect([list, sort, sum(data)]).toEqual([list, sort, expected[list]]);
      expect(totals?.costExact ?? '0').toBe(list === 'users' ? ofUsers : all);
    }
  });

  test.runIf(query === '')('threads and each user', async () => {
    // A thread is shown as a whole where any of it is in the range.
    const threads = new Map<string, Input[]>();
    for (const input of INPUT.filter(({ thread }) => thread !== undefined)) {
      const key = `${input.person?.id} ${input.thread}`;
      threads.set(key, [...(threads.get(key) ?? []), input]);
    }
    const inThreads = costOf(
      [...threads.values()].flatMap((own) =>
        own.some(({ atMs, durationMs }) => atMs + durationMs >= fromMs) && own.some(({ atMs }) => atMs < toMs)
          ? own
          : [],
      ),
    );
    for (const sort of isFull ? THREAD_SORTS : (['cost'] as const)) {
      const { data } = await get(`/threads?from=${fromMs}&to=${toMs}&sort=${sort}&limit=500`);
      expect([sort, sum(data)]).toEqual([sort, inThreads]);
    }
    const range = `from=${fromMs}&to=${toMs}`;
    for (const id of new Set(named.map((input) => ownerOf(input)?.id ?? ''))) {
      const own = costOf(named.filter((input) => ownerOf(input)?.id === id));
      const series = await get(`/users/${id}/usage?${range}&${tz}&bucket=hour`);
      const shown = [
        (await get(`/users/${id}?${range}`)).costExact ?? '0',
        sum((await get(`/users/${id}/calls?${range}&limit=500`)).data),
        sum(series.data),
        series.total?.costExact,
      ];
      expect([id, ...shown]).toEqual([id, own, own, own, own]);
    }
  });
});

test('roll-ups agree with the calls', async () => {
  expect(await room.differences('scope')).toEqual([]);
});
