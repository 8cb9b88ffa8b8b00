import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestCollector } from '../../../../testing/test-collector.ts';
import type { TestCollector } from '../../../../testing/test-collector.ts';
import { waitFor } from '../../../../testing/wait-for.ts';
import type { Store } from '../../../engine/store.ts';
import { landingRange, rangeBefore } from '../../query/range.ts';
import { RecentAnswers } from '../../query/recent-answers.ts';
import { EVERYBODY } from '../matching-keys.ts';
import { userReader } from '../user-reader.ts';
import type { UserPage } from '../list-users.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);

describe('the tables of the landing page', () => {
  let collector: TestCollector;
  beforeAll(async () => {
    collector = await openTestCollector('chdb');
  }, 60_000);
  afterAll(() => collector.close());

  /**
   * The store, with how often each table was filled in the background, the number of those that a request filled, and
   * the number of queries that have no answer yet. A filled table is used once its flag was queried.
   */
  const counted = (): {
    readonly store: Store;
    readonly filled: { readonly background: Map<string, number>; waited: number; queries: number };
  } => {
    const filled = { background: new Map<string, number>(), waited: 0, queries: 0 };
    const { store: own } = collector;
    const store: Store = {
      kind: own.kind,
      claimed: own.claimed,
      get writes() {
        return own.writes ?? 0;
      },
      query: (sql, parameters, options) => {
        filled.queries += 1;
        return own.query(sql, parameters, options).finally(() => (filled.queries -= 1)) as Promise<never[]>;
      },
      insert: own.insert.bind(own),
      execute: own.execute.bind(own),
      close: () => Promise.resolve(),
      fillMemoryTable: async (columns, sql, parameters, options) => {
        const table = await own.fillMemoryTable?.(columns, sql, parameters, options);
        if (table === undefined) throw new Error('no embedded engine');
        const key = sql + JSON.stringify(parameters);
        if (options?.isBackground !== true) filled.waited += 1;
        else filled.background.set(key, (filled.background.get(key) ?? 0) + 1);
        return table;
      },
    };
    return { store, filled };
  };
  const addUser = (id: string): Promise<void> =>
    collector.store.execute(
      "INSERT INTO profiles (project, user_id, first_ns, last_ns) SELECT 'default', {id:String}, {ns:Int64}, {ns:Int64}",
      { id, ns: BigInt(NOON_MS) * 1_000_000n },
    );
  const list = (users: ReturnType<typeof userReader>, nowMs: number): Promise<UserPage> => {
    const range = landingRange(nowMs);
    const before = rangeBefore(range, nowMs);
    return users.listUsers({
      ...EVERYBODY,
      hasAliases: false,
      project: 'default',
      range,
      ...(before === undefined ? {} : { before }),
      calls: {},
      sort: 'lastSeen',
      isDescending: true,
      limit: 10,
    });
  };

  it('are filled at the start, after a write and in a new quarter of an hour, and no request waits for them', async () => {
    await addUser('first');
    const { store, filled } = counted();
    const users = userReader(store, new RecentAnswers(store, { minUsers: 0 }));
    let nowMs = NOON_MS;
    const stop = users.keepTablesFilled({ periodMs: 10, pauseAfter: () => 0, clock: () => nowMs });
    // A write that ends while tables are filled can cause another filling.
    const isFilled = (tables: number, times: number): Promise<unknown> =>
      waitFor(
        () => ({ counts: [...filled.background.values()], queries: filled.queries }),
        ({ counts, queries }) =>
          queries === 0 && counts.length === tables && counts.every((count) => count >= times),
      );
    await isFilled(4, 1);
    await list(users, nowMs);
    await addUser('second');
    await isFilled(4, 2);
    await list(users, nowMs);
    nowMs += 900_000;
    // Only the sums depend on the range.
    await isFilled(5, 1);
    await list(users, nowMs);
    expect(filled.waited).toBe(0);
    await stop();
    const before = [...filled.background.values()];
    await addUser('third');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([...filled.background.values()]).toEqual(before);
  });

  it('are not filled in a store with few users', async () => {
    const { store, filled } = counted();
    const users = userReader(store, new RecentAnswers(store));
    const stop = users.keepTablesFilled({ periodMs: 5, pauseAfter: () => 0 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await stop();
    expect(filled).toEqual({ background: new Map(), waited: 0, queries: 0 });
  });
});
