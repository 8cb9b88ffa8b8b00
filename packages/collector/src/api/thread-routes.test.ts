import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createTable } from '../storage/engine/ddl.ts';
import { tableOf } from '../storage/engine/schema.ts';
import { fillThreadEntries } from '../storage/engine/thread-entries-table.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

let collector: TestCollector;

const ada = user('ada', { 'user.name': 'Ada Lovelace', 'user.email': 'ada@example.com' });
const inThread = (id: string): Readonly<Record<string, string>> => ({ 'session.id': id });
const messages = (...texts: readonly string[]): string =>
  JSON.stringify(texts.map((content) => ({ role: 'user', content })));
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await collector.pipeline.write(
    batch(
      // Thread 1: a tracked message with a thumb, two failed attempts and a successful one, with feedback on each.
      { id: 1, attributes: { ...ada, ...inThread('t1') }, durationMs: 5_000 },
      {
        id: 2,
        parent: 1,
        name: 'userspan.message',
        attributes: {
          ...ada,
          ...inThread('t1'),
          'userspan.message.id': 'm1',
          'userspan.message.role': 'user',
          'userspan.message.content': 'Where is "my" parcel?',
          'userspan.feedback.thumb': 'down',
        },
      },
      ...[10, 11, 12].map((id, at) => ({
        id,
        parent: 1,
        atMs: 100 + at * 1_000,
        durationMs: 500,
        attributes: {
          ...call({
            'gen_ai.input.messages': messages('Where is "my" parcel?'),
            'gen_ai.response.time_to_first_chunk': 0.2,
          }),
          ...ada,
          ...inThread('t1'),
          ...(at < 2 ? { 'error.type': 'rate_limit_exceeded' } : {}),
        },
      })),
      // Another question to the same model is not an attempt.
      {
        id: 13,
        parent: 1,
        atMs: 4_000,
        attributes: { ...call({ 'gen_ai.input.messages': messages('And now?') }), ...ada, ...inThread('t1') },
      },
      // Feedback in other traces: on a message, a run, the thread, and another user's message.
      ...(
        [
          ['message', 'm1', { 'userspan.feedback.comment': 'Wrong address' }],
          ['run', `${hex(1, 32)}-${hex(12, 16)}`, { 'userspan.feedback.score': 0.25 }],
          ['thread', 't1', { 'userspan.feedback.thumb': 'up' }],
          ['message', 'other', { 'userspan.feedback.thumb': 'up' }],
        ] as const
      ).map(([target, id, feedback], at) => ({
        trace: 100 + at,
        id: 1,
        atMs: 10_000 + at,
        name: 'userspan.feedback',
        claimed: at === 0,
        attributes: {
          ...user('ada'),
          'userspan.feedback.target': target,
          'userspan.feedback.target_id': id,
          ...feedback,
        },
      })),
      // Threads 2 and 3 of other users; the third has no content.
      {
        trace: 2,
        id: 1,
        atMs: 60_000,
        attributes: {
          ...call({ 'gen_ai.input.messages': messages('Größe in Zoll?\nBitte') }),
          ...user('ben', { 'user.name': 'Ben' }),
          ...inThread('t2'),
        },
      },
      { trace: 3, id: 1, atMs: 30_000, attributes: { ...call(), ...user('cy'), ...inThread('t3') } },
    ),
  );
}, 60_000);
afterAll(async () => {
  await collector.close();
});

interface Row {
  readonly id: string;
  readonly title?: string | null;
}

describe('threads', () => {
  test.each<[name: string, query: string, ids: readonly string[]]>([
    ['the latest first', '', ['t2', 't3', 't1']],
    ['with errors only', '?errors=true', ['t1']],
    ['without errors only', '?errors=false', ['t2', 't3']],
    ['most errors first', '?sort=errors', ['t1', 't2', 't3']],
    ['by thread id', '?q=T3', ['t3']],
    ['by the name of the user', '?q=lovelace', ['t1']],
    ['by the e-mail of the user', '?q=ada%40ex', ['t1']],
    ['of one user', '?user=ben', ['t2']],
    ['by a message, quotes included', `?content=${encodeURIComponent('"my" PARCEL')}`, ['t1']],
    ['by a message, in another case and script', `?content=${encodeURIComponent('größe')}`, ['t2']],
    ['by a message across two lines', `?content=${encodeURIComponent('Zoll?\nBitte')}`, ['t2']],
    ['not by a string that is in no message', '?content=gpt-4o-mini', []],
    ['by several filters', '?content=parcel&errors=true&q=ada', ['t1']],
  ])('%s', async (_name, query, ids) => {
    const { data } = await collector.get<{ data: Row[] }>(`/api/threads${query}`);
    expect(data.map(({ id }) => id)).toEqual(ids);
  });

  test('have the first message of the user as title if content is stored', async () => {
    const { data } = await collector.get<{ data: Row[] }>('/api/threads?include=title');
    expect(data.map(({ id, title }) => [id, title])).toEqual([
      ['t2', 'Größe in Zoll? Bitte'],
      ['t3', null],
      ['t1', 'Where is "my" parcel?'],
    ]);
  });

  test.each([
    ['t2', '', { previous: null, next: 't3', position: 1, total: 3 }],
    ['t3', '', { previous: 't2', next: 't1', position: 2, total: 3 }],
    ['t3', '?sort=firstSeen&order=asc', { previous: 't1', next: 't2', position: 2, total: 3 }],
    ['t1', '?errors=true', { previous: null, next: null, position: 1, total: 1 }],
    // Not in the list.
    ['t2', '?errors=true', { previous: null, next: null, position: null, total: null }],
  ])('return the neighbors of %s in the list %s', async (id, query, neighbors) => {
    expect(await collector.get(`/api/threads/${id}/neighbors${query}`)).toEqual(neighbors);
  });
});

