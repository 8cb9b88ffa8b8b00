import { expect, onTestFinished, test } from 'vitest';

import type { Store } from '../../storage/engine/store.ts';
import { storageOf } from '../../storage/storage.ts';
import { everydayRows } from '../../testing/everyday-runs.ts';
import { openAlertingCollector, testBox, withInsert } from '../../testing/alerting-collector.ts';
import { startReceiver } from '../../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../../testing/trace-of.ts';
import { Alerting } from '../alerting.ts';

const USERS = 60;
/** The maximum number of messages in flight to one channel. */
const IN_FLIGHT = 8;

const FAILED_WRITES = [
  ['the first write of answers', [2]],
  ['a later write of answers', [4]],
  ['two writes in a row', [3, 4]],
  ['the write of the messages', [1]],
] as const;

// Every day, a write of answers and the write of messages.
test.each(everydayRows(FAILED_WRITES, ([name]) => /later|messages/.test(name)))(
  'loses no message and repeats messages in flight if the store fails at: %s',
  async (_, failing) => {
    const collector = await openAlertingCollector();
    const receiver = await startReceiver();
    onTestFinished(async () => {
      await collector.close();
      await receiver.close();
    });
    let writes = 0;
    const insert: Store['insert'] = async (rows) => {
      if (rows.table === 'deliveries') {
        writes += 1;
        if (failing.some((number) => number === writes)) throw new Error('the disk is full');
      }
      await collector.store.store.insert(rows);
    };
    const store = withInsert(collector.store.store, insert);
    const errors: unknown[] = [];
    const alerting = new Alerting({
      store: storageOf(store),
      box: testBox,
      clock: () => collector.nowMs,
      allowsPrivate: true,
      lease: { isAlone: true, wait: async () => undefined, clock: () => collector.nowMs },
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => alerting.stop());
    await collector.request('POST', '/api/channels', { id: 'c', type: 'webhook', url: receiver.url }, 'p');
    const rule = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: 1 }], channels: ['c'] };
    await collector.request('PUT', '/api/alerts/r', rule, 'p');
    const spans = Array.from({ length: USERS }, (__, n) => {
      const attributes = { ...call({ 'gen_ai.usage.cost': 2 }), ...user(`u${n}`) };
      return { id: n + 1, trace: n + 1, project: 'p', atMs: collector.nowMs - NOON_MS, attributes };
    });
    await collector.store.pipeline.write(batch(...spans));
    for (let round = 0; round < 6; round += 1) {
      collector.nowMs += 5_000;
      await alerting.tick().catch((error: unknown) => errors.push(error));
    }
    const ids = receiver.requests.map(({ headers }) => String(headers['webhook-id']));
    // Failed writes of the same round count as one error.
    expect([...new Set(errors.map(String))]).toEqual(['Error: the disk is full']);
    expect(new Set(ids).size).toBe(USERS);
    expect(ids.length).toBeLessThanOrEqual(USERS + IN_FLIGHT * failing.length);
  },
);
