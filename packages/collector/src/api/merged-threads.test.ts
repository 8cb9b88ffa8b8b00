import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';

interface Thread {
  readonly id: string;
  readonly userId: string | null;
  readonly calls: number;
  readonly costExact: string;
}

let collector: TestCollector;
let spans = 0;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

/** Sends a call of $0.25 for each pair of a user, '' for none, and a thread. */
function sendCalls(project: string, ...calls: readonly (readonly [userId: string, threadId: string])[]) {
  return collector.pipeline.write(
    batch(
      ...calls.map(([id, thread]) => {
        spans += 1;
        const sender = id === '' ? {} : user(id, { 'user.name': `Name of ${id}` });
        const attributes = {
          ...call({ 'gen_ai.input.messages': JSON.stringify([{ role: 'user', content: `Hello ${id}` }]) }),
          ...sender,
          'session.id': thread,
        };
        return { id: spans, trace: spans, atMs: spans, project, attributes };
      }),
    ),
  );
}

async function rowsOf(path: string, project: string): Promise<readonly string[]> {
  const { data } = await collector.get<{ data: readonly Thread[] }>(path, project);
  return data.map(({ id, userId, calls, costExact }) => `${id} of ${userId}: ${calls} for $${costExact}`);
}

const merge = (project: string): Promise<unknown> =>
  collector.send('POST', '/api/users/anon/alias', { userId: 'ada' }, project);

const CALLS = [
  ['anon', 'both'],
  ['ada', 'both'],
  ['anon', 'early'],
  ['ada', 'late'],
  ['ben', 'both'],
  ['', 'both'],
] as const;

const ORDERS: readonly (readonly [name: string, fill: (project: string) => Promise<void>])[] = [
  [
    'merged after their calls',
    async (project) => {
      await sendCalls(project, ...CALLS);
      await merge(project);
    },
  ],
  [
    'merged before their calls',
    async (project) => {
      await merge(project);
      await sendCalls(project, ...CALLS);
    },
  ],
  [
    'merged between their calls',
    async (project) => {
      await sendCalls(project, ...CALLS.slice(0, 1));
      await merge(project);
      await sendCalls(project, ...CALLS.slice(1));
    },
  ],
  [
    'merged in a chain',
    async (project) => {
      await collector.send('POST', '/api/users/anon/alias', { userId: 'between' }, project);
      await sendCalls(project, ...CALLS);
      await collector.send('POST', '/api/users/between/alias', { userId: 'ada' }, project);
    },
  ],
];

