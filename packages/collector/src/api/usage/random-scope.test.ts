import { sumExact } from '@userspan/pricing';
import { expect, test } from 'vitest';

import { DAY_MS, NOW_MS, QUARTER_MS } from '../../testing/reference/random-scope.ts';
import type { Input, Question, World } from '../../testing/reference/random-scope.ts';
import {
  groupBy,
  inRandomWorlds,
  pick,
  queryOf,
  rowsOf,
  sumOf,
} from '../../testing/reference/random-worlds.ts';
import type { Figures, Row } from '../../testing/reference/random-worlds.ts';
import type { TestCollector } from '../../testing/test-collector.ts';

// Random calls of users with unusual names, some of them merged, with random filters, ranges and time zones. Every figure
// equals a simple calculation from the calls.

/** The distribution of cost over users. */
interface Spread {
  readonly users: number;
  readonly costExact: string;
  readonly unpricedCalls: number;
  readonly top: readonly { readonly unpricedCalls: number }[];
  readonly buckets: readonly { readonly unpricedCalls: number }[];
}

/** A parsed CSV table: cells by the name of their column. */
function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain = '', end = ''] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|$)/g,
  )) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') lines.push([]);
  }
  const [heads = [], ...rows] = lines.filter((cells) => cells.length > 1);
  return rows.map((cells) => Object.fromEntries(heads.map((head, at) => [head, cells[at] ?? ''])));
}

