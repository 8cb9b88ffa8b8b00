import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

let collector: TestCollector;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  const of = (id: number, userId: string, group: string, rest: object = {}): Promise<unknown> =>
    collector.pipeline.write(
      batch({
        id,
        trace: id,
        atMs: id,
        attributes: {
          ...call(),
          ...user(userId, { 'userspan.user.group': group }),
          'userspan.tags': ['chat', '..'],
        },
        ...rest,
      }),
    );
  await of(1, 'u1', 'former');
  // Moves the user to another group.
  await of(2, 'u1', 'acme');
  await of(3, 'u2', '..');
  await of(4, 'u3', '5');
  await of(5, 'u4', 'a/b?c');
  await of(6, 'u5', 'elsewhere', { project: 'other' });
}, 60_000);
afterAll(() => collector.close());

test.each<[path: string, known: object | undefined]>([
  ['groups/acme', { group: 'acme' }],
  ['groups/~?id=..', { group: '..' }],
  ['groups/5', { group: '5' }],
  [`groups/${encodeURIComponent('a/b?c')}`, { group: 'a/b?c' }],
  ['groups/former', undefined],
  ['groups/Acme', undefined],
  ['groups/elsewhere', undefined],
  ['groups/null', undefined],
  ['tags/chat', { tag: 'chat' }],
  ['tags/~?id=..', { tag: '..' }],
  ['tags/cha', undefined],
  ['tags/acme', undefined],
])('GET /api/%s answers %j', async (path, known) => {
  const reply = await collector.app.inject({ url: `/api/${path}` });
  expect(reply.statusCode).toBe(known === undefined ? 404 : 200);
  const [list = ''] = path.split('/');
  const { message } = reply.json<{ readonly message?: string }>();
  if (known === undefined) {
    expect(message).toMatch(/^This project has no calls (of the group|with the tag) "/);
    expect(message).toContain(`GET /api/${list} lists its ${list}.`);
  } else {
    expect(reply.json()).toEqual(known);
  }
});

test('a tag is unknown after its calls were erased', async () => {
  const gone = { id: 7, trace: 7, attributes: { ...call(), ...user('u7'), 'userspan.tags': ['gone'] } };
  await collector.pipeline.write(batch(gone));
  expect((await collector.app.inject({ url: '/api/tags/gone' })).statusCode).toBe(200);
  await collector.send('DELETE', '/api/users/u7');
  expect((await collector.app.inject({ url: '/api/tags/gone' })).statusCode).toBe(404);
});
