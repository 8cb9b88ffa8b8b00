import { createHmac } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingCollector } from '../../testing/alerting-collector.ts';
import type { AlertingCollector } from '../../testing/alerting-collector.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

let collector: AlertingCollector;
let key = '';
beforeAll(async () => {
  collector = await openAlertingCollector();
  const group = { 'userspan.user.group': 'acme' };
  await collector.store.pipeline.write(
    batch(
      { id: 1, trace: 1, project: 'p', attributes: { ...call(), ...user('a', group) } },
      { id: 2, trace: 2, project: 'p', attributes: { ...call(), ...user('b', group) } },
      { id: 3, trace: 3, project: 'other', attributes: { ...call(), ...user('a') } },
    ),
  );
  const made = await collector.request('POST', '/api/usage-keys', { name: 'app' }, 'p');
  key = String(made.body['key']);
}, 60_000);
afterAll(async () => {
  await collector.close();
}, 60_000);

interface Standing {
  readonly allowed: boolean;
  readonly left: string | null;
  readonly budgets: readonly { readonly budget: string; readonly id: string; readonly spent: string }[];
}

/** Like `usageToken` of `@userspan/node`, at the time of the test's clock. */
function token(claims: object, seconds = 3600, secretKey = key): string {
  const [, id = '', secret = ''] = /^usk_([0-9a-f]{16})_([\w-]{43})$/.exec(secretKey) ?? [];
  const expires = Math.floor(collector.nowMs / 1000) + seconds;
  const payload = Buffer.from(JSON.stringify({ key: id, ...claims, expires })).toString('base64url');
  return `ust_${payload}.${createHmac('sha256', Buffer.from(secret, 'base64url')).update(payload).digest('base64url')}`;
}

test('shows only its own usage and budget, as JSON and as a page', async () => {
  await collector.request('PUT', '/api/budgets', { id: 'each', of: 'user', usd: '1' }, 'p');
  const own = token({ user: 'a' });
  const usage = await collector.request('GET', `/api/own/usage?token=${own}`);
  expect(usage).toMatchObject({
    status: 200,
    body: { calls: 1, cost: '0.25', models: [{ model: 'gpt-4o-mini', calls: 1 }] },
  });
  expect(
    (await collector.request('GET', `/api/own/usage?token=${token({ group: 'acme' })}`)).body,
  ).toMatchObject({
    calls: 2,
    cost: '0.5',
  });
  expect((await collector.request('GET', `/api/own/budget?token=${own}`)).body).toMatchObject({
    allowed: true,
    left: '0.75',
  });
  const page = await collector.text(`/api/own/page?token=${own}`, 'p');
  expect(page).toContain('1 call and 15 tokens: $0.25</p>');
  expect(page).not.toMatch(/<script|javascript:/i);
  expect(
    JSON.stringify((await collector.request('GET', '/api/usage-keys', undefined, 'p')).body),
  ).not.toContain(key.slice(-43));
});

test("a user's token shows no budget of the group, and a group's token none of its users", async () => {
  const put = async (budget: object): Promise<void> => {
    expect((await collector.request('PUT', '/api/budgets', budget, 'p')).status).toBe(200);
  };
  await put({ id: 'mine', user: 'a', usd: '2' });
  await put({ id: 'team', group: 'acme', usd: '0.5' });
  await put({ id: 'every-team', of: 'group', usd: '50' });
  const budgetsOf = async (claims: object): Promise<unknown> => {
    const { body } = await collector.request('GET', `/api/own/budget?token=${token(claims)}`);
    const { allowed, left, budgets } = body as unknown as Standing;
    return { allowed, left, budgets: budgets.map(({ budget, id, spent }) => `${budget} ${id} ${spent}`) };
  };
  // A group's spend blocks only the group; the app checks both with its own key.
  expect(await budgetsOf({ user: 'a' })).toEqual({
    allowed: true,
    left: '0.75',
    budgets: ['each a 0.25', 'mine a 0.25'],
  });
  expect(await budgetsOf({ group: 'acme' })).toEqual({
    allowed: false,
    left: '0',
    budgets: ['every-team acme 0.5', 'team acme 0.5'],
  });
  // The page shows the same budgets by name; names are chosen by administrators.
  await put({ id: 'mine', user: 'a', usd: '2', name: '<b onclick=x>Mine</b>' });
  const pageOf = (claims: object): Promise<string> =>
    collector.text(`/api/own/page?token=${token(claims)}`, 'p');
  const own = await pageOf({ user: 'a' });
  expect(own).toContain(
    '<td>&lt;b onclick=x&gt;Mine&lt;/b&gt;</td><td>$0.25</td><td>$2</td><td>$1.75</td><td>2026-12-01 00:00 UTC</td>',
  );
  expect(own.match(/<td>\$0\.25<\/td><td>\$\d/g)).toHaveLength(2);
  expect(own).not.toContain('team');
  expect(await pageOf({ group: 'acme' })).toContain('<td>$0.5</td><td>$0.5</td><td>$0</td>');
  expect(await pageOf({ group: 'of nobody' })).not.toContain('$0.5');
  const { body } = await collector.request('GET', '/api/users/a/budget', undefined, 'p');
  expect(body).toMatchObject({ allowed: false });
});

test('counts calls without a price, and does not show them as zero dollars', async () => {
  const unpriced = { ...call(), 'gen_ai.usage.cost': 0, 'gen_ai.request.model': 'a-model-of-ours' };
  await collector.store.pipeline.write(
    batch({ id: 11, trace: 11, project: 'p', attributes: { ...unpriced, ...user('c') } }),
  );
  const path = `/api/own/usage?token=${token({ user: 'c' })}`;
  expect((await collector.request('GET', path)).body).toMatchObject({
    calls: 1,
    cost: '0',
    unpricedCalls: 1,
  });
  const page = (): Promise<string> => collector.text(path.replace('usage?', 'page?'), 'p');
  expect(await page()).toContain('1 call and 15 tokens: no price</p>');
  await collector.store.pipeline.write(
    batch({ id: 12, trace: 12, project: 'p', attributes: { ...call(), ...user('c') } }),
  );
  expect((await collector.request('GET', path)).body).toMatchObject({
    calls: 2,
    cost: '0.25',
    unpricedCalls: 1,
    models: [
      { model: 'gpt-4o-mini', cost: '0.25', unpricedCalls: 0 },
      { model: 'a-model-of-ours', cost: '0', unpricedCalls: 1 },
    ],
  });
  expect(await page()).toContain('2 calls and 30 tokens: $0.25 and 1 call without a price</p>');
});

test('rejects a token that is expired, modified, of another key or without a user', async () => {
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
    const { status } = await collector.request('GET', `/api/own/usage?token=${encodeURIComponent(each)}`);
    expect([each, status]).toEqual([each, 401]);
  }
  await collector.request('DELETE', `/api/usage-keys/${key.slice(4, 20)}`, undefined, 'p');
  expect((await collector.request('GET', `/api/own/usage?token=${good}`)).status).toBe(401);
});
