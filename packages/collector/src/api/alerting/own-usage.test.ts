import { createHmac } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingRoom } from '../../testing/alerting-room.ts';
import type { AlertingRoom } from '../../testing/alerting-room.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

let room: AlertingRoom;
let key = '';
beforeAll(async () => {
  room = await openAlertingRoom();
  const group = { 'userspan.user.group': 'acme' };
  await room.store.pipeline.write(
    batch(
      { id: 1, trace: 1, project: 'p', attributes: { ...call(), ...user('a', group) } },
      { id: 2, trace: 2, project: 'p', attributes: { ...call(), ...user('b', group) } },
      { id: 3, trace: 3, project: 'other', attributes: { ...call(), ...user('a') } },
    ),
  );
  const made = await room.request('POST', '/api/usage-keys', { name: 'app' }, 'p');
  key = String(made.body['key']);
}, 60_000);
afterAll(async () => {
  await room.close();
}, 60_000);

/** As `usageToken` of `@userspan/node` makes it, at the time of the room. */
function token(claims: object, seconds = 3600, secretKey = key): string {
  const [, id = '', secret = ''] = /^usk_([0-9a-f]{16})_([\w-]{43})$/.exec(secretKey) ?? [];
  const expires = Math.floor(room.nowMs / 1000) + seconds;
  const payload = Buffer.from(JSON.stringify({ key: id, ...claims, expires })).toString('base64url');
  return `ust_${payload}.${createHmac('sha256', Buffer.from(secret, 'base64url')).update(payload).digest('base64url')}`;
}

test('shows its own usage and budget, as JSON and as a page, and nothing else', async () => {
  await room.request('PUT', '/api/budgets', { of: 'user', usd: '1' }, 'p');
  const own = token({ user: 'a' });
  const usage = await room.request('GET', `/api/own/usage?token=${own}`);
  expect(usage).toMatchObject({
    status: 200,
    body: { calls: 1, cost: '0.25', models: [{ model: 'gpt-4o-mini', calls: 1 }] },
  });
  expect((await room.request('GET', `/api/own/usage?token=${token({ group: 'acme' })}`)).body).toMatchObject({
    calls: 2,
    cost: '0.5',
  });
  expect((await room.request('GET', `/api/own/budget?token=${own}`)).body).toMatchObject({
    allowed: true,
    left: '0.75',
  });
  const page = await room.text(`/api/own/page?token=${own}`, 'p');
  expect(page).toContain('$0.25 for 1 calls');
  expect(page).not.toMatch(/<script|javascript:/i);
  expect(JSON.stringify((await room.request('GET', '/api/usage-keys', undefined, 'p')).body)).not.toContain(
    key.slice(-43),
  );
});

test('a token that is over, changed, of another key or of no user opens nothing', async () => {
  const good = token({ user: 'a' });
  const forged = `ust_${Buffer.from(JSON.stringify({ key: key.slice(4, 20), user: 'b', expires: 9e9 })).toString('base64url')}.${good.split('.')[1]}`;
  const wrong = [
    '',
    'nonsense',
    forged,
    token({ user: 'a' }, -1),
    token({ user: 'a' }, 40 * 86_400),
    token({}),
    token({ user: 'a', group: 'acme' }),
    token({ user: 'a' }, 3600, `usk_0123456789abcdef_${'a'.repeat(43)}`),
  ];
  for (const each of wrong) {
    const { status } = await room.request('GET', `/api/own/usage?token=${encodeURIComponent(each)}`);
    expect([each, status]).toEqual([each, 401]);
  }
  await room.request('DELETE', `/api/usage-keys/${key.slice(4, 20)}`, undefined, 'p');
  expect((await room.request('GET', `/api/own/usage?token=${good}`)).status).toBe(401);
});
