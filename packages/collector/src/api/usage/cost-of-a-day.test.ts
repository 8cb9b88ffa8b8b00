import { sumExact } from '@userspan/pricing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { USER_SORTS } from '../../storage/read/users/users-query.ts';
import { THREAD_SORTS } from '../../storage/read/threads/threads-query.ts';
import { keepAnswers } from '../../testing/keep-answers.ts';
import { startOfDay } from '../../testing/start-of-day.ts';
import { costOf, FILTERS, INPUT, keepsOf, openScopeCollector, ownerOf } from '../../testing/scope-input.ts';
import type { Input } from '../../testing/scope-input.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { ZONES } from '../../testing/reference/time-zones.ts';
import { ALL_SORTS } from './breakdown-rows.ts';

// Every cost that the API returns for one day equals the sum of the exact costs of its calls, for any time zone, filter and order.

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
 * `npm run cost-matrix` (`USERSPAN_FULL_MATRIX=1`) tests 30 zones × 5 filters × 62 orders. By default, each zone
 * has one of the filters, and each order is used once.
 */
const isFull = process.env['USERSPAN_FULL_MATRIX'] === '1';

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

let collector: TestCollector;

beforeAll(async () => {
  collector = await openScopeCollector();
  keepAnswers(collector.store);
}, 60_000);
afterAll(() => collector.close());

const get = <T = Answer>(path: string): Promise<T> => collector.get<T>(`/api${path}`, 'scope');
const sum = (rows: readonly Pick<Row, 'costExact'>[]): string =>
  sumExact(rows.map(({ costExact }) => costExact ?? '0'));

/** Costs of a table requested as text/csv. */
async function csvCosts(path: string, name = 'costExact'): Promise<Row[]> {
  const headers = { 'x-project': 'scope', accept: 'text/csv' };
  const { body, statusCode } = await collector.app.inject({ url: `/api${path}`, headers });
  expect(statusCode, body).toBe(200);
  const [head = [], ...rows] = body
    .trim()
    .split('\r\n')
    .map((line) => line.replaceAll(/"(?:[^"]|"")*"/g, 'quoted').split(','));
  const column = head.indexOf(name);
  expect(column).toBeGreaterThanOrEqual(0);
  return rows.map((cells) => ({ costExact: cells[column] || null }));
}

/** A day of a zone, its calls that match the filter, and the tested orders. */
interface Day {
  readonly fromMs: number;
  readonly toMs: number;
  readonly query: string;
  readonly range: string;
  readonly scope: string;
  readonly tz: string;
  readonly isOfUsers: boolean;
  readonly inputs: readonly Input[];
  readonly named: readonly Input[];
  readonly orders: typeof ORDERED;
}

function dayOf(zone: string, [query, keeps]: (typeof DAY_FILTERS)[number]): Day {
  const fromMs = startOfDay(DAY, zone);
  const toMs = startOfDay('2026-11-02', zone);
  const range = `from=${fromMs}&to=${toMs}`;
  const inputs = INPUT.filter((input) => keeps(input) && input.atMs >= fromMs && input.atMs < toMs);
  return {
    fromMs,
    toMs,
    query,
    range,
    scope: query === '' ? range : `${query}&${range}`,
    tz: `tz=${encodeURIComponent(zone)}`,
    isOfUsers: /group|prop/.test(query),
    inputs,
    named: inputs.filter((input) => ownerOf(input) !== undefined),
    orders: ORDERED.filter((_, order) => isFull || order % ZONES.length === ZONES.indexOf(zone)),
  };
}

/** Each figure by name: the value of the API and the sum of the calls. */
type Figures = [name: string, shown: unknown, expected: unknown][];

