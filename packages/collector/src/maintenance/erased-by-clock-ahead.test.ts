import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import { eraseUsers } from './erase-users.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

let nowMs = 0;
let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb', () => nowMs);
}, 60_000);
afterAll(() => collector.close());

const setClock = (hours: number) => async (): Promise<void> => {
  nowMs = NOON_MS + hours * HOUR_MS;
};
const refresh = (): Promise<void> => collector.pipeline.refresh();
const restart = (): Promise<void> => collector.restart();

/**
 * After an erasure while the clock was a year ahead, its time is corrected to that of the first read with the right clock.
 */
test.each([
  { name: 'right clock, restart, restart', steps: [setClock(2), restart, setClock(4), restart] },
  {
    name: 'restart, right clock, restart',
    steps: [restart, setClock(2), refresh, setClock(4), restart],
  },
  {
    name: 'right clock, a read, two restarts',
    steps: [setClock(2), refresh, setClock(4), restart, restart],
  },
  {
    name: 'right clock, clock ahead again, right clock',
    steps: [setClock(2), restart, setClock(30 * 24), restart, setClock(4), restart],
  },
])(
  'keeps later activity of a user, even if it arrives late: $name',
  async ({ name, steps }) => {
    const id = `user ${name}`;
    let spans = 0;
    const callAt = (hours: number) => {
      spans += 1;
      const place = {
        id: spans,
        trace: Number.parseInt(Buffer.from(name).toString('hex').slice(0, 8), 16) + spans,
      };
      return { ...place, project: name, atMs: hours * HOUR_MS, attributes: { ...call(), ...user(id) } };
    };
    await setClock(1)();
    await collector.pipeline.write(batch(callAt(0.5)));
    nowMs += YEAR_MS;
    await eraseUsers(collector.pipeline, name, [id], nowMs);
    for (const step of steps) await step();
    // Two calls from before the erasure, three from after its first read with the right clock.
    await collector.pipeline.write(batch(callAt(0.5), callAt(1.5), callAt(2.5), callAt(3.5), callAt(4.5)));
    const { data } = await collector.get<{ data: { calls: number }[] }>('/api/users', name);
    expect(data.map(({ calls }) => calls)).toEqual([3]);
  },
  60_000,
);