async function check(
  collector: TestCollector,
  project: string,
  world: World,
  question: Question,
): Promise<void> {
  const query = queryOf(question);
  const get = <T>(path: string): Promise<T> => collector.get<T>(path, project);
  const { from = -Infinity, to } = question.range;
  const fromMs = from * QUARTER_MS;
  const toMs = to === undefined ? NOW_MS : to * QUARTER_MS;
  const between = (first: number, last: number): readonly Input[] =>
    world.inputs.filter(
      (input) => input.atMs >= first && input.atMs < last && world.keeps(question.filter, input),
    );
  const inputs = between(fromMs, toMs);
  const named = inputs.filter((input) => world.ownerOf(input) !== undefined);
  const usersOf = (of: readonly Input[]): number =>
    new Set(of.flatMap((input) => world.ownerOf(input)?.id ?? [])).size;

  const summary = await get<
    Row & {
      readonly unattributed: Figures;
      readonly unattributedBy: readonly Figures[];
      readonly before: (Figures & { readonly users: number }) | null;
    }
  >(`/api/summary?${query}&movers=false`);
  const nameless = inputs.filter((input) => !named.includes(input));
  expect({ ...pick(summary), users: summary['users'] }).toEqual({ ...sumOf(inputs), users: usersOf(inputs) });
  expect(pick(summary.unattributed)).toEqual(sumOf(nameless));
  expect(sumExact(summary.unattributedBy.map(({ costExact }) => costExact ?? '0'))).toBe(
    sumExact(nameless.map(({ usd }) => usd ?? '0')),
  );
  const firstSeen = (id: string): number =>
    Math.min(...world.inputs.filter((input) => world.ownerOf(input)?.id === id).map(({ atMs }) => atMs));
  const present = new Set(named.map((input) => world.ownerOf(input)?.id ?? ''));
  expect(summary['newUsers']).toBe(
    [...present].filter((id) => firstSeen(id) >= fromMs && firstSeen(id) < toMs).length,
  );
  if (Number.isFinite(fromMs)) {
    const than = between(fromMs - (toMs - fromMs), fromMs);
    expect({ ...pick(summary.before ?? summary), users: summary.before?.users }).toEqual({
      ...sumOf(than),
      users: usersOf(than),
    });
  }

  const ownerKeys = (input: Input): readonly string[] => [world.ownerOf(input)?.id ?? ''];
  const lists = {
    users: ['id', ownerKeys, named, named],
    groups: ['group', (input: Input) => [world.ownerOf(input)?.group ?? ''], named, inputs],
    models: ['model', ({ model }: Input) => [model], inputs, inputs],
    services: ['service', ({ service }: Input) => [service], inputs, inputs],
    tags: ['tag', ({ tags }: Input) => (tags.length === 0 ? [''] : tags), inputs, inputs],
  } as const;
  for (const [list, [name, keysOf, listed, whole]] of Object.entries(lists)) {
    const { rows, first } = await rowsOf(get, `/api/${list}?${query}&limit=${question.limit}`);
    const expected = groupBy(listed, keysOf);
    expect(Object.fromEntries(rows.map((row) => [row[name] ?? '', pick(row)])), list).toEqual(expected);
    expect([rows.length, first.total], list).toEqual(Array(2).fill(Object.keys(expected).length));
    expect(pick(first.totals), list).toEqual(sumOf(whole));
    const { body } = await collector.app.inject({
      url: `/api/${list}?${query}`,
      headers: { 'x-project': project, accept: 'text/csv' },
    });
    const table = readCsv(body).map((cells) => [
      // A string that a spreadsheet would run as a formula starts with an apostrophe.
      (cells[name] ?? '').replace(/^'(?=[=+\-@])/, ''),
      [cells['calls'], cells['costExact']],
    ]);
    expect(Object.fromEntries(table), `${list} as CSV`).toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([key, { calls, costExact }]) => [
          key,
          [String(calls), costExact ?? ''],
        ]),
      ),
    );
  }

  const { zone, bucket, by } = question;
  const series = await get<{
    readonly data: readonly (Row & { readonly at: string; readonly key: string | null })[];
    readonly total: Figures;
  }>(`/api/usage?${query}&bucket=${bucket}&by=${by}&tz=${encodeURIComponent(zone)}`);
  expect(pick(series.total)).toEqual(sumOf(inputs));
  const labelOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const startOf = (atMs: number): string => {
    const day = labelOf.format(atMs);
    if (bucket === 'month') return day.slice(0, 7);
    if (bucket === 'day') return day;
    if (bucket === 'week') {
      const weekday = (new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7;
      return new Date(Date.parse(`${day}T00:00Z`) - weekday * DAY_MS).toISOString().slice(0, 10);
    }
    return day;
  };
  const keysOf = lists[`${by}s`][1];
  const seen: Record<string, string[]> = {};
  for (const row of series.data) {
    (seen[`${startOf(Date.parse(row.at))} ${row.key ?? ''}`] ??= []).push(
      `${row.calls}`,
      row.costExact ?? '0',
    );
  }
  const added = Object.fromEntries(
    Object.entries(seen).map(([key, values]) => [
      key,
      [
        values.filter((_, at) => at % 2 === 0).reduce((sum, value) => sum + Number(value), 0),
        sumExact(values.filter((_, at) => at % 2 === 1)),
      ],
    ]),
  );
  const bars = groupBy(inputs, (input) => keysOf(input).map((key) => `${startOf(input.atMs)} ${key}`));
  expect(added, `${bucket} by ${by} in ${zone}`).toEqual(
    Object.fromEntries(Object.entries(bars).map(([key, own]) => [key, [own.calls, own.costExact ?? '0']])),
  );

  const path = `/api/usage?${query}&bucket=${bucket}&by=${by}&tz=${encodeURIComponent(zone)}`;
  const { body } = await collector.app.inject({
    url: path,
    headers: { 'x-project': project, accept: 'text/csv' },
  });
  expect(
    readCsv(body).map(({ at, key = '', calls, costExact, rest }) => [
      at,
      key.replace(/^'(?=[=+\-@])/, ''),
      calls,
      costExact,
      rest,
    ]),
    `${path} as CSV`,
  ).toEqual(
    series.data.map((row) => [
      row.at,
      row.key ?? '',
      String(row.calls),
      row.costExact ?? '',
      String(row['rest']),
    ]),
  );
  // Unattributed and attributed calls add up to all calls.
  for (const [attributed, own] of [
    [true, named],
    [false, nameless],
  ] as const) {
    const part = await get<{ readonly total: Figures }>(`${path}&attributed=${attributed}`);
    expect(pick(part.total), `attributed=${attributed}`).toEqual(sumOf(own));
  }

  const spread = await get<Spread>(`/api/distribution?${query}`);
  const unpriced = named.filter(({ usd }) => usd === undefined).length;
  expect([spread.users, spread.costExact, spread.unpricedCalls]).toEqual([
    usersOf(inputs),
    sumExact(named.map(({ usd }) => usd ?? '0')),
    unpriced,
  ]);
  // The parts add up.
  expect(spread.buckets.reduce((sum, { unpricedCalls }) => sum + unpricedCalls, 0)).toBe(unpriced);
  for (const { unpricedCalls } of spread.top) expect(unpricedCalls).toBeLessThanOrEqual(unpriced);
}

test.each([
  ['read from the disk', {}],
  // Like in a large project, but updated after every write.
  ['read from tables in memory', { minUsers: 0 }],
])(
  'summary, lists, files and chart equal the sums of the calls, %s',
  (_, recent) => inRandomWorlds(check, recent),
  600_000,
);
