import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let collector: AlertingCollector;
let receiver: Receiver;
let number = 0;
let spanId = 0;
let project = '';

beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);

interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly project: string;
    readonly user?: string;
    readonly value: string;
    readonly threshold: string;
    readonly title: string;
    readonly window: { readonly to: string };
  };
}

/** Messages received since the last call of this function. */
async function told(): Promise<string[]> {
  await collector.pass(0);
  const lines = receiver
    .json<Told>()
    .filter(({ data }) => data.project === project)
    .map(({ type, data }) => {
      return `${type} ${data.user ?? 'project'} ${data.value} ${data.threshold} ${data.window.to}`;
    });
  receiver.requests.length = 0;
  return lines.sort();
}

function send(
  method: 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
): ReturnType<AlertingCollector['request']> {
  return collector.request(method, url, body, project);
}

async function spend(
  ...calls: readonly (readonly [userId: string, usd: number, atMs: number])[]
): Promise<void> {
  const spans = calls.map(([userId, usd, atMs]) => {
    spanId += 1;
    const attributes = { ...call({ 'gen_ai.usage.cost': usd }), ...user(userId) };
    return {
      id: spanId,
      trace: spanId,
      project,
      atMs: atMs - NOON_MS,
      receivedAtMs: collector.nowMs,
      attributes,
    };
  });
  await collector.store.pipeline.write(batch(...spans));
}

