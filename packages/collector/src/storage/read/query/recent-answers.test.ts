import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestCollector } from '../../../testing/test-collector.ts';
import type { Store } from '../../engine/store.ts';
import type { TestCollector } from '../../../testing/test-collector.ts';
import { waitFor } from '../../../testing/wait-for.ts';
import { RecentAnswers } from './recent-answers.ts';

const sizeOf = (rows: readonly { readonly users: number }[]): number => rows[0]?.users ?? 0;

describe('recent answers', () => {
  let collector: TestCollector;
  beforeAll(async () => {
    collector = await openTestCollector('chdb');
    await collector.store.execute('CREATE TABLE numbers_kept (n UInt32) ENGINE = MergeTree ORDER BY n');
  }, 60_000);
  afterAll(async () => {
    await collector.close();
  });
  const count = (answers: RecentAnswers, from = 0): Promise<readonly { readonly users: number }[]> =>
    answers.query(
      'SELECT toUInt32(count()) AS users FROM numbers_kept WHERE n >= {from:UInt32}',
      { from },
      sizeOf,
    );
  const add = (n: number): Promise<void> =>
    collector.store.execute('INSERT INTO numbers_kept SELECT {n:UInt32}', { n });

  it('query the store each time for few users', async () => {
    const answers = new RecentAnswers(collector.store, { minSize: 1_000 });
    const [before] = await count(answers);
    await add(1);
    const [after] = await count(answers);
    expect(after?.users).toBe((before?.users ?? 0) + 1);
  });

  it('cache answers about many users, per query, until they are cleared', async () => {
    const answers = new RecentAnswers(collector.store, { minSize: 1, freshMs: 60_000 });
    const before = await count(answers);
    await add(2);
    expect(await count(answers)).toEqual(before);
    expect(await count(answers, 2)).toEqual([{ users: 1 }]);
    answers.clear();
    expect(sizeOf(await count(answers))).toBe(sizeOf(before) + 1);
  });

  it('compute a new answer in the background, and return it from then on', async () => {
    const answers = new RecentAnswers(collector.store, { minSize: 1, freshMs: 0, graceMs: 60_000 });
    const before = await count(answers);
    await add(3);
    expect(await count(answers)).toEqual(before);
    await waitFor(
      () => count(answers),
      (rows) => sizeOf(rows) === sizeOf(before) + 1,
    );
  });

  it('do not cache an answer to a query from before they were cleared', async () => {
    const answers = new RecentAnswers(collector.store, { minSize: 1, freshMs: 60_000 });
    const asked = count(answers);
    answers.clear();
    const before = await asked;
    await add(4);
    expect(sizeOf(await count(answers))).toBe(sizeOf(before) + 1);
  });

  /** The store of the test, and the number of its queries. */
  const countingStore = (knowsWrites = true): { readonly store: Store; readonly asked: () => number } => {
    let asked = 0;
    const { kind, claimed } = collector.store;
    const store: Store = {
      kind,
      claimed,
      query: (...question) => {
        asked += 1;
        return collector.store.query(...question);
      },
      insert: (insert) => collector.store.insert(insert),
      execute: (sql) => collector.store.execute(sql),
      close: () => Promise.resolve(),
    };
    if (knowsWrites) Object.defineProperty(store, 'writes', { get: () => collector.store.writes });
    return { store, asked: () => asked };
  };

  it('run concurrent equal queries once, and again after a write', async () => {
    const { store, asked } = countingStore();
    const answers = new RecentAnswers(store, { minSize: 1_000 });
    const [before] = await Promise.all([count(answers), count(answers), count(answers, 2)]);
    expect(asked()).toBe(2);
    const early = count(answers, 1);
    await add(5);
    expect(sizeOf(await count(answers, 1))).toBe(sizeOf(before) + 1);
    await early;
    expect(asked()).toBe(4);
  });

  it('return any cached answer until the next write', async () => {
    const { store, asked } = countingStore();
    const answers = new RecentAnswers(store, { minSize: 1_000, freshMs: 0, graceMs: 0 });
    const before = await count(answers);
    expect(await count(answers)).toBe(before);
    expect(asked()).toBe(1);
    await add(6);
    expect(sizeOf(await count(answers))).toBe(sizeOf(before) + 1);
    expect(asked()).toBe(2);
  });

  it('do not cache an answer that was read during a write', async () => {
    const { store, asked } = countingStore();
    const answers = new RecentAnswers(store, { minSize: 1_000 });
    const before = await count(answers);
    const write = add(7);
    await Promise.all([count(answers, 1), write]);
    expect(sizeOf(await count(answers, 1))).toBe(sizeOf(before) + 1);
    expect(asked()).toBe(3);
  });

  it('query the store each time for few users if other collectors may write', async () => {
    const { store, asked } = countingStore(false);
    const answers = new RecentAnswers(store, { minSize: 1_000 });
    expect(await count(answers)).toEqual(await count(answers));
    expect(asked()).toBe(2);
  });

  it('pass on an error', async () => {
    const answers = new RecentAnswers(collector.store);
    await expect(answers.query('SELECT nothing FROM nowhere', {}, () => 0)).rejects.toThrow('nowhere');
  });
});
