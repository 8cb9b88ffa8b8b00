import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import { readStoreBytes } from '../storage/read/store-size.ts';
import { retain } from './retention.ts';

const DAY_MS = 86_400_000;
let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

async function users(): Promise<unknown> {
  const { data } = await collector.get<{ data: { id: string; calls: number }[] }>('/api/users?sort=name');
  return data.map(({ id, calls }) => [id, calls]);
}

test('deletes old days and users not seen since, and the remaining figures match', async () => {
  const on = (day: number, id: string): TestSpan => ({
    id: day + 100,
    trace: day + 100,
    atMs: day * DAY_MS,
    attributes: { ...call(), ...user(id, { 'user.name': id }), 'session.id': `thread ${id}` },
  });
  await collector.pipeline.write(batch(on(-40, 'gone'), on(-39, 'both'), on(-2, 'both'), on(-1, 'new')));
  expect(await users()).toEqual([
    ['both', 2],
    ['gone', 1],
    ['new', 1],
  ]);
  expect(await retain(collector.pipeline, { days: 30 }, NOON_MS)).toBe(Math.floor(NOON_MS / DAY_MS) - 29);
  expect(await users()).toEqual([
    ['both', 1],
    ['new', 1],
  ]);
  expect(await collector.get('/api/users/both')).toMatchObject({ name: 'both', threads: 1 });
  expect((await collector.app.inject('/api/users/gone')).statusCode).toBe(404);
  expect(await retain(collector.pipeline, { days: 30 }, NOON_MS)).toBeUndefined();
  for (const table of ['spans', 'calls', 'usage_by_minute', 'usage_day', 'totals_quarter', 'profiles']) {
    const rows = await collector.store.query(`SELECT * FROM ${table} WHERE toString(tuple(*)) LIKE '%gone%'`);
    expect([table, rows]).toEqual([table, []]);
  }
});

test('deletes the oldest days until the store is within its size limit', async () => {
  const spans = Array.from({ length: 400 }, (_, at) => ({
    id: at + 1,
    trace: at + 1_000,
    project: 'large',
    atMs: -Math.floor(at / 20) * DAY_MS,
    attributes: { ...call(), ...user(`u${at}`), text: Math.random().toString(36).repeat(20) },
  }));
  await collector.pipeline.write(batch(...spans));
  const before = await readStoreBytes(collector.store);
  const first = await retain(collector.pipeline, { bytes: before / 2 }, NOON_MS);
  expect(first).toBeGreaterThan(Math.floor(NOON_MS / DAY_MS) - 20);
  const { calls } = await collector.get<{ calls: number }>('/api/summary', 'large');
  expect(calls).toBeGreaterThan(50);
  expect(calls).toBeLessThan(350);
  expect(await collector.differences('large')).toEqual([]);
});