/** A project with a rule, some hours before a window ends. The clock only moves forward between tests. */
async function begin(startMs: number, rule: object, channel: object = {}): Promise<void> {
  await send('DELETE', '/api/alerts/rule');
  number += 1;
  project = `project ${number}`;
  receiver.requests.length = 0;
  collector.nowMs = startMs;
  await send('POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url, ...channel });
  const { status, body } = await send('PUT', '/api/alerts/rule', {
    measure: 'cost',
    of: 'user',
    thresholds: [{ severity: 'warning', value: '1' }, { value: '2' }],
    channels: ['hook'],
    ...rule,
  });
  expect([status, body]).toEqual([200, expect.anything()]);
  await collector.pass(0);
}

// Ordered by time. The cases include days of 23 and of 25 hours.
const ENDS: readonly (readonly [window: string, timeZone: string, to: string, nextTo: string])[] = [
  ['day', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
  ['month', 'Asia/Kathmandu', '2026-05-31T18:15:00.000Z', '2026-06-30T18:15:00.000Z'],
  ['day', 'America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
];

test.each(ENDS)(
  'fires once for a %s of %s that ends at %s, for calls of its last seconds',
  async (...row) => {
    const [window, timeZone, to, nextTo] = row;
    const endMs = Date.parse(to);
    await begin(endMs - 2 * HOUR, { window, timeZone });
    await spend(['a', 0.9, collector.nowMs], ['c', 1.5, collector.nowMs]);
    collector.nowMs = endMs - 3 * SECOND;
    expect(await told()).toEqual([`alert.fired c 1.5 1 ${to}`]);
    await spend(
      ['a', 0.1, endMs - SECOND],
      ['b', 0.4, endMs - 1],
      ['c', 0.1, endMs - 1],
      ['d', 0.9, endMs - 1],
      ['d', 0.2, endMs],
    );
    await collector.pass(4 * SECOND);
    expect(await told()).toEqual([
      `alert.fired a 1 1 ${to}`,
      `alert.resolved a 0 1 ${nextTo}`,
      `alert.resolved c 0 1 ${nextTo}`,
    ]);
  },
);

test('does not fire again for a day if the clock is set back past midnight', async () => {
  const to = '2026-11-20T00:00:00.000Z';
  const nextTo = '2026-11-21T00:00:00.000Z';
  const endMs = Date.parse(to);
  await begin(endMs - 2 * HOUR, { window: 'day' });
  await spend(['a', 1.5, collector.nowMs]);
  expect(await told()).toEqual([`alert.fired a 1.5 1 ${to}`]);
  collector.nowMs = endMs + 15 * MINUTE;
  expect(await told()).toEqual([`alert.resolved a 0 1 ${nextTo}`]);
  collector.nowMs = endMs - 7 * MINUTE;
  expect(await told()).toEqual([]);
  // An alert that has not fired on this day fires.
  await spend(['a', 0.5, collector.nowMs], ['b', 1, collector.nowMs]);
  expect(await told()).toEqual([`alert.fired a 2 2 ${to}`, `alert.fired b 1 1 ${to}`]);
  collector.nowMs = endMs + 15 * MINUTE;
  expect(await told()).toEqual([`alert.resolved a 0 2 ${nextTo}`, `alert.resolved b 0 1 ${nextTo}`]);
});

test('evaluates an ended window with late calls, restarts, a pause, a silence, and a rule that is newer than the window', async () => {
  const to = '2026-11-24T00:00:00.000Z';
  const nextTo = '2026-11-25T00:00:00.000Z';
  const endMs = Date.parse(to);
  await begin(endMs - 2 * HOUR, { window: 'day' });
  await spend(['b', 0.4, endMs - HOUR], ['a', 1, endMs - HOUR]);
  expect(await told()).toEqual([`alert.fired a 1 1 ${to}`]);
  collector.nowMs = endMs + 10 * MINUTE;
  expect(await told()).toEqual([`alert.resolved a 0 1 ${nextTo}`]);
  // One message for both thresholds.
  await spend(['b', 1.7, endMs - 2]);
  await collector.restart();
  await collector.pass(SECOND);
  expect(await told()).toEqual([`alert.fired b 2.1 2 ${to}`, `alert.resolved b 0 2 ${nextTo}`]);
  await spend(['a', 1, endMs - HOUR], ['a', 1.2, endMs + SECOND]);
  await collector.pass(MINUTE);
  expect(await told()).toEqual([`alert.fired a 1.2 1 ${nextTo}`, `alert.fired a 2 2 ${to}`]);
  await spend(['a', 0.1, endMs - HOUR], ['b', 0.1, endMs - HOUR]);
  const until = new Date(collector.nowMs + 2 * MINUTE).toISOString();
  await send('POST', '/api/silences', { user: 'muted', until });
  await spend(['muted', 5, endMs - HOUR]);
  await collector.restart();
  await collector.pass(MINUTE);
  expect(await told()).toEqual([]);
  await send('PUT', '/api/alerts/newer', {
    measure: 'calls',
    of: 'user',
    window: 'day',
    thresholds: [{ value: 1 }],
    channels: ['hook'],
  });
  // The first evaluation an hour after the end is the last one.
  collector.nowMs = endMs + HOUR - MINUTE;
  await collector.pass(0);
  await send('DELETE', '/api/alerts/newer');
  expect(await told()).toEqual([expect.stringMatching(/^alert.fired a 1 1 /)]);
  await spend(['late', 5, endMs - HOUR]);
  await collector.restart();
  await collector.pass(2 * MINUTE);
  expect(await told()).toEqual([`alert.fired late 5 2 ${to}`, `alert.resolved late 0 2 ${nextTo}`]);
  await spend(['later', 5, endMs - HOUR]);
  await collector.restart();
  expect(await told()).toEqual([]);
  // No evaluation ran when the day ended.
  collector.nowMs = endMs + 24 * HOUR - MINUTE;
  await collector.pass(0);
  receiver.requests.length = 0;
  await spend(['paused', 5, endMs + 23 * HOUR]);
  await collector.restart();
  await collector.pass(9 * HOUR);
  const dayAfter = '2026-11-26T00:00:00.000Z';
  expect(await told()).toEqual([
    `alert.fired paused 5 2 ${nextTo}`,
    `alert.resolved a 0 1 ${dayAfter}`,
    `alert.resolved paused 0 2 ${dayAfter}`,
  ]);
});

test('evaluates a budget of an ended window: threshold, message and digest', async () => {
  const endMs = Date.parse('2026-11-28T00:00:00Z');
  await begin(endMs - 2 * HOUR, { window: 'day' }, { digest: { at: '00:00' } });
  const budget = { id: 'daily', of: 'user', usd: 4, period: 'day', channels: ['hook'] };
  expect(await send('PUT', '/api/budgets', budget)).toMatchObject({ status: 200 });
  collector.nowMs = endMs - 3 * SECOND;
  await collector.pass(0);
  await spend(['a', 3.5, endMs - 1]);
  await collector.pass(4 * SECOND);
  const { data } = receiver.json<{ data: { count: number; alerts: { title: string }[] } }>()[0] ?? {};
  expect(data?.alerts.map(({ title }) => title)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /user a: cost \$3\.5 in the day that ended at 2026-11-28T00:00:00\.000Z, at or above \$3\.2$/i,
      ),
    ]),
  );
});

test("evaluates a window that ended before a collector's first evaluation after a restart", async () => {
  const to = '2026-12-20T00:00:00.000Z';
  const endMs = Date.parse(to);
  await begin(endMs - 2 * HOUR, { window: 'day' });
  await collector.store.store.execute('TRUNCATE TABLE alert_states');
  await spend(['a', 0.4, collector.nowMs], ['b', 1.2, collector.nowMs]);
  await collector.restart();
  collector.nowMs = endMs + 5 * HOUR;
  expect(await told()).toEqual([
    `alert.fired b 1.2 1 ${to}`,
    `alert.resolved b 0 1 2026-12-21T00:00:00.000Z`,
  ]);
  expect(await told()).toEqual([]);
});
