import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

let collector: AlertingCollector;
let receiver: Receiver;
let project = '';
let number = 0;
let spanId = 0;
let secret = '';

beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);
afterEach(async () => {
  const { body } = await send('GET', '/api/alerts');
  const rules: unknown = body['data'];
  for (const { id } of rules as { id: string }[]) await send('DELETE', `/api/alerts/${id}`);
});
// Each test has its own project. The clock continues from the previous test.
beforeEach(async () => {
  number += 1;
  project = `project ${number}`;
  receiver.requests.length = 0;
  receiver.answer = () => ({ status: 204 });
  const added = await send('POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url });
  secret = String(added.body['secret']);
});

function send(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
): ReturnType<AlertingCollector['request']> {
  return collector.request(method, url, body, project);
}

/** Calls at the current time of the test's clock. */
async function spend(
  ...calls: readonly (readonly [userId: string, usd: number, rest?: Partial<TestSpan>])[]
): Promise<void> {
  const spans = calls.map(([userId, usd, rest = {}]): TestSpan => {
    spanId += 1;
    return {
      id: spanId,
      trace: spanId,
      project,
      atMs: collector.nowMs - NOON_MS,
      ...rest,
      attributes: {
        ...call({ 'gen_ai.usage.cost': usd }),
        ...(userId === '' ? {} : user(userId)),
        ...rest.attributes,
      },
    };
  });
  await collector.store.pipeline.write(batch(...spans));
}

function rule(body: object): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  return send('POST', '/api/alerts', { id: 'rule', channels: ['hook'], ...body });
}

function lineOf({ type, data }: Told): string {
  const subject = ['user', 'group', 'model', 'tag', 'service']
    .map((name) => data[name])
    .find((value) => typeof value === 'string');
  return `${type} ${subject ?? 'project'} ${String(data['value'])} ${String(data['threshold'])}`;
}

/** A short form of the messages received since the last call of this function. */
function told(): string[] {
  const all = receiver.json<Told>().map(({ type, data }) => {
    return lineOf({ type, data });
  });
  receiver.requests.length = 0;
  return all.sort();
}

const ANY_USER = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: '1' }] };

test('sends one signed message per user and day for a rule of a dollar per user and day', async () => {
  expect((await rule(ANY_USER)).status).toBe(201);
  await spend(['a', 0.6], ['b', 0.99]);
  await collector.pass(5_000);
  expect(told()).toEqual([]);
  await spend(['a', 0.4], ['c', 5]);
  await collector.pass(5_000);
  const [request] = receiver.requests;
  vi.useFakeTimers({ toFake: ['Date'], now: collector.nowMs });
  const verified = new Webhook(secret).verify(
    request?.body ?? '',
    request?.headers as Record<string, string>,
  ) as Told;
  vi.useRealTimers();
  expect(verified.type).toBe('alert.fired');
  expect(verified.data).toMatchObject({
    state: 'critical',
    thresholdsCrossed: ['1'],
    cause: { model: { name: 'gpt-4o-mini', share: 1 } },
  });
  expect(told()).toEqual(['alert.fired a 1 1', 'alert.fired c 5 1']);
  await spend(['a', 3]);
  await collector.pass(5_000);
  expect(told()).toEqual([]);
  await collector.pass(12 * HOUR);
  expect(told()).toEqual(['alert.resolved a 0 1', 'alert.resolved c 0 1']);
  await spend(['a', 1]);
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.fired a 1 1']);
});

test('fires once per threshold, and resolves when calls leave a rolling window', async () => {
  const thresholds = [
    { severity: 'critical', value: 2 },
    { severity: 'warning', value: '1' },
  ];
  await rule({ measure: 'cost', of: 'user', window: '5m', thresholds });
  await spend(['a', 1.5]);
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.fired a 1.5 1']);
  await spend(['a', 1]);
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.fired a 2.5 2']);
  await collector.pass(4 * MINUTE);
  expect(told()).toEqual([]);
  await collector.pass(2 * MINUTE);
  expect(told()).toEqual(['alert.resolved a 0 2']);
});

