import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { eraseUsers } from '../maintenance/erase-users.ts';
import { deleteBefore } from '../maintenance/retention.ts';
import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { everydayRows } from '../testing/everyday-runs.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let collector: AlertingCollector;
let receiver: Receiver;
let project = '';
let number = 0;
let spanId = 0;

beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);
beforeEach(() => {
  number += 1;
  project = `project ${number}`;
  // No minute ends during a test, so no calls leave a window.
  collector.nowMs = NOON_MS + number * HOUR + 1_000;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await send('DELETE', '/api/alerts/rule');
});

function send(
  method: 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
): ReturnType<AlertingCollector['request']> {
  return collector.request(method, url, body, project);
}

/** Equal calls. */
interface Calls {
  readonly of: string;
  readonly group?: string;
  readonly count?: number;
  readonly ageHours?: number;
  readonly isError?: boolean;
  readonly durationMs?: number;
  readonly service?: string;
}

async function make(...all: readonly Calls[]): Promise<void> {
  const spans = all.flatMap(({ of, group, count = 1, ageHours = 0, isError = false, ...rest }) =>
    Array.from({ length: count }, () => {
      spanId += 1;
      return {
        id: spanId,
        trace: spanId,
        project,
        atMs: collector.nowMs - NOON_MS - ageHours * HOUR,
        receivedAtMs: collector.nowMs,
        ...rest,
        attributes: {
          ...call(isError ? { 'error.type': '500' } : {}),
          ...user(of, group === undefined ? {} : { 'userspan.user.group': group }),
        },
      };
    }),
  );
  await collector.store.pipeline.write(batch(...spans));
}

/** The events of an evaluation one second later. */
async function told(): Promise<string[]> {
  await collector.pass(1_000);
  const lines = receiver
    .json<{ readonly type: string; readonly data: Readonly<Record<string, string>> }>()
    .filter(({ data }) => data['project'] === project)
    .map(({ type, data }) => {
      const subject = data['user'] ?? data['group'] ?? data['model'] ?? 'project';
      return `${type} ${subject} ${data['value']}`;
    });
  receiver.requests.length = 0;
  return lines.sort();
}

