import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { storageOf } from '../storage/storage.ts';
import { openAlertingCollector, testBox } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import type { LeaseRow, LeaseStore } from '../storage/write/alerting/lease-rows.ts';
import { BackgroundMeter } from '../metering/background-meter.ts';
import { Meter } from '../metering/meter.ts';
import { Alerting } from './alerting.ts';
import { Lease } from './lease.ts';

/** Rows of a store whose reads and writes take the given time. */
function memoryRows(): LeaseStore {
  const rows = new Map<string, LeaseRow>();
  return {
    read: async () =>
      [...rows.values()].sort((a, b) =>
        a.term === b.term ? (a.holder < b.holder ? -1 : 1) : a.term > b.term ? -1 : 1,
      )[0],
    write: async (_name, term, holder, beat) => void rows.set(`${term} ${holder}`, { term, holder, beat }),
    clear: async () => rows.clear(),
  };
}

test('only one of many concurrent candidates holds the lease; another takes over only after the heartbeat stops', async () => {
  const rows = memoryRows();
  let now = 0;
  const waiting: (() => void)[] = [];
  const make = (): Lease =>
    new Lease({
      rows,
      name: 'x',
      isAlone: false,
      clock: () => now,
      wait: () => new Promise((resolve) => waiting.push(resolve)),
    });
  const leases = Array.from({ length: 5 }, make);
  const round = async (of: readonly Lease[]): Promise<number> => {
    const renewals = of.map((lease) => lease.renew());
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    for (const resolve of waiting.splice(0)) resolve();
    await Promise.all(renewals);
    return leases.filter(({ isHeld }) => isHeld).length;
  };
  expect(await round(leases)).toBe(1);
  const [holder] = leases.filter(({ isHeld }) => isHeld);
  const others = leases.filter((lease) => lease !== holder);
  for (now = 5_000; now < 60_000; now += 5_000) expect(await round(leases)).toBe(1);
  expect(holder?.isHeld).toBe(true);
  // The holder stops: its lease ends before another's begins.
  const counts: number[] = [];
  for (const end = now + 120_000; now < end; now += 5_000) counts.push(await round(others));
  expect(new Set(counts)).toEqual(new Set([1, 0]));
  expect(counts.indexOf(0)).toBeLessThan(counts.lastIndexOf(1));
  expect(holder?.isHeld).toBe(false);
  await others.find(({ isHeld }) => isHeld)?.release();
  expect(await round(others)).toBe(1);
});

let collector: AlertingCollector;
let receiver: Receiver;
beforeAll(async () => {
  collector = await openAlertingCollector('clickhouse', {
    lease: { isAlone: false, wait: async () => undefined, clock: () => collector.nowMs },
  });
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);

test('two collectors on one store send each message once, and the second continues when the first one stops', async () => {
  const other = new Alerting({
    store: storageOf(collector.store.store),
    box: testBox,
    clock: () => collector.nowMs,
    allowsPrivate: true,
    lease: { isAlone: false, wait: async () => undefined, clock: () => collector.nowMs },
  });
  await collector.request('POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url });
  const rule = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: 1 }], channels: ['hook'] };
  await collector.request('PUT', '/api/alerts/r', rule);
  let id = 0;
  const spend = async (name: string): Promise<void> => {
    id += 1;
    const attributes = { ...call({ 'gen_ai.usage.cost': 2 }), ...user(name) };
    await collector.store.pipeline.write(
      batch({ id, trace: id, atMs: collector.nowMs - NOON_MS, attributes }),
    );
  };
  const both = async (): Promise<void> => {
    collector.nowMs += 5_000;
    await Promise.all([collector.alerting.tick(), other.tick()]);
  };
  await spend('a');
  for (let n = 0; n < 3; n += 1) await both();
  await spend('b');
  for (let n = 0; n < 3; n += 1) await both();
  const users = (): string[] => receiver.json<{ data: { user: string } }>().map(({ data }) => data.user);
  expect(users()).toEqual(['a', 'b']);
  const [holder, follower] = collector.alerting.isHeld
    ? [collector.alerting, other]
    : [other, collector.alerting];
  expect(follower.isHeld).toBe(false);
  await spend('c');
  // The holder is killed: it stops evaluating and does not release the lease.
  for (let n = 0; n < 14; n += 1) {
    collector.nowMs += 5_000;
    await follower.tick();
  }
  expect(holder.isHeld).toBe(false);
  expect(users()).toEqual(['a', 'b', 'c']);
  await other.stop();
}, 60_000);

