import { afterAll, beforeAll, expect, test } from 'vitest';

import { END_MS, FILTERS, INPUT, openScopeCollector, ownerOf } from '../testing/scope-input.ts';
import type { TestCollector } from '../testing/test-collector.ts';

interface Thread {
  readonly id: string;
  readonly userId: string | null;
  readonly calls: number;
}

const FROM_MS = END_MS - 9 * 86_400_000;

let collector: TestCollector;

beforeAll(async () => {
  collector = await openScopeCollector();
}, 60_000);
afterAll(() => collector.close());

test.each(FILTERS)('threads match the calls with %s', async (query, keeps) => {
  const { data } = await collector.get<{ readonly data: readonly Thread[] }>(
    `/api/threads?limit=500&from=${FROM_MS}&${query}`,
    'scope',
  );
  const nameOf = (userId: string | null | undefined, id: string): string => `${id} of ${userId ?? 'no user'}`;
  const calls = INPUT.filter(({ thread }) => thread !== undefined);
  // Filters on calls apply to calls of the range, but the figures are those of the whole thread.
  const expected = calls.filter((input) => keeps(input) && input.atMs >= FROM_MS);
  expect(data.map(({ id, userId }) => nameOf(userId, id)).toSorted()).toEqual(
    [...new Set(expected.map((input) => nameOf(ownerOf(input)?.id, input.thread ?? '')))].toSorted(),
  );
  for (const { id, userId, calls: count } of data) {
    expect(count).toBe(
      calls.filter((input) => input.thread === id && (ownerOf(input)?.id ?? null) === userId).length,
    );
  }
});
