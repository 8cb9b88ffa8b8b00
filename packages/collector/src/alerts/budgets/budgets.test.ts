import { afterAll, beforeAll, expect, test } from 'vitest';

import { openAlertingCollector } from '../../testing/alerting-collector.ts';
import type { AlertingCollector } from '../../testing/alerting-collector.ts';
import { startReceiver } from '../../testing/receiver.ts';
import type { Receiver } from '../../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../../testing/trace-of.ts';

let collector: AlertingCollector;
let receiver: Receiver;
let spanId = 0;
beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
  await collector.request('POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url });
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);

async function spend(id: string, usd: number, props: Readonly<Record<string, string>> = {}): Promise<void> {
  spanId += 1;
  const attributes = { ...call({ 'gen_ai.usage.cost': usd }), ...user(id, props) };
  await collector.store.pipeline.write(
    batch({ id: spanId, trace: spanId, atMs: collector.nowMs - NOON_MS, attributes }),
  );
}

interface Standing {
  readonly allowed: boolean;
  readonly left: string | null;
  readonly budgets: readonly Readonly<Record<string, unknown>>[];
}

async function standing(path: string): Promise<Standing> {
  const { status, body } = await collector.request('GET', `/api/${path}/budget`);
  expect(status).toBe(200);
  return body as unknown as Standing;
}

test('budgets of one user, each user, a property and a group have the spent and remaining amount, the time of exhaustion and messages', async () => {
  expect(await standing('users/ada')).toEqual({ allowed: true, left: null, budgets: [] });
  const put = async (budget: object): Promise<void> => {
    const answer = await collector.request('PUT', '/api/budgets', { channels: ['hook'], ...budget });
    expect([answer.body, answer.status]).toEqual([expect.anything(), 200]);
  };
  await put({ id: 'own', user: 'ada', usd: '10', period: 'day' });
  await put({ id: 'pro', props: { plan: ['pro'] }, usd: 5 });
  await put({ id: 'each', of: 'user', usd: '100', period: 'week' });
  await put({ id: 'team', group: 'acme', usd: '8' });
  await spend('ada', 4, { 'userspan.user.plan': 'pro', 'userspan.user.group': 'acme' });
  await spend('bob', 3, { 'userspan.user.plan': 'free', 'userspan.user.group': 'acme' });
  await collector.pass(5_000);
  const ada = await standing('users/ada');
  expect(ada.allowed).toBe(true);
  expect(ada.left).toBe('1');
  expect(ada.budgets.map(({ budget, spent, left, percent }) => [budget, spent, left, percent])).toEqual([
    ['each', '4', '96', 4],
    ['own', '4', '6', 40],
    ['pro', '4', '1', 80],
    ['team', '7', '1', 87.5],
  ]);
  expect(ada.budgets.find(({ budget }) => budget === 'own')).toMatchObject({
    exhaustedAt: null,
    from: '2026-11-20T00:00:00.000Z',
    to: '2026-11-21T00:00:00.000Z',
  });
  // $7 of $8 are spent after 19.5 days, so the budget is exhausted on the 23rd.
  expect(String(ada.budgets.at(-1)?.['exhaustedAt'])).toMatch(/^2026-11-23T/);
  expect((await standing('users/bob')).budgets.map(({ budget }) => budget)).toEqual(['each', 'team']);
  expect((await standing('groups/acme')).budgets).toMatchObject([{ budget: 'team', spent: '7' }]);
  const told = receiver.json<{ type: string; data: { budget: string; threshold: string } }>();
  expect(told.map(({ type, data }) => `${type} ${data.budget} ${data.threshold}`).sort()).toEqual([
    'budget.fired pro 4',
    'budget.fired team 6.4',
  ]);
  await spend('ada', 1);
  await collector.pass(5_000);
  expect(await standing('users/ada')).toMatchObject({ allowed: false, left: '0' });
  await collector.request('POST', '/api/users/ada/alias', { userId: 'bob' });
  await collector.pass(5_000);
  expect(await standing('users/ada')).toMatchObject({ allowed: false });
  expect((await standing('users/bob')).budgets.find(({ budget }) => budget === 'each')).toMatchObject({
    spent: '8',
  });
  collector.nowMs += 40 * 86_400_000;
  expect(await standing('users/bob')).toMatchObject({ allowed: true });
});