async function sumsOf({ query, range, scope, tz, isOfUsers, inputs, named, fromMs }: Day): Promise<Figures> {
  const all = costOf(inputs);
  const ofUsers = costOf(named);
  const ids = new Set(named.map(({ person }) => person?.id));
  // Groups and properties are of users: the list of calls has no such filter.
  const callScope = scope.replaceAll(/(group|prop\.plan)=\w+&/g, '');
  const isWanted = ({ userId }: Row): boolean => !isOfUsers || (userId != null && ids.has(userId));
  const byTag = costOf(
    inputs.flatMap((input) => input.tags.map(() => input).concat(input.tags.length === 0 ? input : [])),
  );
  const series = ['hour&by=model', 'day&by=service', 'day&by=group', 'day&by=provider', 'day&by=tag'];
  const [calls, summary, list, spread, movers, toDate, day, table, ...split] = await Promise.all([
    get(`/calls?${callScope}&limit=500`),
    get(`/summary?${scope}`),
    get(`/users?${scope}&include=before,trend,median`),
    get<Answer & { readonly buckets: readonly Row[] }>(`/distribution?${scope}`),
    get<{
      readonly data: readonly { readonly id: string; readonly cost: number; readonly before: number }[];
    }>(`/movers?${scope}&limit=50`),
    get<{ readonly month: { readonly spent: string } }>(`/to-date?${query === '' ? '' : `${query}&`}${tz}`),
    ...['day', 'day&by=user', ...series].map((bucket) => get(`/usage?${scope}&${tz}&bucket=${bucket}`)),
  ]);
  const costsOf = (from: number, to: number): Record<string, number> => {
    const owners = new Map<string, Input[]>();
    for (const input of INPUT.filter((each) => keepsOf(query)(each) && each.atMs >= from && each.atMs < to)) {
      const id = ownerOf(input)?.id;
      if (id !== undefined) {
        owners.set(id, [...(owners.get(id) ?? []), input]);
      }
    }
    return Object.fromEntries(
      [...owners].map(([id, own]) => [id, Number(costOf(own))] as const).filter(([, cost]) => cost !== 0),
    );
  };
  const length = Number(/to=(\d+)/.exec(range)?.[1]) - fromMs;
  const moved = (of: 'cost' | 'before'): Record<string, number> =>
    Object.fromEntries(movers.data.filter((each) => each[of] !== 0).map((each) => [each.id, each[of]]));
  const month = INPUT.filter((input) => keepsOf(query)(input) && input.atMs >= fromMs);
  return [
    ['calls', sum(calls.data.filter(isWanted)), all],
    ['number of calls', calls.data.filter(isWanted).length, inputs.length],
    ['summary', summary.costExact ?? '0', all],
    [
      'summary, unattributed',
      summary.unattributed?.costExact ?? '0',
      costOf(inputs.filter((input) => !named.includes(input))),
    ],
    ['users', sum(list.data), ofUsers],
    ['users, total', list.totals?.costExact ?? '0', ofUsers],
    ['distribution', spread.costExact ?? '0', ofUsers],
    ['distribution, buckets', sum(spread.buckets), ofUsers],
    ['movers', moved('cost'), costsOf(fromMs, fromMs + length)],
    ['movers, before', moved('before'), costsOf(fromMs - length, fromMs)],
    ['month to date', toDate.month.spent, costOf(month)],
    [
      'days',
      day?.data.filter(({ costExact }) => costExact !== '0').map(({ at }) => Date.parse(at ?? '')),
      [fromMs],
    ],
    ['day', [sum(day?.data ?? []), day?.total?.costExact], [all, all]],
    ['chargeback', [sum(table?.data ?? []), table?.total?.costExact], [all, all]],
    ...split.map((answer, at): Figures[number] => [
      `series by ${series[at]}`,
      [sum(answer.data), answer.total?.costExact],
      [series[at] === 'day&by=tag' ? byTag : all, all],
    ]),
  ];
}

async function tablesOf({ scope, tz, isOfUsers, inputs, named }: Day): Promise<Figures> {
  const paths = [
    ...(isOfUsers ? [] : [`/calls?${scope}`]),
    ...['user&bucket=day', 'model&bucket=hour', 'service', 'provider'].map(
      (by) => `/usage?${scope}&${tz}&by=${by}`,
    ),
    ...['models', 'services'].map((list) => `/${list}?${scope}`),
  ];
  const tables = await Promise.all(paths.map((path) => csvCosts(path)));
  return [
    ['users as CSV', sum(await csvCosts(`/users?${scope}`)), costOf(named)],
    ...paths.map((path, at): Figures[number] => [`${path} as CSV`, sum(tables[at] ?? []), costOf(inputs)]),
  ];
}

/** Each list has each row once, with the same costs in each order. */
async function listsOf({ scope, inputs, named, orders }: Day): Promise<Figures> {
  const costsBy = (of: readonly Input[], keysOf: (input: Input) => readonly string[]): readonly string[] => {
    const keys = new Set(of.flatMap(keysOf));
    return [...keys].map((key) => costOf(of.filter((input) => keysOf(input).includes(key)))).toSorted();
  };
  const costs = {
    users: costsBy(named, (input) => [ownerOf(input)?.id ?? '']),
    groups: costsBy(named, (input) => [ownerOf(input)?.group ?? '']),
    models: costsBy(inputs, ({ model }) => [model]),
    services: costsBy(inputs, ({ service }) => [service]),
    tags: costsBy(inputs, ({ tags }) => (tags.length === 0 ? [''] : tags)),
  };
  const answers = await Promise.all(
    orders.map(([list, sort]) => get(`/${list}?${scope}&sort=${sort}&limit=500`)),
  );
  return answers.flatMap(({ data, totals }, at): Figures => {
    const [list, sort] = orders[at] ?? (['users', 'cost'] as const);
    const shown = data.map(({ costExact }) => costExact ?? '0').toSorted();
    return [
      [`${list} by ${sort}`, shown, costs[list]],
      [`${list} by ${sort}, total`, totals?.costExact ?? '0', costOf(list === 'users' ? named : inputs)],
    ];
  });
}