test('two collectors on one store send each meter event once, also if the first one stops in the middle', async () => {
  const biller = await startReceiver();
  onTestFinished(() => biller.close());
  const project = 'metered';
  await collector.request(
    'PUT',
    '/api/exporters/e',
    { type: 'openmeter', apiKey: 'key', url: biller.url, everySeconds: 1 },
    project,
  );
  const collectorOf = (): { alerting: Alerting; meters: BackgroundMeter } => {
    const store = storageOf(collector.store.store);
    const alerting: Alerting = new Alerting({
      store,
      box: testBox,
      clock: () => collector.nowMs,
      allowsPrivate: true,
      lease: { isAlone: false, wait: async () => undefined, clock: () => collector.nowMs },
      afterEvaluation: async (nowMs) => meters.begin(nowMs),
    });
    const meter = new Meter({
      store,
      writer: alerting.writer,
      clock: () => collector.nowMs,
      allowsPrivate: true,
      maySend: () => alerting.isHeld,
    });
    const meters = new BackgroundMeter(store, meter, alerting, (error) => {
      throw error;
    });
    return { alerting, meters };
  };
  const collectors = [collectorOf(), collectorOf()] as const;
  const evaluate = async (
    which: readonly { alerting: Alerting; meters: BackgroundMeter }[],
  ): Promise<void> => {
    collector.nowMs += 5_000;
    await Promise.all(
      which.map(async ({ alerting, meters }) => {
        await alerting.tick();
        await meters.idle();
      }),
    );
  };
  let id = 5_000;
  const spend = async (usd: number): Promise<void> => {
    id += 1;
    const attributes = { ...call({ 'gen_ai.usage.cost': usd }), ...user('payer') };
    await collector.store.pipeline.write(
      batch({ id, trace: id, project, atMs: collector.nowMs - NOON_MS, attributes }),
    );
  };
  // The holder of the lease in the previous test has stopped.
  for (let n = 0; n < 12; n += 1) await evaluate(collectors);
  await spend(0.5);
  await evaluate(collectors);
  await evaluate(collectors);
  const [holder, follower] = collectors[0].alerting.isHeld ? collectors : [collectors[1], collectors[0]];
  expect([holder.alerting.isHeld, follower.alerting.isHeld]).toEqual([true, false]);
  // The biller accepts an event and the holder ends before it gets the answer, so the event stays pending.
  await spend(0.25);
  biller.answer = () => 'reset';
  await evaluate([holder]);
  biller.answer = () => ({ status: 204 });
  for (let n = 0; n < 14; n += 1) await evaluate([follower]);
  expect([holder.alerting.isHeld, follower.alerting.isHeld]).toEqual([false, true]);
  await spend(0.125);
  await evaluate(collectors);
  const sent = biller.json<{ id: string; data: { value: string } }[]>().flat();
  const byId = new Map(sent.map((event) => [event.id, event.data.value]));
  expect([...byId.values()]).toEqual(['0.5', '0.25', '0.125']);
  // Only the event whose answer was lost is sent again, with the same id.
  expect(sent.map(({ data }) => data.value)).toEqual(['0.5', '0.25', '0.25', '0.125']);
  expect(
    (await collector.request('GET', '/api/exporters/e/reconcile', undefined, project)).body,
  ).toMatchObject({
    owed: '0.875',
    sent: '0.875',
    difference: '0',
    states: { sent: 3 },
  });
  for (const { alerting } of collectors) await alerting.stop();
}, 60_000);
