import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openTestCollector } from '../../../../testing/test-collector.ts';
import type { TestCollector } from '../../../../testing/test-collector.ts';
import { batch, call, user } from '../../../../testing/trace-of.ts';

interface List {
  readonly data: readonly { readonly id: string; readonly costExact: string }[];
  readonly total: number;
  readonly totals: { readonly costExact: string; readonly calls: number };
}

describe('the keys of the users that match the filter of a list', () => {
  let collector: TestCollector;
  const statements: string[] = [];
  const keysWereRead = (): boolean => statements.some((sql) => sql.includes('AS packed'));
  const write = (id: number, userId: string, group: string): Promise<unknown> =>
    collector.pipeline.write(
      batch({ id, trace: id, attributes: { ...call(), ...user(userId, { 'userspan.user.group': group }) } }),
    );

  beforeAll(async () => {
    collector = await openTestCollector('chdb', undefined, { minUsers: 0 });
    const { store } = collector;
    const query = store.query.bind(store);
    store.query = (sql, parameters, options) => {
      statements.push(sql);
      return query(sql, parameters, options);
    };
    await write(1, 'u1', 'acme');
    await write(2, 'u2', 'acme');
    await write(3, 'u3', 'other');
    // Fills the tables.
    await collector.get('/api/users?from=2026-11-01T00:00:00Z&group=none&totals=false&sort=name');
    await collector.get('/api/users?from=2026-11-01T00:00:00Z');
  }, 60_000);
  afterAll(() => collector.close());
  beforeEach(() => {
    statements.length = 0;
  });

  const listOf = (filter: string): Promise<List> =>
    collector.get<List>(`/api/users?from=2026-11-01T00:00:00Z&${filter}`);
  const idsIn = ({ data }: List): readonly string[] => data.map(({ id }) => id).toSorted();

  it('are not read if tables in memory include everything written so far', async () => {
    const list = await listOf('group=acme');
    expect(idsIn(list)).toEqual(['u1', 'u2']);
    expect(list.total).toBe(2);
    expect(list.totals).toMatchObject({ costExact: '0.5', calls: 2 });
    expect(keysWereRead()).toBe(false);
  });

  it('are read after a write, so that a user who was just added is found', async () => {
    await write(4, 'u4', 'acme');
    const list = await listOf('group=acme');
    expect(keysWereRead()).toBe(true);
    expect(list.totals).toMatchObject({ costExact: '0.75', calls: 3 });
    expect(idsIn(list)).toEqual(['u1', 'u2', 'u4']);
  });
});