test('answers from memory, in at most five milliseconds for nearly all requests', async () => {
  await standing('users/ada');
  const times: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const start = performance.now();
    await standing(`users/user-${n}`);
    times.push(performance.now() - start);
  }
  const sorted = times.sort((a, b) => a - b);
  expect(sorted[100]).toBeLessThan(5);
});

const DAY_MS = 86_400_000;

test('a projection sends one message before the budget is exhausted, resolves when the pace falls, and does not fire afterwards', async () => {
  // 10 January, noon: 9.5 of 31 days have passed.
  collector.nowMs = Date.UTC(2027, 0, 10, 12);
  const sent = async (): Promise<readonly string[]> => {
    await collector.pass(65_000);
    const all = receiver.json<{
      type: string;
      data: { budget?: string; user: string; rule: { projected?: boolean } };
    }>();
    return all
      .filter(({ data }) => data.budget?.startsWith('pace'))
      .map(({ type, data }) => `${type} ${data.user} ${data.rule.projected === true}`);
  };
  const put = async (id: string, projected?: boolean): Promise<unknown> =>
    (
      await collector.request('PUT', '/api/budgets', {
        id,
        props: { team: [id] },
        usd: '30',
        thresholds: [100],
        channels: ['hook'],
        ...(projected === undefined ? {} : { projected }),
      })
    ).body;
  expect(await put('pace', true)).toMatchObject({ projected: true });
  expect(await put('pace-off')).not.toHaveProperty('projected');
  await spend('slow', 9, { 'userspan.user.team': 'pace' });
  await spend('off', 12, { 'userspan.user.team': 'pace-off' });
  expect(await sent()).toEqual([]);
  await spend('slow', 1, { 'userspan.user.team': 'pace' });
  // The first call exceeds the amount, so there is one message, for that threshold.
  await spend('rich', 40, { 'userspan.user.team': 'pace' });
  expect((await sent()).toSorted()).toEqual(['budget.fired rich false', 'budget.fired slow true']);
  const [message] = receiver
    .json<{ data: { user: string; value: string; threshold: string } }>()
    .filter(({ data }) => data.user === 'slow');
  // $10 in 9.5 days is $32.63 in 31.
  expect(message?.data.threshold).toBe('30');
  expect(Number(message?.data.value)).toBeCloseTo(32.63, 1);
  const { body } = await collector.request('GET', '/api/alert-states?active=true');
  expect(body['data']).toContainEqual(
    expect.objectContaining({ rule: 'budget:pace:projected', subject: 'slow' }),
  );
  collector.nowMs += DAY_MS;
  expect(await sent()).toHaveLength(3);
  expect((await sent()).at(-1)).toBe('budget.resolved slow true');
  await collector.restart();
  await spend('slow', 19, { 'userspan.user.team': 'pace' });
  expect(await sent()).toHaveLength(3);
  await spend('slow', 2, { 'userspan.user.team': 'pace' });
  expect((await sent()).slice(3)).toEqual(['budget.fired slow false']);
});

test.each([
  [{ window: '1d' }, /projected needs a period with an end/],
  [{ measure: 'errorRate' }, /projected is for sums.*errorRate/],
  [{ comparedToBefore: true }, /without comparedToBefore/],
  [{ projected: 'yes' }, /projected must be true or false/],
  [{ projectd: true }, /no property "projectd"; did you mean projected\?/],
])('rejects an invalid projection: %j', async (change, message) => {
  const rule = { measure: 'cost', window: 'month', thresholds: [{ value: '1' }], projected: true };
  const { status, body } = await collector.request('POST', '/api/alerts', { ...rule, ...change });
  expect([status, String(body['message'])]).toEqual([400, expect.stringMatching(message)]);
});

test.each([
  [{ usd: 1 }, /a budget needs exactly one of/],
  [{ user: 'a', usd: 0 }, /usd must be an amount above 0/],
  [{ user: 'a', usd: '1', thresholds: [0] }, /a threshold must be/],
  [{ user: 'a', usd: '1', period: 'year' }, /period must be one of day, week, month/],
  [{ user: 'a', usd: '1', channels: ['nope'] }, /no channel "nope"/],
])('rejects an invalid budget: %j', async (budget, message) => {
  const { status, body } = await collector.request('PUT', '/api/budgets', budget);
  expect(status).toBe(400);
  expect(String(body['message'])).toMatch(message);
});

