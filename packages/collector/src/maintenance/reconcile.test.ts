import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everydayRows } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { decideCalls, reconcile } from './reconcile.ts';
import { RepairAfterCrash } from './repair-after-crash.ts';

let collector: TestCollector;
let two: SpanPipeline;
let number = 0;

beforeAll(async () => {
  collector = await openTestCollector('clickhouse');
  two = await collector.another('two');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

/** Only reconciles spans inserted from now on, not the traces of earlier tests. */
function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}

interface Case {
  readonly name: string;
  readonly one: readonly TestSpan[];
  readonly two: readonly TestSpan[];
  readonly users: Readonly<Record<string, number>>;
  readonly unattributed?: number;
}

const OWN: TestSpan = { id: 2, parent: 1, attributes: { ...call(), ...user('a'), 'session.id': 't' } };

const UNIQUE_ID = 'msg_01ZyxWvuTs9RqPnMkJhGfEdCb';

const CASES: readonly Case[] = [
  {
    name: 'one collector received the user, the other the call',
    one: [{ id: 1, attributes: user('a') }],
    two: [{ id: 2, parent: 1, attributes: call() }],
    users: { a: 1 },
  },
  { name: 'both received the same span', one: [OWN], two: [OWN], users: { a: 1 } },
  {
    name: 'each received a user of the trace and a call without a user',
    one: [
      { id: 1, attributes: user('a') },
      { id: 2, attributes: call() },
    ],
    two: [{ id: 3, attributes: user('b') }],
    users: { a: 0, b: 0 },
    unattributed: 1,
  },
  {
    name: 'one received the wrapper, the other the call below it',
    one: [{ id: 1, attributes: { ...call({ 'gen_ai.operation.name': 'invoke_agent' }), ...user('a') } }],
    two: [{ id: 2, parent: 1, attributes: call() }],
    users: { a: 1 },
  },
  ...['msg_01AbcDefGh2JkLmNpQrStUvWx', 'req_011CPq7Rs8Tu9Vw1Xy2Za3Bc'].map((id, at): Case => {
    const record = { ...call({ 'gen_ai.response.id': id }) };
    return {
      name: `a log event of a request came to one, its span to the other, minutes apart: ${at}`,
      one: [{ id: 1, trace: 300 + at, scope: 'events', attributes: { ...record, ...user('a') } }],
      two: [
        { id: 3, trace: 320 + at, attributes: user('a') },
        { id: 2, trace: 320 + at, parent: 3, atMs: 200_000, scope: 'tracing', attributes: record },
      ],
      users: { a: 1 },
    };
  }),
  {
    name: 'a request has a record without a user, and a record whose trace names the user',
    one: [{ id: 1, trace: 340, scope: 'events', attributes: call({ 'gen_ai.response.id': UNIQUE_ID }) }],
    two: [
      { id: 3, trace: 341, attributes: user('a') },
      {
        id: 2,
        trace: 341,
        parent: 3,
        scope: 'tracing',
        attributes: call({ 'gen_ai.response.id': UNIQUE_ID }),
      },
    ],
    users: { a: 1 },
  },
  ...[
    {
      name: 'a server gives every request the same response id',
      id: 'chatcmpl-1',
      scope: 'tracing',
      atMs: 200_000,
    },
    { name: 'two records of one instrumentation are two requests', id: UNIQUE_ID, scope: 'events', atMs: 0 },
    { name: 'a cache repeats a response id an hour later', id: UNIQUE_ID, scope: 'tracing', atMs: 3_600_000 },
  ].map(({ name, id, scope, atMs }, at): Case => {
    const record = { ...call({ 'gen_ai.response.id': id }), ...user('a') };
    return {
      name: `two requests stay two: ${name}`,
      one: [{ id: 1, trace: 360 + at, scope: 'events', attributes: record }],
      two: [{ id: 2, trace: 380 + at, atMs, scope, attributes: record }],
      users: { a: 2 },
    };
  }),
  {
    name: 'both received the same span, but only one its user',
    one: [
      { id: 2, parent: 1, attributes: call() },
      { id: 1, attributes: user('a') },
    ],
    two: [{ id: 2, parent: 1, attributes: call() }],
    users: { a: 1 },
  },
];

// Compares the sums of all projects, so this test runs before the others.
test('corrects sums after an interrupted reconciliation at the next reconciliation and at the next start', async () => {
  const repair = new RepairAfterCrash(collector.directory);
  for (const next of ['reconciliation', 'start']) {
    number += 1;
    const project = `project ${number}`;
    const trace = number + 100;
    const since = secondsNow();
    const of = (span: TestSpan) => batch({ project, trace, ...span });
    await collector.pipeline.write(of({ id: 1, attributes: user('a') }));
    await two.write(of({ id: 2, parent: 1, attributes: call() }));
    const traceId = trace.toString(16).padStart(32, '0');
    const cut = repair.during(collector.pipeline, async () => {
      await collector.pipeline.change(`cut-${number}`, (builder) =>
        decideCalls(collector.pipeline, builder, project, [traceId]),
      );
      throw new Error('cut');
    });
    await expect(cut).rejects.toThrow('cut');
    expect(await collector.differences(project)).not.toEqual([]);
    if (next === 'reconciliation') await reconcile(collector.pipeline, since, Date.now(), repair);
    else await new RepairAfterCrash(collector.directory).run(collector.pipeline);
    expect(await collector.differences(project)).toEqual([]);
    const { unattributed } = await collector.get<{ unattributed: { calls: number } }>(
      '/api/summary',
      project,
    );
    expect(unattributed.calls).toBe(0);
  }
});

const WAYS = ['one reconciles', 'both reconcile at once', 'one after the other'] as const;

/** Rows that differ from others in the form of an id only, or in the way in which nothing is to be corrected. */
const SIMILAR: ReadonlySet<string> = new Set([
  'a log event of a request came to one, its span to the other, minutes apart: 1',
  'two requests stay two: two records of one instrumentation are two requests',
  'two requests stay two: a cache repeats a response id an hour later',
]);

describe.each(everydayRows(CASES, ({ name }) => !SIMILAR.has(name)))('$name', (each) => {
  // Two at once have the most that can go wrong: a third reconciliation follows them.
  test.each(everydayRows(WAYS, (way) => way === 'both reconcile at once'))('%s', async (way) => {
    number += 1;
    const project = `project ${number}`;
    const since = secondsNow();
    const of = (spans: readonly TestSpan[]) => batch(...spans.map((span) => ({ project, ...span })));
    await Promise.all([collector.pipeline.write(of(each.one)), two.write(of(each.two))]);
    const now = Date.now();
    if (way === 'one reconciles') await reconcile(two, since, now);
    if (way === 'both reconcile at once')
      await Promise.all([reconcile(collector.pipeline, since, now), reconcile(two, since, now)]);
    if (way === 'one after the other') {
      await reconcile(collector.pipeline, since, now);
      await reconcile(two, since, now + 3_600_000);
    }
    // If the engine stored both inserts, the next reconciliation removes the duplicate.
    if (way === 'both reconcile at once') await reconcile(two, since, now + 3_600_000);
    const { data } = await collector.get<{ data: { id: string; calls: number }[] }>('/api/users', project);
    expect(Object.fromEntries(data.map(({ id, calls }) => [id, calls]))).toEqual(each.users);
    const { unattributed } = await collector.get<{ unattributed: { calls: number } }>(
      '/api/summary',
      project,
    );
    expect(unattributed.calls).toBe(each.unattributed ?? 0);
    expect(await collector.differences(project)).toEqual([]);
  });
});

test('detects a wrong roll-up', async () => {
  number += 1;
  const project = `project ${number}`;
  await collector.pipeline.write(batch({ project, ...OWN }));
  await collector.store.execute(
    'INSERT INTO usage_day SELECT * FROM usage_day WHERE project = {project:String} AND calls > 0',
    { project },
  );
  expect(await collector.differences(project)).toMatchObject([
    { table: 'usage_day', calls: '-1', cost: '-0.25', tokens: '-15' },
  ]);
});

test('does not treat an installation as an alias if collectors received it with different addresses', async () => {
  const project = 'installation';
  // The later change counts, though it is by a clock that is an hour behind that of the collector before.
  const three = await collector.another('three', () => NOON_MS + 7_200_000);
  const four = await collector.another('four', () => NOON_MS + 3_600_000);
  const send = (pipeline: SpanPipeline, id: number, email: object): Promise<void> => {
    const attributes = { ...call(), 'user.id': 'i', ...email };
    return pipeline.write(batch({ id, trace: id, project, service: 'claude-code', attributes }));
  };
  await send(three, 1, { 'user.email': 'ada@b.c' });
  await send(four, 2, { 'user.email': 'bob@b.c' });
  await send(three, 3, {});
  await send(four, 4, { 'user.email': 'bob@b.c' });
  const { data } = await collector.get<{ data: { id: string; calls: number }[] }>(
    '/api/users?sort=name',
    project,
  );
  expect(new Map(data.map(({ id, calls }) => [id, calls]))).toEqual(
    new Map([
      ['ada@b.c', 1],
      ['bob@b.c', 2],
      ['i', 1],
    ]),
  );
});