/** Adds these calls and a rule, which is evaluated and does not fire. */
async function begin(rule: object, ...calls: readonly Calls[]): Promise<void> {
  await send('POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url });
  const { status } = await send('PUT', '/api/alerts/rule', { window: '7d', channels: ['hook'], ...rule });
  expect(status).toBe(200);
  await make(...calls);
  expect(await told()).toEqual([]);
}

const erase =
  (id: string): (() => Promise<unknown>) =>
  () =>
    send('DELETE', `/api/users/${id}`);
/** Deletes calls that began before today, or some days earlier. */
const retain =
  (days = 0): (() => Promise<unknown>) =>
  () =>
    deleteBefore(collector.store.pipeline, Math.floor(collector.nowMs / DAY) - days);
const removeService = (): Promise<unknown> =>
  collector.store.pipeline.change(`removal-${number}`, async (builder) => {
    builder.remove(
      collector.store.pipeline.store.removals.removeService(project, { service: 'web', prefix: 'web:' }),
    );
  });

const ERRORS = { measure: 'errorRate', thresholds: [{ value: 0.5 }] };
const SLOW = { measure: 'latencyP95', thresholds: [{ value: 100 }] };

type Deletion = readonly [
  name: string,
  rule: object,
  calls: readonly Calls[],
  remove: () => Promise<unknown>,
  fired: string,
];
/** Every day: each kind of deletion, with another figure each time. */
const DELETIONS_EVERY_DAY: ReadonlySet<string> = new Set([
  'the calls of a group, below a threshold, by an erasure',
  'the error rate of a model, by an erasure',
  'the p95 of a user, by retention',
  'the cost of a user, compared with the window before, by retention',
  'the error rate of a user, by the removal of a service',
]);

describe('fires when the deletion of calls raises a figure', () => {
  const deletions: readonly Deletion[] = [
    [
      'the error rate of a group, by an erasure',
      { ...ERRORS, of: 'group' },
      [
        { of: 'a', group: 'red', isError: true },
        { of: 'b', group: 'red', count: 2 },
      ],
      erase('b'),
      'alert.fired red 1',
    ],
    [
      'the p95 of a group, by an erasure',
      { ...SLOW, of: 'group' },
      [
        { of: 'a', group: 'red', durationMs: 250 },
        { of: 'b', group: 'red', count: 30 },
      ],
      erase('b'),
      'alert.fired red 250',
    ],
    [
      'the calls of a group, below a threshold, by an erasure',
      { measure: 'calls', direction: 'below', of: 'group', thresholds: [{ value: 3 }] },
      [
        { of: 'a', group: 'red', count: 2 },
        { of: 'b', group: 'red', count: 2 },
      ],
      erase('b'),
      'alert.fired red 2',
    ],
    [
      'the error rate of a model, by an erasure',
      { ...ERRORS, of: 'model' },
      [
        { of: 'a', isError: true },
        { of: 'b', count: 2 },
      ],
      erase('b'),
      'alert.fired gpt-4o-mini 1',
    ],
    [
      'the error rate of a user, by retention',
      { ...ERRORS, of: 'user' },
      [
        { of: 'a', isError: true },
        { of: 'a', count: 2, ageHours: 50 },
      ],
      retain(),
      'alert.fired a 1',
    ],
    [
      'the p95 of a user, by retention',
      { ...SLOW, of: 'user' },
      [
        { of: 'a', durationMs: 250 },
        { of: 'a', count: 30, ageHours: 50 },
      ],
      retain(),
      'alert.fired a 250',
    ],
    [
      'the error rate of a group, by retention',
      { ...ERRORS, of: 'group' },
      [
        { of: 'a', group: 'red', isError: true },
        { of: 'b', group: 'red', count: 2, ageHours: 50 },
      ],
      retain(),
      'alert.fired red 1',
    ],
    [
      'the error rate of a week, by retention',
      { ...ERRORS, of: 'user', window: 'week' },
      [
        { of: 'a', isError: true },
        { of: 'a', count: 2, ageHours: 50 },
      ],
      retain(),
      'alert.fired a 1',
    ],
    [
      'the cost of a user, compared with the window before, by retention',
      { measure: 'cost', of: 'user', window: '1d', comparedToBefore: true, thresholds: [{ value: 3 }] },
      [
        { of: 'a', count: 4 },
        { of: 'a', ageHours: 26 },
        { of: 'a', count: 10, ageHours: 47 },
      ],
      retain(1),
      'alert.fired a 4',
    ],
    [
      'the error rate of a user, by the removal of a service',
      { ...ERRORS, of: 'user' },
      [
        { of: 'a', isError: true },
        { of: 'a', count: 2, service: 'web' },
      ],
      removeService,
      'alert.fired a 1',
    ],
  ];
  const tested = everydayRows(deletions, ([name]) => DELETIONS_EVERY_DAY.has(name));
  test.each(tested)('%s', async (_name, rule, calls, remove, fired) => {
    await begin(rule, ...calls);
    await remove();
    expect(await told()).toEqual([fired]);
  });
});

test('resolves an alert of a group when its users are erased', async () => {
  await begin({ measure: 'calls', of: 'group', thresholds: [{ value: 2 }] }, { of: 'a', group: 'red' });
  await make({ of: 'b', group: 'red' });
  expect(await told()).toEqual(['alert.fired red 2']);
  await send('DELETE', '/api/users/a');
  await send('DELETE', '/api/users/b');
  expect(await told()).toEqual(['alert.resolved red 0']);
});

describe('evaluates an erasure', () => {
  const MEMBERS: readonly Calls[] = [
    { of: 'a', group: 'red', isError: true },
    { of: 'b', group: 'red', count: 2 },
  ];

  test('of another collector on the same store', async () => {
    await begin({ ...ERRORS, of: 'group' }, ...MEMBERS);
    const other = await collector.store.another(`other ${number}`, () => collector.nowMs);
    await eraseUsers(other, project, ['b'], collector.nowMs);
    expect(await told()).toEqual(['alert.fired red 1']);
  });

  test.each([
    ['before rows are deleted', 'execute', /ALTER TABLE|DELETE FROM/],
    ['after rows are deleted', 'insert', /^changes-/],
  ] as const)('of a collector that stops %s and is started again', async (_name, method, pattern) => {
    await begin({ ...ERRORS, of: 'group' }, ...MEMBERS);
    const { store } = collector.store;
    const real = store[method].bind(store) as (first: unknown, ...rest: unknown[]) => Promise<void>;
    vi.spyOn(store, method).mockImplementation(async (first: unknown, ...rest: unknown[]) => {
      const text = typeof first === 'string' ? first : (first as { readonly token: string }).token;
      if (pattern.test(text)) throw new Error('the process ends');
      return real(first, ...rest);
    });
    await expect(eraseUsers(collector.store.pipeline, project, ['b'], collector.nowMs)).rejects.toThrow(
      'the process ends',
    );
    vi.restoreAllMocks();
    // Between the two, the other collector evaluates.
    await told();
    await collector.store.restart({ clock: () => collector.nowMs });
    expect(await told()).toEqual(['alert.fired red 1']);
  });
});

test('evaluates a group that a user left while no rule needed groups', async () => {
  const rule = { measure: 'calls', of: 'group', window: '1h', thresholds: [{ value: 2 }] };
  await begin(rule, { of: 'a', group: 'red' });
  await send('DELETE', '/api/alerts/rule');
  await send('PUT', '/api/alerts/other', { measure: 'calls', window: '1h', thresholds: [{ value: 99 }] });
  await make({ of: 'a', group: 'blue' });
  expect(await told()).toEqual([]);
  await send('PUT', '/api/alerts/rule', { ...rule, channels: ['hook'] });
  expect(await told()).toEqual(['alert.fired blue 2']);
  await send('DELETE', '/api/alerts/other');
});