async function threadsOf({ range, fromMs, toMs }: Day): Promise<Figures> {
  // A thread is shown completely if one of its calls is in the range. Merged users have one thread together.
  const threads = new Map<string, Input[]>();
  for (const input of INPUT.filter(({ thread }) => thread !== undefined)) {
    const key = `${ownerOf(input)?.id} ${input.thread}`;
    threads.set(key, [...(threads.get(key) ?? []), input]);
  }
  const inThreads = costOf(
    [...threads.values()].flatMap((own) =>
      own.some(({ atMs }) => atMs >= fromMs && atMs < toMs) ? own : [],
    ),
  );
  const sorts = isFull ? THREAD_SORTS : (['cost'] as const);
  const answers = await Promise.all(sorts.map((sort) => get(`/threads?${range}&sort=${sort}&limit=500`)));
  return answers.map(({ data }, at) => [`threads by ${sorts[at]}`, sum(data), inThreads]);
}

async function usersOf({ range, tz, named }: Day): Promise<Figures> {
  const ids = [...new Set(named.map((input) => ownerOf(input)?.id ?? ''))];
  const figures = await Promise.all(
    ids.map(async (id): Promise<Figures> => {
      const own = costOf(named.filter((input) => ownerOf(input)?.id === id));
      const [user, calls, series] = await Promise.all([
        get(`/users/${id}?${range}`),
        get(`/users/${id}/calls?${range}&limit=500`),
        get(`/users/${id}/usage?${range}&${tz}&bucket=hour`),
      ]);
      const shown = [user.costExact ?? '0', sum(calls.data), sum(series.data), series.total?.costExact];
      return [[`user ${id}`, shown, [own, own, own, own]]];
    }),
  );
  return figures.flat();
}

describe.each(ZONES.map((zone, number) => ({ zone, number })))('$zone', ({ zone, number }) => {
  test.each(
    DAY_FILTERS.filter((_, at) => isFull || number % DAY_FILTERS.length === at).map((filter) => ({
      name: filter[0] || 'no filter',
      day: dayOf(zone, filter),
    })),
  )('$name', async ({ day }) => {
    expect(day.inputs.length).toBeGreaterThan(day.isOfUsers ? 0 : 5);
    const parts = [sumsOf(day), listsOf(day)];
    if (isFull || number < DAY_FILTERS.length) {
      parts.push(tablesOf(day));
    }
    if (day.query === '') {
      parts.push(threadsOf(day), usersOf(day));
    }
    const figures = (await Promise.all(parts)).flat();
    const byName = (value: 1 | 2): object =>
      Object.fromEntries(figures.map((each) => [each[0], each[value]]));
    expect(byName(1)).toEqual(byName(2));
  });
});

/** Figures that exist only for months and days in UTC. */
test('margin, forecast, budgets, exports and single calls equal the sum of the calls', async () => {
  const { status } = await collector.send(
    'PUT',
    '/api/budgets',
    { id: 'all', of: 'user', usd: '1000', period: 'month' },
    'scope',
  );
  expect(status).toBe(200);
  const november = INPUT.filter(({ atMs }) => atMs >= Date.UTC(2026, 10, 1));
  const named = november.filter((input) => ownerOf(input) !== undefined);
  const noGroup = november.filter((input) => ownerOf(input)?.group === undefined);
  const margins = await Promise.all(
    (['user', 'group'] as const).map((by) =>
      get<{ cost: string; unattributed: string; lines: { cost: string }[] }>(
        `/margin?month=2026-11&by=${by}`,
      ),
    ),
  );
  const day = november.filter(({ atMs }) => atMs < Date.UTC(2026, 10, 2));
  const exported = `/meter/export?from=${DAY}&to=${DAY}`;
  const standings = await get<{ data: { spent: string }[] }>('/budgets/standing?limit=1000');
  const { data: calls } = await get<{
    data: { traceId: string; spanId: string; costExact: string | null }[];
  }>(`/calls?from=${DAY}&to=2026-11-02&limit=500`);
  const single = await Promise.all(
    calls.map(async ({ traceId, spanId }) => (await get<Row>(`/calls/${traceId}/${spanId}`)).costExact),
  );
  expect({
    margins: margins.map(({ unattributed, lines }) => [
      sumExact(lines.map(({ cost }) => cost)),
      unattributed,
    ]),
    forecast: (await get<{ spent: string }>('/forecast')).spent,
    standing: sumExact(standings.data.map(({ spent }) => spent)),
    csv: sum(await csvCosts(exported, 'cost')),
    single,
  }).toEqual({
    margins: [
      [costOf(named), costOf(november.filter((input) => !named.includes(input)))],
      [costOf(november.filter((input) => !noGroup.includes(input))), costOf(noGroup)],
    ],
    forecast: costOf(november),
    standing: costOf(named),
    csv: costOf(day),
    single: calls.map(({ costExact }) => costExact),
  });
  for (const column of ['ListCost', 'BilledCost']) {
    expect(sum(await csvCosts(`${exported}&format=focus`, column))).toBe(costOf(day));
  }
});

test('roll-ups equal the calls', async () => {
  expect(await collector.differences('scope')).toEqual([]);
});
