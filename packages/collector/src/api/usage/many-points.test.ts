import { afterAll, beforeAll, expect, test } from 'vitest';

import { openStoreRoom } from '../../testing/store-room.ts';
import type { StoreRoom } from '../../testing/store-room.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

// More points than a series has: a call an hour for two years, of 150 users, groups and tags in turn.

const CALLS = 20_400;
const KEYS = 150;
const HOUR_MS = 3_600_000;

interface Series {
  readonly data: readonly { readonly at: string; readonly key: string | null; readonly calls: number }[];
  readonly total: { readonly calls: number; readonly costExact: string };
}

let room: StoreRoom;

beforeAll(async () => {
  room = await openStoreRoom('chdb');
  for (let first = 0; first < CALLS; first += 5_100) {
    const spans = Array.from({ length: 5_100 }, (_, at) => {
      const id = first + at + 1;
      const key = id % KEYS;
      return {
        id,
        trace: id,
        atMs: -id * HOUR_MS,
        attributes: {
          ...call({ 'gen_ai.usage.cost': key === 7 ? 2 : 0.5 }),
          ...user(`u${key}`, { 'userspan.user.group': `g${key}` }),
          'userspan.tags': [`t${key}`],
        },
      };
    });
    await room.pipeline.write(batch(...spans));
  }
}, 60_000);
afterAll(() => room.close());

test.each(['group', 'tag'])(
  'the chart by %s includes every call, and the keys with the largest cost',
  async (by) => {
    const { data, total } = await room.get<Series>(`/api/usage?bucket=day&by=${by}`);
    expect(total).toMatchObject({ calls: CALLS, costExact: String(CALLS * 0.5 + (CALLS / KEYS) * 1.5) });
    expect(data.reduce((sum, { calls }) => sum + calls, 0)).toBe(CALLS);
    const keys = new Set(data.map(({ key }) => key));
    expect(keys.size).toBe(12);
    expect(keys).toContain(`${by[0]}7`);
    expect(keys).toContain('other');
    // One point for each key and day.
    expect(new Set(data.map(({ at, key }) => `${at} ${key}`)).size).toBe(data.length);
  },
  30_000,
);

test('rejects a series with too many points, and names smaller requests', async () => {
  const reply = await room.app.inject('/api/usage?bucket=hour&by=tag');
  expect(reply.statusCode).toBe(400);
  expect(reply.body).toContain('more than 20,000 points');
  const whole = await room.get<Series>('/api/usage?bucket=day');
  expect(whole.data.reduce((sum, { calls }) => sum + calls, 0)).toBe(CALLS);
}, 30_000);