const MEASURES: readonly (readonly [name: string, rule: object, told: string])[] = [
  ['calls', { measure: 'calls', thresholds: [{ value: 3 }] }, 'alert.fired project 3 3'],
  ['tokens', { measure: 'tokens', thresholds: [{ value: 45 }] }, 'alert.fired project 45 45'],
  ['errors', { measure: 'errors', thresholds: [{ value: 1 }] }, 'alert.fired project 1 1'],
  [
    'error rate',
    { measure: 'errorRate', minimumCalls: 3, thresholds: [{ value: 0.3 }] },
    'alert.fired project 0.333333333333333333 0.3',
  ],
  ['latency', { measure: 'latencyP95', thresholds: [{ value: 100 }] }, 'alert.fired project 250 100'],
  ['unpriced', { measure: 'unpriced', thresholds: [{ value: 1 }] }, 'alert.fired project 1 1'],
  [
    'coverage',
    { measure: 'coverage', thresholds: [{ value: 0.7 }] },
    'alert.fired project 0.666666666666666666 0.7',
  ],
  ['model', { measure: 'calls', of: 'model', thresholds: [{ value: 1 }] }, 'alert.fired gpt-4o-mini 2 1'],
  [
    'service',
    { measure: 'calls', of: 'service', filter: { model: ['odd'] }, thresholds: [{ value: 1 }] },
    'alert.fired app 1 1',
  ],
  ['tag', { measure: 'calls', of: 'tag', thresholds: [{ value: 1 }] }, 'alert.fired chat 1 1'],
  ['group', { measure: 'calls', of: 'group', thresholds: [{ value: 2 }] }, 'alert.fired acme 2 2'],
  [
    'filter by group',
    { measure: 'calls', filter: { group: ['acme'] }, thresholds: [{ value: 2 }] },
    'alert.fired project 2 2',
  ],
];

test('evaluates all measures and subjects', async () => {
  for (const [name, body] of MEASURES) {
    const id = name.replaceAll(' ', '-');
    expect([name, (await rule({ window: '1h', ...body, id })).status]).toEqual([name, 201]);
  }
  await spend(
    ['a', 1, { attributes: { 'userspan.user.group': 'acme', 'userspan.tags': ['chat'] } }],
    ['b', 1, { durationMs: 250, attributes: { 'userspan.user.group': 'acme', 'error.type': '500' } }],
    ['', 0, { attributes: { 'gen_ai.request.model': 'odd', 'gen_ai.usage.cost': null } }],
  );
  await collector.pass(5_000);
  const byRule = new Map<string, string[]>();
  for (const { type, data } of receiver.json<Told>()) {
    const { id } = data['rule'] as { id: string };
    const line = lineOf({ type, data });
    byRule.set(id, [...(byRule.get(id) ?? []), line]);
  }
  for (const [name, , told] of MEASURES) {
    expect([name, byRule.get(name.replaceAll(' ', '-'))]).toEqual([name, expect.arrayContaining([told])]);
  }
});

test('compares with the previous window: fires at three times its figure', async () => {
  await rule({
    measure: 'cost',
    of: 'user',
    window: '1h',
    comparedToBefore: true,
    thresholds: [{ value: 3 }],
  });
  await spend(['a', 1], ['b', 1]);
  await collector.pass(HOUR);
  await spend(['a', 2.9], ['b', 3], ['new', 100]);
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.fired b 3 3']);
});

