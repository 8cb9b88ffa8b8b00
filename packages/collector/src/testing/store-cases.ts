import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { everydayRows } from './everyday-runs.ts';
import { ARRIVALS } from './reference/arrivals.ts';
import type { Short } from './reference/arrivals.ts';
import { openTestCollector } from './test-collector.ts';
import type { StoreKind, TestCollector } from './test-collector.ts';
import { batch, call, NOON_MS, user } from './trace-of.ts';
import type { TestSpan } from './trace-of.ts';

async function users(collector: TestCollector, project: string, query = ''): Promise<Short> {
  const { data } = await collector.get<{ data: { id: string; calls: number; costExact: string | null }[] }>(
    `/api/users${query}`,
    project,
  );
  return Object.fromEntries(data.map(({ id, calls, costExact }) => [id, [calls, costExact] as const]));
}

async function unattributed(collector: TestCollector, project: string): Promise<number> {
  const { unattributed } = await collector.get<{ unattributed: { calls: number } }>('/api/summary', project);
  return unattributed.calls;
}

const WAYS = ['in one run', 'with a restart before every batch', 'twice over'] as const;

/** Ways of `npm test`, by store. All stores have the same pipeline, and after a restart it also reads all that it needs. */
const EVERYDAY_WAYS: Readonly<Record<StoreKind, (typeof WAYS)[number]>> = {
  // Contains one run: what is wrong after it is wrong after the second delivery, which adds nothing.
  chdb: 'twice over',
  clickhouse: 'with a restart before every batch',
  cluster: 'with a restart before every batch',
};

