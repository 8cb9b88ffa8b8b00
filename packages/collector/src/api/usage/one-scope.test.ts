import { toUnits } from '@userspan/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everydayRows } from '../../testing/everyday-runs.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import {
  END_MS,
  figuresOf,
  FILTERS,
  INPUT,
  openScopeCollector,
  ownerOf,
  show,
} from '../../testing/scope-input.ts';
import type { Figures, Input } from '../../testing/scope-input.ts';
import { NOON_MS } from '../../testing/trace-of.ts';

const DAY_MS = 86_400_000;
const FROM_MS = END_MS - 12 * DAY_MS;

let collector: TestCollector;

beforeAll(async () => {
  collector = await openScopeCollector();
}, 60_000);
afterAll(async () => {
  await collector.close();
});

const RANGES = {
  'all time': [undefined, undefined],
  'to now': [FROM_MS, undefined],
  'days and quarters': [FROM_MS + 5.25 * 3_600_000, END_MS - 2.75 * 3_600_000],
} as const;

function pickFigures({ calls, unpricedCalls, errors, costExact }: Figures): Figures {
  return { calls, unpricedCalls, errors, costExact };
}

function groupBy(
  inputs: readonly Input[],
  keysOf: (input: Input) => readonly string[],
): Map<string, Input[]> {
  const groups = new Map<string, Input[]>();
  for (const input of inputs) {
    for (const key of keysOf(input)) groups.set(key, [...(groups.get(key) ?? []), input]);
  }
  return groups;
}

const BREAKDOWNS = {
  groups: ['group', (input: Input) => (ownerOf(input) ? [ownerOf(input)?.group ?? ''] : [])],
  models: ['model', ({ model }: Input) => [model]],
  tags: ['tag', ({ tags }: Input) => (tags.length === 0 ? [''] : tags)],
  services: ['service', ({ service }: Input) => [service]],
} as const;

function usersOf(inputs: readonly Input[]): number {
  return new Set(inputs.flatMap((input) => ownerOf(input)?.id ?? [])).size;
}

/** The smallest value that this share of the values does not exceed. */
function rank(values: readonly number[], level: number): number | null {
  return values.toSorted((a, b) => a - b)[Math.ceil(level * values.length) - 1] ?? null;
}

/**
 * Every filter in every range takes minutes. By default, each filter has the most difficult range, and a few have all
 * ranges. `npm test` tests every second of these.
 */
const isFull = process.env['USERSPAN_FULL_MATRIX'] === '1';

const CASES = Object.entries(RANGES).flatMap(([range, [fromMs, toMs]]) =>
  FILTERS.filter((_, at) => isFull || range === 'days and quarters' || at < 2).map(
    ([query, keeps], number) => {
      const isIn = ({ atMs }: Input): boolean => atMs >= (fromMs ?? 0) && atMs < (toMs ?? Infinity);
      const bounds = `${fromMs === undefined ? '' : `&from=${fromMs}`}${toMs === undefined ? '' : `&to=${toMs}`}`;
      const isBefore = ({ atMs }: Input): boolean =>
        fromMs !== undefined && atMs < fromMs && atMs >= 2 * fromMs - (toMs ?? NOON_MS + 3_600_000);
      return {
        name: `${query || 'no filter'}, ${range}`,
        number,
        query: `${query}${bounds}`,
        hasBefore: fromMs !== undefined,
        isOfUsers: /group|prop|q=/.test(query),
        inputs: INPUT.filter((input) => keeps(input) && isIn(input)),
        before: INPUT.filter((input) => keeps(input) && isBefore(input)),
        fromMs,
        toMs,
        keeps,
      };
    },
  ),
);

interface Row extends Figures {
  readonly users: number;
  readonly costBefore: number | null;
  readonly callsBefore: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly firstChunkCalls: number;
  readonly firstChunkP95Ms: number | null;
  readonly threads: number;
  readonly costPerThread: number | null;
}