test('evaluates late, repriced, aliased and erased calls', async () => {
  await rule(ANY_USER);
  await spend(['a', 0.5], ['b', 0.7], ['late', 2, { atMs: collector.nowMs - NOON_MS - 26 * HOUR }]);
  await collector.pass(5_000);
  expect(told()).toEqual([]);
  await send('POST', '/api/users/a/alias', { userId: 'b' });
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.fired b 1.2 1']);
  await send('POST', '/api/users/a/unalias');
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.resolved b 0.7 1']);
  await spend(['gone', 4]);
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.fired gone 4 1']);
  await send('DELETE', '/api/users/gone');
  await collector.pass(5_000);
  for (const table of ['alert_states', 'deliveries', 'usage_changes', 'usage_by_minute']) {
    const rows = await collector.store.store.query(
      `SELECT * FROM ${table} WHERE toString(tuple(*)) LIKE '%gone%'`,
    );
    expect([table, rows]).toEqual([table, []]);
  }
});

test('sends no messages during silences and mutes, and sends alerts that still fire at their end', async () => {
  await rule(ANY_USER);
  const until = new Date(collector.nowMs + 10 * MINUTE).toISOString();
  expect((await send('POST', '/api/silences', { rule: 'rule', until })).status).toBe(201);
  const muted = await send('POST', '/api/silences', { user: 'muted' });
  await spend(['a', 1], ['muted', 9]);
  await collector.pass(MINUTE);
  expect(told()).toEqual([]);
  await collector.pass(10 * MINUTE);
  expect(told()).toEqual(['alert.fired a 1 1']);
  await send('DELETE', `/api/silences/${String(muted.body['id'])}`);
  await collector.pass(MINUTE);
  expect(told()).toEqual(['alert.fired muted 9 1']);
});

test('repeats messages, and handles windows without data', async () => {
  await rule({
    measure: 'calls',
    window: '5m',
    noData: 'alert',
    renotifySeconds: 120,
    thresholds: [{ severity: 'warning', value: 100 }],
  });
  await spend(['a', 1]);
  await collector.pass(5_000);
  expect(told()).toEqual([]);
  await collector.pass(6 * MINUTE);
  expect(told()).toEqual(['alert.fired project 0 100']);
  await collector.pass(2 * MINUTE);
  expect(told()).toEqual(['alert.repeated project 0 100']);
  await spend(['a', 1]);
  await collector.pass(MINUTE);
  expect(told()).toEqual(['alert.resolved project 1 100']);
});

test('keeps the state of alerts over a restart, and sends queued messages once', async () => {
  await rule(ANY_USER);
  receiver.answer = () => ({ status: 500 });
  await spend(['a', 2]);
  await collector.pass(5_000);
  expect(told()).toEqual(['alert.fired a 2 1']);
  receiver.answer = () => ({ status: 200 });
  await collector.restart();
  await collector.pass(1_000);
  expect(told()).toEqual([]);
  await collector.pass(10_000);
  expect(told()).toEqual(['alert.fired a 2 1']);
  await collector.restart();
  await spend(['a', 2]);
  await collector.pass(10_000);
  expect(told()).toEqual([]);
  const { body } = await send('GET', '/api/deliveries');
  expect(body['data']).toMatchObject([
    { state: 'delivered', attempts: 2, channel: 'hook', rule: 'rule', subject: 'user:a' },
  ]);
  const states = await send('GET', '/api/alert-states?active=true');
  expect(states.body['data']).toMatchObject([
    { rule: 'rule', of: 'user', subject: 'a', severity: 'critical' },
  ]);
});

test('fires again for an erased user with new calls', async () => {
  await rule(ANY_USER);
  await spend(['a', 1]);
  await collector.pass(1_000);
  expect(told()).toEqual(['alert.fired a 1 1']);
  await send('DELETE', '/api/users/a');
  await collector.pass(1_000);
  await spend(['a', 1]);
  await collector.pass(1_000);
  expect(told()).toEqual(['alert.fired a 1 1']);
});

test('rejects a rule with an unknown channel', async () => {
  const { status, body } = await rule({ ...ANY_USER, channels: ['nope'] });
  expect([status, body['message'] ?? body['detail']]).toEqual([
    400,
    expect.stringMatching(/no channel "nope"/),
  ]);
});
