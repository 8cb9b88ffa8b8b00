import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { MemoryTables } from '../../engine/chdb/memory-tables.ts';
import type { MemoryTable, Store } from '../../engine/store.ts';
import { openTestCollector } from '../../../testing/test-collector.ts';
import type { TestCollector } from '../../../testing/test-collector.ts';
import { waitFor } from '../../../testing/wait-for.ts';
import { MemoryAnswers } from './memory-answers.ts';
import type { KeptQuery, KeptTable } from './memory-answers.ts';

describe('tables in memory', () => {
  let collector: TestCollector;
  beforeAll(async () => {
    collector = await openTestCollector('chdb');
    await collector.store.execute('CREATE TABLE numbers_kept (n UInt32) ENGINE = MergeTree ORDER BY n');
    await collector.store.execute('INSERT INTO numbers_kept SELECT number FROM numbers(3)');
  }, 60_000);
  afterAll(async () => {
    await collector.close();
  });

  const numbersFrom = (from: number): KeptQuery => ({
    sql: 'SELECT n FROM numbers_kept WHERE n >= {from:UInt32}',
    parameters: { from },
    columns: { n: 'UInt32' },
  });
  const countIn = async (table: KeptTable | undefined): Promise<number> => {
    const [row] = await collector.store.query<{ n: string }>(`SELECT count() AS n FROM ${table?.name}`);
    return Number(row?.n);
  };
  const tablesThere = async (): Promise<number> => {
    const rows = await collector.store.query(
      "SELECT name FROM system.tables WHERE database = 'userspan_memory'",
    );
    return rows.length;
  };
  const add = (n: number): Promise<void> =>
    collector.store.execute('INSERT INTO numbers_kept SELECT {n:UInt32}', { n });

  it('have the rows of the query, and are created again after a write', async () => {
    const answers = new MemoryAnswers(collector.store, { minUsers: 0 });
    const names: (string | undefined)[] = [];
    const count = (from: number): Promise<number> =>
      answers.use(numbersFrom(from), (table) => {
        names.push(table?.name);
        return countIn(table);
      });
    expect([await count(0), await count(0), await count(1)]).toEqual([3, 3, 2]);
    await add(3);
    expect(await count(0)).toBe(4);
    expect(new Set(names).size).toBe(3);
    answers.clear();
    await waitFor(tablesThere, (n) => n === 0);
  });

  it('exist until their last reader is done, and get no new readers after they were cleared', async () => {
    const answers = new MemoryAnswers(collector.store, { minUsers: 0 });
    const first = await answers.use(numbersFrom(1), async (table) => {
      answers.clear();
      return countIn(table);
    });
    await waitFor(tablesThere, (n) => n === 0);
    await add(4);
    expect(await answers.use(numbersFrom(1), countIn)).toBe(first + 1);
    answers.clear();
    await waitFor(tablesThere, (n) => n === 0);
  });

  it('are used where everything written is needed only if they have it, and are not filled for that', async () => {
    const answers = new MemoryAnswers(collector.store, { minUsers: 0, minSize: 0 });
    const exactCount = (): Promise<number | undefined> =>
      answers.use(
        numbersFrom(0),
        async (table) => (table === undefined ? undefined : countIn(table)),
        'exact',
      );
    expect(await exactCount()).toBeUndefined();
    // Also while it is being filled.
    const [count, whileFilled] = await Promise.all([answers.use(numbersFrom(0), countIn), exactCount()]);
    expect(whileFilled).toBe(count);
    expect(await exactCount()).toBe(count);
    await add(5);
    expect(await exactCount()).toBeUndefined();
    // Others may still read the table of before.
    expect(await answers.use(numbersFrom(0), countIn)).toBe(count);
    answers.clear();
    await waitFor(tablesThere, (n) => n === 0);
  });

  it('are not used for a query from before a change', async () => {
    const answers = new MemoryAnswers(collector.store, { minUsers: 0 });
    const tableOf = (from: number): Promise<string | undefined> =>
      answers.use(numbersFrom(from), async (table) => table?.name);
    expect(await tableOf(1)).toBeDefined();
    const asked = tableOf(2);
    // The table is being created.
    await new Promise((resolve) => setImmediate(resolve));
    answers.clear();
    expect(await asked).toBeUndefined();
    expect(await tableOf(2)).toBeDefined();
    answers.clear();
    await waitFor(tablesThere, (n) => n === 0);
  });

  it.each([
    ['few users', {}, true],
    ['a server', { minUsers: 0 }, false],
  ])('are not created for %s', async (_, options, isEmbedded) => {
    const { kind, claimed } = collector.store;
    const server = {
      kind,
      claimed,
      query: collector.store.query.bind(collector.store),
      insert: collector.store.insert.bind(collector.store),
      execute: collector.store.execute.bind(collector.store),
      close: () => Promise.resolve(),
    };
    const answers = new MemoryAnswers(isEmbedded ? collector.store : server, options);
    expect(await answers.use(numbersFrom(0), async (table) => table)).toBeUndefined();
  });

  it('say whether any row meets a condition', async () => {
    const answers = new MemoryAnswers(collector.store, { minUsers: 0 });
    const flagOf = (flag: string): Promise<boolean | undefined> =>
      answers.use({ ...numbersFrom(flag.length), flag }, async (table) => table?.isFlagged);
    expect([await flagOf('n = 3'), await flagOf('n > 900')]).toEqual([false, false]);
    expect(await answers.use({ ...numbersFrom(0), flag: 'n = 2' }, async (table) => table?.isFlagged)).toBe(
      true,
    );
    answers.clear();
    await waitFor(tablesThere, (n) => n === 0);
  });

  it('are dropped if they are too large, and are not filled again for each request', async () => {
    let filled = 0;
    const store = Object.create(collector.store, {
      fillMemoryTable: {
        value: (...args: Parameters<NonNullable<Store['fillMemoryTable']>>) => {
          filled += 1;
          return collector.store.fillMemoryTable?.(...args);
        },
      },
      query: { value: collector.store.query.bind(collector.store) },
      writes: { get: () => collector.store.writes },
    }) as Store;
    const answers = new MemoryAnswers(store, { minUsers: 0, maxTableBytes: 3 });
    const read = (): Promise<string> => answers.use(numbersFrom(0), async (table) => table?.name ?? 'disk');
    expect([await read(), await read(), filled]).toEqual(['disk', 'disk', 1]);
    expect(await tablesThere()).toBe(0);
  });

  it('are filled in the background where nobody should wait for them, and are then used', async () => {
    const answers = new MemoryAnswers(collector.store, { minUsers: 0, minSize: 0 });
    const read = (only?: 'filled' | 'soon'): Promise<string | undefined> =>
      answers.use(numbersFrom(0), async (table) => table?.name, only);
    expect([await read('filled'), await read('soon')]).toEqual([undefined, undefined]);
    await waitFor(
      () => read('filled'),
      (name) => name !== undefined,
    );
    const name = await read();
    expect(await read('filled')).toBe(name);
    await add(6);
    // Still of use, though a row is missing.
    expect(await read('filled')).toBe(name);
    answers.clear();
    await waitFor(tablesThere, (n) => n === 0);
  });

  it('let the caller query the roll-ups if a table cannot be filled, and leave no table behind', async () => {
    const answers = new MemoryAnswers(collector.store, { minUsers: 0 });
    const failing = { ...numbersFrom(0), sql: 'SELECT throwIf(n >= {from:UInt32}) FROM numbers_kept' };
    expect(await answers.use(failing, async (table) => table?.name ?? 'roll-ups')).toBe('roll-ups');
    expect(await tablesThere()).toBe(0);
  });

  it('create their database again after a failure', async () => {
    const failures = [new Error('no space left')];
    const tables = new MemoryTables({
      query: collector.store.query.bind(collector.store),
      run: (sql, parameters) => {
        const failure = failures.pop();
        return failure === undefined ? collector.store.execute(sql, parameters) : Promise.reject(failure);
      },
    });
    const make = tables.fill.bind(tables);
    const fill = (): Promise<MemoryTable> =>
      make({ n: 'UInt32' }, 'SELECT n FROM numbers_kept WHERE n < 2', {}, undefined);
    await expect(fill()).rejects.toThrow('no space left');
    const table = await fill();
    expect(table.rows).toBe(2);
    await table.drop();
  });
});