describe.each(everydayRows(CASES, (each) => isFull || CASES.indexOf(each) % 2 === 0))(
  '$name',
  ({ query, inputs, before, hasBefore, isOfUsers, fromMs, toMs, keeps, number }) => {
    const get = <T>(path: string): Promise<T> => collector.get<T>(path, 'scope');

    test('summary, list and distribution equal the calls', async () => {
      const summary = await get<
        Figures & {
          readonly users: number;
          readonly newUsers: number;
          readonly unattributed: Figures;
          readonly unpriced: readonly { readonly calls: number }[];
          readonly unattributedBy: readonly Figures[];
          readonly before: (Figures & { readonly users: number }) | null;
          readonly coverage: { readonly calls: number | null };
        }
      >(`/api/summary?${query}`);
      const nameless = inputs.filter((input) => ownerOf(input) === undefined);
      expect(pickFigures(summary)).toEqual(figuresOf(inputs));
      expect(pickFigures(summary.unattributed)).toEqual(figuresOf(nameless));
      expect(summary.users).toBe(usersOf(inputs));
      const first = (id: string): number =>
        Math.min(...INPUT.flatMap((input) => (ownerOf(input)?.id === id ? [input.atMs] : [])));
      const isNew = (id: string): boolean => first(id) >= (fromMs ?? 0) && first(id) < (toMs ?? Infinity);
      expect(summary.newUsers).toBe(
        new Set(inputs.flatMap((input) => ownerOf(input)?.id ?? []).filter(isNew)).size,
      );
      expect(summary.coverage.calls).toBe(
        isOfUsers || inputs.length === 0 ? null : (inputs.length - nameless.length) / inputs.length,
      );
      expect(summary.unattributedBy.reduce((sum, { calls }) => sum + calls, 0)).toBe(nameless.length);
      expect(summary.unpriced.reduce((sum, { calls }) => sum + calls, 0)).toBe(
        figuresOf(inputs).unpricedCalls,
      );
      if (!hasBefore) expect(summary.before).toBeNull();
      else {
        expect(summary.before).toMatchObject({ ...figuresOf(before), users: usersOf(before) });
      }

      const list = await get<{
        readonly total: number;
        readonly totals: Figures;
        readonly data: readonly (Figures & {
          readonly id: string;
          readonly callsBefore: number | null;
          readonly latency: { readonly p95Ms: number | null };
        })[];
      }>(`/api/users?${query}&include=before,latency`);
      const named = inputs.filter((input) => ownerOf(input) !== undefined);
      const people = groupBy(named, (input) => [ownerOf(input)?.id ?? '']);
      expect(list.total).toBe(people.size);
      expect(pickFigures(list.totals)).toEqual(figuresOf(named));
      const withoutSums = await get<object>(`/api/users?${query}&include=before,latency&totals=false`);
      expect(withoutSums).toEqual({ ...list, totals: null });
      const beforeOf = groupBy(before, (input) => [ownerOf(input)?.id ?? '']);
      expect(
        Object.fromEntries(
          list.data.map((row) => [row.id, [pickFigures(row), row.callsBefore, row.latency.p95Ms]]),
        ),
      ).toEqual(
        Object.fromEntries(
          [...people].map(([id, own]) => [
            id,
            [
              figuresOf(own),
              hasBefore ? (beforeOf.get(id)?.length ?? 0) : null,
              rank(
                own.map(({ durationMs }) => durationMs),
                0.95,
              ),
            ],
          ]),
        ),
      );

      const spread = await get<{
        readonly users: number;
        readonly costExact: string;
        readonly top: readonly { readonly users: number; readonly costExact: string }[];
        readonly buckets: readonly { readonly users: number; readonly costExact: string }[];
      }>(`/api/distribution?${query}`);
      const costs = [...people.values()]
        .map((own) => toUnits(figuresOf(own).costExact ?? '0'))
        .sort((a, b) => (a < b ? 1 : -1));
      expect(spread.users).toBe(people.size);
      expect(spread.costExact).toBe(figuresOf(named).costExact ?? '0');
      expect(spread.top).toMatchObject(
        costs.length > 1 ? [{ users: 1, costExact: show(costs[0] ?? 0n) }] : [],
      );
      expect(spread.buckets.reduce((sum, { users }) => sum + users, 0)).toBe(people.size);
      expect(show(spread.buckets.reduce((sum, { costExact }) => sum + toUnits(costExact), 0n))).toBe(
        spread.costExact,
      );
    });

    test('groups, models, tags and services equal the calls', async () => {
      for (const [list, [name, keysOf]] of Object.entries(BREAKDOWNS)) {
        const answer = await get<{
          readonly total: number;
          readonly totals: Figures;
          readonly data: readonly (Row & Readonly<Record<string, unknown>>)[];
        }>(`/api/${list}?${query}&include=before,latency&limit=500`);
        const expected = groupBy(inputs, keysOf);
        const than = groupBy(before, keysOf);
        expect(pickFigures(answer.totals)).toEqual(figuresOf(inputs));
        expect(answer.total).toBe(expected.size);
        const seen = answer.data.map((row) => [
          row[name] ?? '',
          {
            ...pickFigures(row),
            users: row.users,
            callsBefore: row.callsBefore,
            ranks: [row.p50Ms, row.p95Ms, row.p99Ms, row.firstChunkCalls, row.firstChunkP95Ms],
            threads: row.threads,
            costPerThread: row.costPerThread?.toPrecision(9) ?? null,
          },
        ]);
        expect(Object.fromEntries(seen)).toEqual(
          Object.fromEntries(
            [...expected].map(([key, own]) => {
              const times = own.map(({ durationMs }) => durationMs);
              const chunks = own.flatMap(({ chunkMs }) => chunkMs ?? []);
              const inThreads = own.filter(({ thread }) => thread !== undefined);
              const threads = new Set(inThreads.map((each) => `${ownerOf(each)?.id} ${each.thread}`)).size;
              const { costExact } = figuresOf(inThreads);
              return [
                key,
                {
                  ...figuresOf(own),
                  users: usersOf(own),
                  callsBefore: hasBefore ? (than.get(key)?.length ?? 0) : null,
                  ranks: [
                    rank(times, 0.5),
                    rank(times, 0.95),
                    rank(times, 0.99),
                    chunks.length,
                    rank(chunks, 0.95),
                  ],
                  threads,
                  costPerThread:
                    threads === 0 || costExact === null ? null : (Number(costExact) / threads).toPrecision(9),
                },
              ];
            }),
          ),
        );
      }
    });

    test('the chart by a key, in a time zone, equals the calls', async () => {
      const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Asia/Kathmandu'];
      const keys = [...Object.values(BREAKDOWNS), ['', () => ['']] as const];
      for (const zone of isFull ? zones : zones.slice(number % 4).slice(0, 1)) {
        const day = new Intl.DateTimeFormat('en-CA', {
          timeZone: zone,
          year: 'numeric',
          month: '2-digit',
          day: '2-digit',
        });
        const all = INPUT.filter(
          (input) => keeps(input) && input.atMs >= (fromMs ?? 0) && input.atMs < (toMs ?? Infinity),
        );
        for (const [name, keysOf] of isFull
          ? keys
          : [keys[number % 5] ?? keys[0]].flatMap((each) => (each ? [each] : []))) {
          const by = name === '' ? '' : `&by=${name}`;
          const { data } = await get<{
            readonly data: readonly (Figures & { readonly at: string; readonly key: string | null })[];
          }>(`/api/usage?${query}&bucket=day&tz=${encodeURIComponent(zone)}${by}`);
          const seen = data.map((row) => [
            `${day.format(Date.parse(row.at))} ${row.key ?? ''}`,
            pickFigures(row),
          ]);
          const expected = groupBy(all, (input) => {
            const keys = keysOf(input);
            // In the chart by group, calls without a user also have no group.
            return (keys.length === 0 ? [''] : keys).map((key) => `${day.format(input.atMs)} ${key}`);
          });
          expect(Object.fromEntries(seen)).toEqual(
            Object.fromEntries([...expected].map(([key, own]) => [key, figuresOf(own)])),
          );
        }
      }
    });
  },
);

test('movers have the change and its largest cause', async () => {
  const { data } = await collector.get<{
    readonly data: readonly {
      readonly id: string;
      readonly change: number;
      readonly cause: { readonly factor: string; readonly model: string } | null;
    }[];
  }>(`/api/movers?from=${FROM_MS}&group=acme`, 'scope');
  expect(data.map(({ id }) => id).toSorted()).toEqual(['ada', 'bob']);
  for (const { id, change, cause } of data) {
    const own = (from: number, to: number): number =>
      Number(
        figuresOf(INPUT.filter((input) => ownerOf(input)?.id === id && input.atMs >= from && input.atMs < to))
          .costExact,
      );
    const length = NOON_MS + 3_600_000 - FROM_MS;
    expect(change).toBeCloseTo(own(FROM_MS, END_MS) - own(FROM_MS - length, FROM_MS), 12);
    expect(cause?.factor).toMatch(/^(new|gone|calls|tokens per call|price per token)$/);
    expect(cause?.model).toMatch(/^gpt-4o/);
  }
  expect(await collector.get('/api/movers', 'scope')).toMatchObject({ before: null, data: [] });
});
