import { expect, test } from 'vitest';

import { NOW_MS, QUARTER_MS } from '../testing/reference/random-scope.ts';
import type { Input, Question, World } from '../testing/reference/random-scope.ts';
import { groupBy, inRandomWorlds, pick, queryOf, rowsOf, sumOf } from '../testing/reference/random-worlds.ts';
import type { Figures, Row } from '../testing/reference/random-worlds.ts';
import type { TestCollector } from '../testing/test-collector.ts';

// Random conversations of users, some of them merged, with random filters and ranges. The listed threads, their
// figures and their order equal a simple calculation from the calls.

/** The duration of each call. A thread is last seen when its last call ends. */
const DURATION_MS = 5;

/** The part of a thread that belongs to one user. */
function keyOf(id: unknown, userId: unknown): string {
  return JSON.stringify([id, userId ?? null]);
}

async function check(
  collector: TestCollector,
  project: string,
  world: World,
  question: Question,
): Promise<void> {
  const { from = -Infinity, to } = question.range;
  const fromMs = from * QUARTER_MS;
  const toMs = to === undefined ? NOW_MS : to * QUARTER_MS;
  const ownKey = (input: Input): string => keyOf(input.thread, world.ownerOf(input)?.id);
  const inThreads = world.inputs.filter(({ thread }) => thread !== undefined);
  const { model, service, tag, q, ...ofUsers } = question.filter;
  const isMeant = (calls: readonly Input[]): boolean => {
    const [first] = calls;
    return (
      first !== undefined &&
      world.keeps(ofUsers, first) &&
      // The search also finds thread ids.
      (world.keeps({ q }, first) || first.thread?.toLowerCase().includes(q?.toLowerCase() ?? '') === true) &&
      calls.some(
        (call) => call.atMs >= fromMs && call.atMs < toMs && world.keeps({ model, service, tag }, call),
      )
    );
  };
  const threads = [...new Set(inThreads.map(ownKey))].map((key) =>
    inThreads.filter((input) => ownKey(input) === key),
  );
  const meant = threads.filter(isMeant).flat();
  const expected = groupBy(meant, (input) => [ownKey(input)]);

  const path = `/api/threads?${queryOf(question)}&limit=${question.limit}`;
  const get = <T>(url: string): Promise<T> => collector.get<T>(url, project);
  const { rows } = await rowsOf(get, path);
  const ofRow = (row: Row): string => keyOf(row['id'], row['userId']);
  expect(Object.fromEntries(rows.map((row) => [ofRow(row), pick(row)])), path).toEqual(expected);
  expect(rows).toHaveLength(Object.keys(expected).length);
  for (const row of rows) {
    const times = meant.filter((input) => ownKey(input) === ofRow(row)).map(({ atMs }) => atMs);
    const seen = [row['firstSeen'], row['lastSeen']].map((time) => Date.parse(String(time)));
    expect(seen, path).toEqual([Math.min(...times), Math.max(...times) + DURATION_MS]);
  }
  // Each thread is listed once, with or without errors.
  const failed = await rowsOf(get, `${path}&errors=true`);
  const others = await rowsOf(get, `${path}&errors=false`);
  expect(failed.rows.every(({ errors }) => errors > 0)).toBe(true);
  expect(others.rows.every(({ errors }) => errors === 0)).toBe(true);
  expect([...failed.rows, ...others.rows].map(ofRow).toSorted()).toEqual(rows.map(ofRow).toSorted());

  for (const sort of ['cost', 'errors', 'lastSeen'] as const) {
    const sorted = await rowsOf(get, `${path}&sort=${sort}&order=asc`);
    const values = sorted.rows.map((row) =>
      sort === 'lastSeen'
        ? Date.parse(String(row['lastSeen']))
        : Number(sort === 'cost' ? row.costExact : row.errors),
    );
    expect(values, `${path} by ${sort}`).toEqual(values.toSorted((a, b) => a - b));
    expect(sorted.rows.map(ofRow).toSorted()).toEqual(rows.map(ofRow).toSorted());
  }

  // The page of a thread has the calls of all users.
  for (const id of new Set(rows.map((row) => String(row['id'])))) {
    const calls = inThreads.filter(({ thread }) => thread === id);
    const thread = await get<Figures & { readonly callCount: number; readonly users: readonly string[] }>(
      `/api/threads/${encodeURIComponent(id)}`,
    );
    expect(pick({ ...thread, calls: thread.callCount }), id).toEqual(sumOf(calls));
    expect(thread.users.toSorted(), id).toEqual(
      [...new Set(calls.flatMap((input) => world.ownerOf(input)?.id ?? []))].toSorted(),
    );
  }

  // The threads of all users together are all threads with a user.
  for (const userId of new Set(inThreads.flatMap((input) => world.ownerOf(input)?.id ?? []))) {
    const own = await rowsOf(get, `/api/threads?user=${encodeURIComponent(userId)}&limit=${question.limit}`);
    const calls = inThreads.filter((input) => world.ownerOf(input)?.id === userId);
    expect(Object.fromEntries(own.rows.map((row) => [ofRow(row), pick(row)])), userId).toEqual(
      groupBy(calls, (input) => [ownKey(input)]),
    );
  }
}

test('threads equal the sums of their calls', () => inRandomWorlds(check), 600_000);
