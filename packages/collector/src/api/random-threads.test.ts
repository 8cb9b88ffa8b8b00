import { expect, test } from 'vitest';

import { NOW_MS, QUARTER_MS, USERS } from '../testing/random-scope.ts';
import type { Input, Question, World } from '../testing/random-scope.ts';
import { groupBy, inRandomWorlds, pick, queryOf, rowsOf, sumOf } from '../testing/random-worlds.ts';
import type { Figures, Row } from '../testing/random-worlds.ts';
import type { StoreRoom } from '../testing/store-room.ts';

// Random conversations of users, some of them merged, under random filters and ranges: which threads are listed, their
// figures and the order of pages are what the calls say, counted without the code under test.

/** How long each call takes: a thread was last seen when its last call ended. */
const DURATION_MS = 5;

/** A thread, as far as one user is in it. */
function keyOf(id: unknown, userId: unknown): string {
  return JSON.stringify([id, userId ?? null]);
}

/** The id that a call was sent with. Merged users keep the threads of each of their ids. */
function sentId({ who }: Input): string | undefined {
  return who === undefined ? undefined : USERS[who];
}

async function check(room: StoreRoom, project: string, world: World, question: Question): Promise<void> {
  const { from = -Infinity, to } = question.range;
  const fromMs = from * QUARTER_MS;
  const toMs = to === undefined ? NOW_MS : to * QUARTER_MS;
  const ownKey = (input: Input): string => keyOf(input.thread, sentId(input));
  const inThreads = world.inputs.filter(({ thread }) => thread !== undefined);
  const { model, service, tag, q, ...ofUsers } = question.filter;
  const hasCallFilter = model !== undefined || service !== undefined || tag !== undefined;
  const isMeant = ([first, ...others]: readonly Input[]): boolean => {
    if (first === undefined) return false;
    const calls = [first, ...others];
    const times = calls.map(({ atMs }) => atMs);
    return (
      Math.max(...times) + DURATION_MS >= fromMs &&
      Math.min(...times) < toMs &&
      world.keeps(ofUsers, first) &&
      // The search finds ids of threads, too.
      (world.keeps({ q }, first) || first.thread?.toLowerCase().includes(q?.toLowerCase() ?? '') === true) &&
      (!hasCallFilter ||
        calls.some(
          (call) => call.atMs >= fromMs && call.atMs < toMs && world.keeps({ model, service, tag }, call),
        ))
    );
  };
  const threads = [...new Set(inThreads.map(ownKey))].map((key) =>
    inThreads.filter((input) => ownKey(input) === key),
  );
  const meant = threads.filter(isMeant).flat();
  const expected = groupBy(meant, (input) => [ownKey(input)]);

  const path = `/api/threads?${queryOf(question)}&limit=${question.limit}`;
  const get = <T>(url: string): Promise<T> => room.get<T>(url, project);
  const { rows } = await rowsOf(get, path);
  const ofRow = (row: Row): string => keyOf(row['id'], row['userId']);
  expect(Object.fromEntries(rows.map((row) => [ofRow(row), pick(row)])), path).toEqual(expected);
  expect(rows).toHaveLength(Object.keys(expected).length);
  for (const row of rows) {
    const times = meant.filter((input) => ownKey(input) === ofRow(row)).map(({ atMs }) => atMs);
    const seen = [row['firstSeen'], row['lastSeen']].map((time) => Date.parse(String(time)));
    expect(seen, path).toEqual([Math.min(...times), Math.max(...times) + DURATION_MS]);
  }
  // Each once, with errors or without.
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

  // The page of a thread has all of its calls, whoever made them.
  for (const id of new Set(rows.map((row) => String(row['id'])))) {
    const calls = inThreads.filter(({ thread }) => thread === id);
    const thread = await get<Figures & { readonly callCount: number; readonly users: readonly string[] }>(
      `/api/threads/${encodeURIComponent(id)}`,
    );
    expect(pick({ ...thread, calls: thread.callCount }), id).toEqual(sumOf(calls));
    expect(thread.users.toSorted(), id).toEqual(
      [...new Set(calls.flatMap((input) => sentId(input) ?? []))].toSorted(),
    );
  }

  // The threads of each user together are all threads that have one.
  for (const userId of new Set(inThreads.flatMap((input) => world.ownerOf(input)?.id ?? []))) {
    const own = await rowsOf(get, `/api/threads?user=${encodeURIComponent(userId)}&limit=${question.limit}`);
    const calls = inThreads.filter((input) => world.ownerOf(input)?.id === userId);
    expect(Object.fromEntries(own.rows.map((row) => [ofRow(row), pick(row)])), userId).toEqual(
      groupBy(calls, (input) => [ownKey(input)]),
    );
  }
}

test('threads are what their calls add up to', () => inRandomWorlds(check), 600_000);