test.each([
  [{ of: 'user' }, 'Budget of each user'],
  [{ of: 'group', period: 'week' }, 'Budget of each group'],
  [{ user: 'zoe' }, 'Budget of user zoe'],
  [{ group: 'globex' }, 'Budget of group globex'],
  [
    { props: { seat: ['gold', 'silver'], region: ['eu'] } },
    'Budget of each user with seat gold or silver and region eu',
  ],
  [{ user: 'zoe', name: 'Zoe' }, 'Zoe'],
])('names a budget without a name after its target: %j', async (target, name) => {
  const { body } = await collector.request('PUT', '/api/budgets', { usd: '1000', ...target });
  expect(body).toMatchObject({ name });
  await collector.request('DELETE', `/api/budgets/${String(body['id'])}`);
});

test('includes the names of users in lists of budgets, states and margins', async () => {
  await collector.request('PUT', '/api/budgets', { id: 'named', props: { club: ['named'] }, usd: '1' });
  const named = { 'user.name': 'Zoë Łukasiewicz', 'userspan.user.club': 'named' };
  await spend('u-named', 3, named);
  await spend('u-unnamed', 2, { 'userspan.user.club': 'named' });
  await collector.pass(5_000);
  const expected = new Map([
    ['u-named', 'Zoë Łukasiewicz'],
    ['u-unnamed', null],
  ]);
  interface Answers {
    readonly standings: { readonly data: readonly { readonly budget: string; readonly data: unknown }[] };
    readonly states: { readonly data: readonly { readonly rule: string }[] };
    readonly margin: { readonly lines: unknown };
  }
  const read = async <Name extends keyof Answers>(path: string): Promise<Answers[Name]> =>
    (await collector.request('GET', path)).body as unknown as Answers[Name];
  const ofThem = (rows: unknown, id: string, name: string): ReadonlyMap<unknown, unknown> =>
    new Map(
      (rows as readonly Readonly<Record<string, unknown>>[])
        .map((row) => [row[id], row[name]] as const)
        .filter(([key]) => expected.has(String(key))),
    );
  const standings = await read<'standings'>('/api/budgets/standing');
  const standing = standings.data.find(({ budget }) => budget === 'named');
  expect(ofThem(standing?.data, 'id', 'subjectName')).toEqual(expected);
  const states = await read<'states'>('/api/alert-states?active=true');
  const own = states.data.filter(({ rule }) => rule === 'budget:named');
  expect(ofThem(own, 'subject', 'subjectName')).toEqual(expected);
  expect(ofThem((await read<'margin'>('/api/margin')).lines, 'customer', 'name')).toEqual(expected);
});

test('uses the current group of a user who changed it while no budget needed groups', async () => {
  // Budgets change through another collector, because the one that changes them reads all users again.
  const here = collector.alerting;
  await collector.restart();
  const put = (budget: object): Promise<unknown> => collector.request('PUT', '/api/budgets', budget);
  const pass = (): Promise<void> => {
    collector.nowMs += 5_000;
    return here.tick();
  };
  const usedBy = (group: string): unknown =>
    here.budgets.ofGroup('default', group, collector.nowMs).find(({ budget }) => budget === 'groups')?.spent;
  const { body } = await collector.request('GET', '/api/budgets');
  for (const { id } of body['data'] as unknown as { id: string }[])
    await collector.request('DELETE', `/api/budgets/${id}`);
  await put({ id: 'each', of: 'user', usd: '100', period: 'week' });
  await put({ id: 'groups', of: 'group', usd: '10' });
  await spend('moves', 1, { 'userspan.user.group': 'left' });
  await pass();
  expect(usedBy('left')).toBe('1');
  await collector.request('DELETE', '/api/budgets/groups');
  await pass();
  await spend('moves', 1, { 'userspan.user.group': 'joined' });
  await pass();
  await put({ id: 'groups', of: 'group', usd: '10' });
  await pass();
  expect([usedBy('left'), usedBy('joined')]).toEqual(['0', '2']);
  await here.stop();
});
