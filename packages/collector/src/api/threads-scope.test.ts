import { afterAll, beforeAll, expect, test } from 'vitest';

import { END_MS, FILTERS, INPUT, openScopeCollector, ownerOf } from '../testing/scope-input.ts';
import type { Input } from '../testing/scope-input.ts';
import type { TestCollector } from '../testing/test-collector.ts';

interface Thread {
  readonly id: string;
  readonly userId: string | null;
  readonly calls: number;
}

const DAY_MS = 86_400_000;
const CALLS = INPUT.filter(({ thread }) => thread !== undefined);
const MIDDLE_MS = END_MS - 9 * DAY_MS;

/** Most threads of the input have calls before and after the short ranges. */
const RANGES: readonly (readonly [name: string, fromMs: number | undefined, toMs: number | undefined])[] = [
  ['all time', undefined, undefined],
  ['a start only', MIDDLE_MS, undefined],
  ['an end only', undefined, MIDDLE_MS],
  ['one day', MIDDLE_MS, MIDDLE_MS + DAY_MS],
  ['three quarters of an hour', END_MS - 2 * DAY_MS, END_MS - 2 * DAY_MS + 2_700_000],
  ['no calls', END_MS - 90 * DAY_MS, END_MS - 80 * DAY_MS],
];

const CASES = RANGES.flatMap(([range, fromMs, toMs]) =>
  FILTERS.map(([query, keeps]) => {
    const bounds = `${fromMs === undefined ? '' : `&from=${fromMs}`}${toMs === undefined ? '' : `&to=${toMs}`}`;
    const isIn = ({ atMs }: Input): boolean => atMs >= (fromMs ?? 0) && atMs < (toMs ?? Infinity);
    const found = CALLS.filter((input) => keeps(input) && isIn(input));
    return { name: `${query || 'no filter'}, ${range}`, query: `${query}${bounds}`, found };
  }),
);

let collector: TestCollector;

beforeAll(async () => {
  collector = await openScopeCollector();
}, 60_000);
afterAll(() => collector.close());

test.each(CASES)('threads have a matching call in the range: $name', async ({ query, found }) => {
  const { data } = await collector.get<{ readonly data: readonly Thread[] }>(
    `/api/threads?limit=500&${query}`,
    'scope',
  );
  expect(data.map(({ id, userId }) => nameOf(userId, id)).toSorted()).toEqual(namesOf(found));
  // The figures are those of the whole thread.
  for (const { id, userId, calls: count } of data) {
    expect(count).toBe(
      CALLS.filter((input) => input.thread === id && (ownerOf(input)?.id ?? null) === userId).length,
    );
  }
});

test.each(CASES)('the threads of users are counted by the same rule: $name', async ({ query, found }) => {
  for (const sort of ['cost', 'threads']) {
    const { data } = await collector.get<{ readonly data: readonly { id: string; threads: number }[] }>(
      `/api/users?limit=500&sort=${sort}&${query}`,
      'scope',
    );
    const counts = data.map(({ id, threads }) => [id, threads] as const);
    expect(Object.fromEntries(counts.filter(([, threads]) => threads > 0))).toEqual(countsOf(found));
    if (sort === 'threads') {
      const sorted = counts.map(([, threads]) => threads);
      expect(sorted).toEqual(sorted.toSorted((a, b) => b - a));
    }
  }
  const own = await collector.get<{ readonly threads: number }>(
    `/api/users/ada?${callsOnly(query)}`,
    'scope',
  );
  const { data } = await collector.get<{ readonly data: readonly Thread[] }>(
    `/api/users/ada/threads?limit=500&${callsOnly(query)}`,
    'scope',
  );
  expect(own.threads).toBe(data.length);
});

function nameOf(userId: string | null | undefined, id: string): string {
  return `${id} of ${userId ?? 'no user'}`;
}

/** Each thread of each user once. */
function namesOf(calls: readonly Input[]): readonly string[] {
  return [...new Set(calls.map((input) => nameOf(ownerOf(input)?.id, input.thread ?? '')))].toSorted();
}

function countsOf(calls: readonly Input[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const id of new Set(calls.flatMap((input) => ownerOf(input)?.id ?? []))) {
    counts[id] = namesOf(calls.filter((input) => ownerOf(input)?.id === id)).length;
  }
  return counts;
}

/** The parameters without those that select users. */
function callsOnly(query: string): string {
  return query
    .split('&')
    .filter((part) => !/^(?:group|prop\.|q)/.test(part))
    .join('&');
}