test.each(ORDERS)('a thread of two ids is listed once for a user: %s', async (name, fill) => {
  const project = name.replaceAll(' ', '-');
  await fill(project);
  const own = ['both of ada: 2 for $0.5', 'early of ada: 1 for $0.25', 'late of ada: 1 for $0.25'];
  const everyone = [...own, 'both of ben: 1 for $0.25', 'both of null: 1 for $0.25'];
  const sorted = async (path: string): Promise<readonly string[]> => (await rowsOf(path, project)).toSorted();
  expect(await sorted('/api/threads')).toEqual(everyone.toSorted());
  for (const path of ['/api/threads?user=anon', '/api/threads?user=ada', '/api/users/anon/threads']) {
    expect(await sorted(path), path).toEqual(own);
  }
  // The search finds the user by name and returns whole threads.
  expect(await sorted('/api/threads?q=name%20of%20ada')).toEqual(own);
  expect(await sorted('/api/threads?q=both&model=gpt-4o-mini')).toEqual(
    everyone.filter((row) => row.startsWith('both')).toSorted(),
  );

  // Pages of one thread each.
  const paged: string[] = [];
  for (let cursor = ''; ;) {
    const path = `/api/threads?sort=cost&limit=1${cursor}`;
    const page = await collector.get<{ data: readonly Thread[]; nextCursor: string | null }>(path, project);
    paged.push(...page.data.map(({ id, userId }) => `${id} of ${userId}`));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
  expect(paged[0]).toBe('both of ada');
  expect(paged.toSorted()).toEqual(everyone.map((row) => row.split(':')[0]).toSorted());

  // All counts of threads count it once.
  const { data: users } = await collector.get<{ data: readonly object[] }>(
    '/api/users?sort=threads',
    project,
  );
  expect(users).toMatchObject([
    { id: 'ada', threads: 3, calls: 4 },
    { id: 'ben', threads: 1, calls: 1 },
  ]);
  expect(await collector.get('/api/users/anon', project)).toMatchObject({ id: 'ada', threads: 3 });
  const { data: models } = await collector.get<{ data: readonly object[] }>(
    '/api/models?include=latency',
    project,
  );
  expect(models).toMatchObject([{ threads: 5, costPerThread: 0.3 }]);
  const { data: groups } = await collector.get<{ data: readonly object[] }>(
    '/api/groups?include=latency',
    project,
  );
  expect(groups).toMatchObject([{ threads: 4, users: 2 }]);

  // The thread's own page and its neighbors.
  expect(await collector.get('/api/threads/both', project)).toMatchObject({
    userId: 'ada',
    callCount: 4,
    users: expect.toSatisfy((ids: string[]) => ids.toSorted().join() === 'ada,ben'),
  });
  expect(await collector.get('/api/threads/early', project)).toMatchObject({ userId: 'ada', callCount: 1 });
  expect(await collector.get('/api/threads/early/neighbors?user=ada', project)).toMatchObject({ total: 3 });
  const { data: found } = await collector.get<{ data: readonly object[] }>('/api/search?q=early', project);
  expect(found).toMatchObject([{ kind: 'thread', id: 'early', note: 'ada' }]);

  // Without the alias, each id has its own part again.
  const removed = name.endsWith('chain') ? 'between' : 'anon';
  await collector.send('POST', `/api/users/${removed}/unalias`, {}, project);
  expect(await sorted('/api/threads')).toEqual(
    [
      'both of ada: 1 for $0.25',
      `both of ${removed}: 1 for $0.25`,
      `early of ${removed}: 1 for $0.25`,
      'late of ada: 1 for $0.25',
      ...everyone.slice(3),
    ].toSorted(),
  );
  expect(await collector.get('/api/users/ada', project)).toMatchObject({ threads: 2 });
});

test('a thread of a merged user has the title of its first call', async () => {
  await sendCalls('titles', ['anon', 'both'], ['ada', 'both']);
  await merge('titles');
  const { data } = await collector.get<{ data: readonly object[] }>('/api/threads?include=title', 'titles');
  expect(data).toMatchObject([{ id: 'both', name: 'Name of ada', title: 'Hello anon' }]);
});

test.each([
  ['up', 'down', { thumbsUp: 0, thumbsDown: 1 }],
  ['down', 'up', { thumbsUp: 1, thumbsDown: 0 }],
])(
  'the last thumb of a merged user counts: %s with one id, %s with the other',
  async (first, last, counted) => {
    const project = `thumbs-${first}`;
    await sendCalls(project, ['anon', 'both'], ['ada', 'both']);
    await collector.pipeline.write(
      batch(
        ...[
          ['anon', first],
          ['ada', last],
        ].map(([id = '', thumb = '']) => {
          spans += 1;
          return {
            id: spans,
            trace: spans,
            atMs: spans,
            project,
            name: 'userspan.feedback',
            attributes: {
              ...user(id),
              'userspan.feedback.target': 'thread',
              'userspan.feedback.target_id': 'both',
              'userspan.feedback.thumb': thumb,
            },
          };
        }),
      ),
    );
    await merge(project);
    const { data } = await collector.get<{ data: readonly object[] }>(
      '/api/models?include=feedback',
      project,
    );
    expect(data).toMatchObject([counted]);
  },
);