interface Feedback {
  readonly target: string;
  readonly targetId: string;
  readonly thumb: string | null;
  readonly score: number | null;
  readonly comment: string | null;
  readonly userClaimed: boolean;
}

const shown = ({ target, targetId, thumb, score, comment, userClaimed }: Feedback): unknown[] => [
  target,
  targetId,
  thumb ?? score ?? comment,
  userClaimed,
];

const OF_THREAD = [
  ['message', 'm1', 'down', false],
  ['message', 'm1', 'Wrong address', true],
  ['run', `${hex(1, 32)}-${hex(12, 16)}`, 0.25, false],
  ['thread', 't1', 'up', false],
];

describe('messages and feedback', () => {
  test('are returned with their thread: its messages, and the feedback on it, its runs and its messages', async () => {
    const thread = await collector.get<{ messages: object[]; feedback: Feedback[] }>('/api/threads/t1');
    expect(thread.messages).toEqual([
      {
        id: 'm1',
        at: new Date(NOON_MS).toISOString(),
        traceId: hex(1, 32),
        spanId: hex(2, 16),
        userId: 'ada',
        role: 'user',
        isRetry: false,
        content: 'Where is "my" parcel?',
        extra: null,
      },
    ]);
    expect(thread.feedback.map(shown)).toEqual(OF_THREAD);
  });

  test.each<[name: string, query: string, count: number]>([
    ['of all users', '', 5],
    ['of a user', '?user=ada', 5],
    ['of another user', '?user=ben', 0],
    ['thumbs up', '?thumb=up', 2],
    ['given in a thread', '?thread=t1', 1],
    ['later', `?from=${NOON_MS + 10_002}`, 2],
  ])('are listed: %s', async (_name, query, count) => {
    const { data } = await collector.get<{ data: Feedback[] }>(`/api/feedback${query}`);
    expect(data).toHaveLength(count);
  });

  test('are listed in pages without gap or overlap', async () => {
    const whole = await collector.get<{ data: Feedback[] }>('/api/feedback');
    const paged: Feedback[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { data: Feedback[]; nextCursor: string | null } = await collector.get(
        `/api/feedback?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      paged.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole.data);
  });
});

test.each([
  [10, 'rate_limit_exceeded', [10, 11, 12]],
  [12, null, [10, 11, 12]],
  [13, null, []],
])('call %i has its attempts', async (spanId, error, attempts) => {
  const detail = await collector.get<{
    error: string | null;
    firstChunkMs: number | null;
    attempts: { spanId: string }[];
    feedback: Feedback[];
  }>(`/api/calls/${hex(1, 32)}/${hex(spanId, 16)}`);
  expect(detail.error).toBe(error);
  expect(detail.attempts.map((attempt) => Number.parseInt(attempt.spanId, 16))).toEqual(attempts);
  expect(detail.firstChunkMs).toBe(spanId === 13 ? null : 200);
  expect(detail.feedback.map(shown)).toEqual([OF_THREAD[2]]);
});

test('reads messages and feedback in the store of an older version from its spans', async () => {
  const read = async (): Promise<object[]> =>
    collector.store.query('SELECT * FROM thread_entries FINAL ORDER BY trace_id, span_id');
  const written = await read();
  expect(written).toHaveLength(5);
  await collector.store.execute('TRUNCATE TABLE thread_entries');
  await useOlderTable();
  // Older versions did not store ids in a column of their own.
  await collector.store.execute(
    String.raw`ALTER TABLE spans UPDATE attributes = replaceOne(attributes, '"\\u0040"', concat('"', attribute_ids, '"'))
      WHERE attribute_ids != '' SETTINGS mutations_sync = 2`,
  );
  await collector.store.execute(fillThreadEntries());
  expect(await read()).toEqual(written);
});

test('removes messages and feedback of an erased user', async () => {
  await collector.app.inject({ method: 'DELETE', url: '/api/users/ada' });
  expect(await collector.store.query('SELECT * FROM thread_entries FINAL')).toEqual([]);
  expect((await collector.get<{ data: object[] }>('/api/feedback')).data).toEqual([]);
});

/** Replaces the table of spans by one of an older version, which has a column for each id of a span. */
async function useOlderTable(): Promise<void> {
  const { store } = collector;
  const spans = tableOf('spans');
  for (const statement of createTable({ ...spans, ...spans.onCluster, name: 'older_spans' })) {
    await store.execute(statement);
  }
  const names = Object.keys(spans.columns);
  const ids: Readonly<Record<string, string>> = { span_id: 'id', parent_span_id: 'parent_id' };
  await store.execute(
    `INSERT INTO older_spans (${names.join(', ')}) SELECT ${names.map((name) => ids[name] ?? name).join(', ')} FROM spans`,
  );
  await store.execute('EXCHANGE TABLES spans AND older_spans');
  await store.execute('DROP TABLE older_spans SYNC');
}