/** Defines the tests for one kind of store. */
export function storeCases(kind: StoreKind): void {
  let collector: TestCollector;
  let number = 0;
  let project = '';
  beforeAll(async () => {
    collector = await openTestCollector(kind);
  }, 60_000);
  afterAll(async () => {
    await collector.close();
  });
  // Each test has its own project, so that nothing has to be deleted between tests.
  beforeEach(() => {
    number += 1;
    project = `project ${number}`;
  });
  const write = (...spans: readonly TestSpan[]): Promise<void> =>
    collector.pipeline.write(batch(...spans.map((span) => ({ project, ...span }))));
  const get = <T = Record<string, unknown>>(url: string): Promise<T> => collector.get<T>(url, project);
  const send = (
    method: 'POST' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
  ): ReturnType<TestCollector['send']> => collector.send(method, url, body, project);

  describe.each(ARRIVALS)('$name', ({ batches, users: expected, unattributed: without = 0 }) => {
    test.each(everydayRows(WAYS, (way) => way === EVERYDAY_WAYS[kind]))('%s', async (way) => {
      const all = batches.map((spans) => batch(...spans.map((span) => ({ project, ...span }))));
      for (const each of all) {
        if (way === 'with a restart before every batch') await collector.restart();
        await collector.pipeline.write(each);
      }
      if (way === 'twice over') for (const each of all) await collector.pipeline.write(each);
      expect(await users(collector, project)).toEqual(expected);
      expect(await unattributed(collector, project)).toBe(without);
      expect(await collector.differences(project)).toEqual([]);
    });
  });

  test('what is inserted again under its token counts once', async () => {
    const insert = (token: string): Promise<void> =>
      collector.store.insert({
        table: 'threads',
        columns: ['project', 'user_id', 'thread_id', 'first_ns', 'last_ns', 'calls'],
        format: 'TabSeparated',
        body: Buffer.from([1, 2, 3].map((at) => `${project}\tuser ${at}\tthread\t1\t2\t1\n`).join('')),
        token: `${project} ${token}`,
      });
    const count = async (): Promise<number> => {
      const [row] = await collector.store.query<{ calls: string }>(
        'SELECT sum(calls) AS calls FROM threads WHERE project = {project:String}',
        { project },
      );
      return Number(row?.calls);
    };
    await insert('one');
    await insert('one');
    expect(await count()).toBe(3);
    await insert('two');
    expect(await count()).toBe(6);
  });

  test('projects share nothing', async () => {
    await write(
      { id: 1, project: 'one', attributes: { ...call(), ...user('a', { 'user.name': 'One' }) } },
      { id: 1, project: 'two', attributes: { ...call(), ...user('a', { 'user.name': 'Two' }) } },
      { id: 2, project: 'two', attributes: { ...call(), ...user('b') } },
    );
    expect(await users(collector, 'one')).toEqual({ a: [1, '0.25'] });
    expect(await users(collector, 'two')).toEqual({ a: [1, '0.25'], b: [1, '0.25'] });
    expect(await users(collector, project)).toEqual({});
    expect(await collector.get('/api/users/a', 'one')).toMatchObject({ name: 'One' });
    const other = await collector.app.inject({ url: '/api/users/b', headers: { 'x-project': 'one' } });
    expect(other.statusCode).toBe(404);
    const call404 = await collector.app.inject({
      url: `/api/calls/${'0'.repeat(31)}1/${'0'.repeat(15)}2`,
      headers: { 'x-project': 'one' },
    });
    expect(call404.statusCode).toBe(404);
  });

  test('props: the latest event wins in any order, null removes, a browser stands behind', async () => {
    const at = (atMs: number, props: Record<string, string | number | null>, claimed = false): TestSpan => ({
      id: atMs + 100,
      atMs,
      claimed,
      attributes: { 'user.id': 'a', ...props },
    });
    await write(at(5, { 'user.name': 'New', 'userspan.user.plan': 'pro' }));
    await write(at(1, { 'user.name': 'Old', 'userspan.user.seats': 3 }));
    await write(at(9, { 'user.name': 'Browser', 'userspan.user.theme': 'dark' }, true));
    await write(at(7, { 'userspan.user.plan': null }));
    expect(await get('/api/users/a')).toMatchObject({
      name: 'New',
      props: { seats: 3, theme: 'dark' },
      claimed: false,
      firstSeen: new Date(NOON_MS + 1).toISOString(),
      lastSeen: new Date(NOON_MS + 14).toISOString(),
    });
    const { status, body } = await send('PATCH', '/api/users/a', {
      props: { plan: 'free', seats: null },
    });
    expect([status, body['props']]).toEqual([200, { plan: 'free', theme: 'dark' }]);
  });

  test('alias: the past moves along, and back', async () => {
    await write(
      { id: 1, trace: 1, attributes: { ...call(), ...user('anon-7f3a') } },
      { id: 2, trace: 2, attributes: { ...call(), ...user('known') } },
    );
    expect(await send('POST', '/api/users/anon-7f3a/alias', { userId: 'known' })).toEqual({
      status: 200,
      body: { alias: 'anon-7f3a', userId: 'known' },
    });
    expect(await users(collector, project)).toEqual({ known: [2, '0.5'] });
    expect(await get('/api/users/anon-7f3a')).toMatchObject({
      id: 'known',
      calls: 2,
      aliases: ['anon-7f3a'],
    });
    await write({ id: 3, trace: 3, attributes: { ...call(), ...user('anon-7f3a') } });
    expect(await users(collector, project)).toEqual({ known: [3, '0.75'] });
    expect((await send('POST', '/api/users/known/alias', { userId: 'anon-7f3a' })).status).toBe(409);
    await send('POST', '/api/users/known/alias', { userId: 'boss' });
    expect(await users(collector, project)).toEqual({ boss: [3, '0.75'] });
    await send('POST', '/api/users/known/unalias');
    expect(await users(collector, project)).toEqual({ known: [3, '0.75'] });
    await send('POST', '/api/users/anon-7f3a/unalias');
    expect(await users(collector, project)).toEqual({ 'anon-7f3a': [2, '0.5'], known: [1, '0.25'] });
  });

  test('erasing takes everything, keeps the others, and stops what is late', async () => {
    await write(
      {
        id: 1,
        trace: 1,
        attributes: {
          ...call(),
          ...user('gone', { 'user.email': 'gone@example.com' }),
          'session.id': 't1',
        },
      },
      { id: 2, trace: 2, attributes: user('stays') },
      { id: 3, trace: 2, parent: 2, attributes: user('gone') },
      { id: 4, trace: 2, parent: 3, attributes: call() },
      { id: 5, trace: 2, parent: 2, attributes: call() },
    );
    const { status, body } = await send('DELETE', '/api/users/gone');
    expect(status).toBe(200);
    expect(body['deleted']).toEqual({ calls: 2, spans: 3, threads: 1, profiles: 1, aliases: 0, log: null });
    expect(await users(collector, project)).toEqual({ stays: [1, '0.25'] });
    expect(await collector.differences(project)).toEqual([]);
    await write(
      { id: 6, trace: 3, attributes: { ...call(), ...user('gone') } },
      { id: 7, trace: 1, parent: 1, attributes: call() },
      { id: 8, trace: 4, atMs: 7_200_000, attributes: { ...call(), ...user('gone') } },
    );
    expect(await users(collector, project)).toEqual({ stays: [1, '0.25'], gone: [1, '0.25'] });
    expect(await unattributed(collector, project)).toBe(0);
    await collector.restart();
    await write({ id: 9, trace: 5, attributes: { ...call(), ...user('gone') } });
    expect(await users(collector, project)).toEqual({ stays: [1, '0.25'], gone: [1, '0.25'] });
    for (const table of ['spans', 'calls', 'profiles', 'usage_by_minute', 'usage_day', 'threads']) {
      const rows = await collector.store.query(
        `SELECT * FROM ${table} WHERE toString(tuple(*)) LIKE '%gone@example.com%'`,
      );
      expect([table, rows]).toEqual([table, []]);
    }
  });

  test('a price, its difference first, then the repricing', async () => {
    const unknown = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'house-1',
      'gen_ai.usage.input_tokens': 1_000_000,
      'gen_ai.usage.output_tokens': 1_000,
    };
    await write(
      { id: 1, attributes: { ...unknown, ...user('a') } },
      { id: 2, trace: 2, attributes: unknown },
    );
    expect(await users(collector, project)).toEqual({ a: [1, null] });
    const price = { model: 'house-1', usdPerMillion: { input: 2, output: '8' } };
    const dry = await send('POST', '/api/reprice', { dryRun: true, price });
    expect(dry.body).toMatchObject({
      dryRun: true,
      calls: 2,
      changed: 2,
      before: '0',
      after: '4.016',
      difference: '4.016',
    });
    expect(await users(collector, project)).toEqual({ a: [1, null] });
    expect((await send('POST', '/api/prices', price)).status).toBe(201);
    expect((await send('POST', '/api/reprice', { dryRun: false })).body).toMatchObject({
      changed: 2,
      difference: '4.016',
    });
    expect(await users(collector, project)).toEqual({ a: [1, '2.008'] });
    expect(await collector.differences(project)).toEqual([]);
    const { data } = await get<{ data: object[] }>('/api/users/a/calls');
    expect(data).toMatchObject([
      { costExact: '2.008', costAtCall: null, costSource: 'custom', unpriced: null },
    ]);
    // When the user becomes known, the repriced cost moves to that user.
    await write({ id: 3, trace: 2, attributes: user('b') });
    expect(await users(collector, project)).toEqual({ a: [1, '2.008'], b: [1, '2.008'] });
    expect(await collector.differences(project)).toEqual([]);
    expect((await send('POST', '/api/prices', { model: 'x', usdPerMillion: { input: -1 } })).status).toBe(
      400,
    );
  });

  test('sample data comes and goes', async () => {
    await write({ id: 1, attributes: { ...call(), ...user('mine') } });
    const before = await get('/api/summary');
    expect((await send('POST', '/api/sample')).status).toBe(201);
    expect((await send('POST', '/api/sample')).status).toBe(409);
    const during = await get<{ users: number; sample: boolean }>('/api/summary');
    expect(during).toMatchObject({ sample: true });
    expect(during.users).toBeGreaterThan(15);
    expect(await collector.differences(project)).toEqual([]);
    expect((await send('DELETE', '/api/sample')).status).toBe(200);
    expect(await get('/api/summary')).toEqual(before);
    expect(await collector.differences(project)).toEqual([]);
  });
}
