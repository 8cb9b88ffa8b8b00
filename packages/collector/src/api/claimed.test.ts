import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CLAIMED_MODES } from '../storage/engine/claimed-mode.ts';
import type { ClaimedMode } from '../storage/engine/claimed-mode.ts';
import { storageOf } from '../storage/storage.ts';
import type { Store } from '../storage/engine/store.ts';
import { spendMetrics } from '../http/spend-metrics.ts';
import {
  CASES,
  data,
  type Document,
  NOTHING,
  PROJECT,
  type Shown,
  type Spent,
  sumsOfAnswer,
  sumsOfDocument,
} from '../testing/reference/claimed-sums.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import { makeApiRoutes } from './api-routes.ts';

const THREAD = { 'gen_ai.conversation.id': 't1', 'userspan.tags': ['chat'] };
const ACME = { 'userspan.user.group': 'acme' };

let collector: TestCollector;
const apps = new Map<ClaimedMode, FastifyInstance>();
const storages = new Map<ClaimedMode, ReturnType<typeof storageOf>>();

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  const cost = (usd: number): Record<string, number> => ({ 'gen_ai.usage.cost': usd });
  await collector.pipeline.write(
    batch(
      { trace: 1, id: 1, attributes: { ...call(THREAD), ...user('victim', ACME) } },
      { trace: 2, id: 2, attributes: { ...call(THREAD), ...user('victim', ACME) } },
      { trace: 3, id: 3, attributes: { ...call(), ...user('other', ACME) } },
      { trace: 4, id: 4, attributes: call() },
      {
        trace: 5,
        id: 5,
        claimed: true,
        attributes: { ...call({ ...THREAD, ...cost(2500) }), ...user('victim') },
      },
      { trace: 6, id: 6, claimed: true, attributes: { ...call(cost(1)), ...user('browser-only') } },
      { trace: 7, id: 7, claimed: true, attributes: call(cost(7)) },
    ),
  );
  for (const mode of CLAIMED_MODES) {
    apps.set(mode, await appOf(mode));
  }
}, 60_000);

afterAll(async () => {
  for (const app of apps.values()) {
    await app.close();
  }
  await collector.close();
}, 60_000);

/** The API of a collector with `--claimed MODE` on the same store. */
async function appOf(mode: ClaimedMode): Promise<FastifyInstance> {
  const { store } = collector;
  const ofMode: Store = {
    kind: store.kind,
    claimed: mode,
    query: (...query) => store.query(...query),
    insert: (insert) => store.insert(insert),
    execute: (...statement) => store.execute(...statement),
    close: () => store.close(),
  };
  const storage = storageOf(ofMode);
  storages.set(mode, storage);
  const pipeline = Object.create(collector.pipeline, {
    store: { value: storage },
    onCalls: { value: () => () => undefined },
  }) as typeof collector.pipeline;
  const app = fastify();
  app.decorateRequest('project', 'default');
  await app.register(makeApiRoutes({ pipeline, clock: () => NOON_MS + 3_600_000 }), { prefix: '/api' });
  return app;
}

async function get(mode: ClaimedMode, url: string, accept = 'application/json'): Promise<string> {
  const reply = await apps.get(mode)?.inject({ url: `/api${url}`, headers: { accept } });
  expect([url, reply?.statusCode]).toEqual([url, 200]);
  return reply?.body ?? '';
}

/** The counted and the claimed part of a sum. */
function shown(mode: ClaimedMode, verified: Spent, claimed: Spent): object {
  const counted =
    mode === 'count' ? { calls: verified.calls + claimed.calls, usd: verified.usd + claimed.usd } : verified;
  const beside = mode === 'ignore' ? NOTHING : claimed;
  return { calls: counted.calls, cost: counted.usd, claimedCalls: beside.calls, claimedCost: beside.usd };
}

describe.each(CLAIMED_MODES)('--claimed %s', (mode) => {
  test('applies to every sum', async () => {
    const found = await Promise.all(
      CASES.map(async ({ name, url, accept, pick }) => [name, pick(await get(mode, url, accept))] as const),
    );
    expect(Object.fromEntries(found)).toMatchObject(
      Object.fromEntries(CASES.map(({ name, verified, claimed }) => [name, shown(mode, verified, claimed)])),
    );
  });

  const counted = mode === 'count' ? 2500.5 : 0.5;

  test('applies to the order of users, the trend, the median and the latency', async () => {
    const users = data(await get(mode, '/users?sort=cost&include=trend'));
    expect(users.map(({ id }) => id)).toEqual(
      mode === 'count' ? ['victim', 'browser-only', 'other'] : ['victim', 'other', 'browser-only'],
    );
    const days = (users as unknown as readonly { id: string; trend: readonly Shown[] }[]).flatMap((row) =>
      row.trend.filter(({ calls, claimedCalls }) => calls + claimedCalls > 0).map((day) => [row.id, day]),
    );
    expect(Object.fromEntries(days)).toMatchObject({
      victim: shown(mode, { calls: 2, usd: 0.5 }, { calls: 1, usd: 2500 }),
      other: shown(mode, { calls: 1, usd: 0.25 }, NOTHING),
      ...(mode === 'ignore' ? {} : { 'browser-only': shown(mode, NOTHING, { calls: 1, usd: 1 }) }),
    });
    const detail = JSON.parse(await get(mode, '/users/victim')) as { medianCost: number };
    expect(detail.medianCost).toBe(0.25);
    const only = JSON.parse(await get(mode, '/users/browser-only')) as {
      medianCost: number | null;
      latency: { p50Ms: number | null };
    };
    expect([only.medianCost, only.latency.p50Ms]).toEqual(mode === 'count' ? [1, 5] : [null, null]);
  });

  test("the list of a user's calls matches the user's figures", async () => {
    const calls = data(await get(mode, '/users/victim/calls')) as unknown as { userClaimed: boolean }[];
    expect(calls).toHaveLength(mode === 'ignore' ? 2 : 3);
    expect(calls.map(({ userClaimed }) => userClaimed).filter(Boolean)).toHaveLength(
      mode === 'ignore' ? 0 : 1,
    );
  });

  test("budgets, forecasts, margins and meter events count the same calls as a user's figures", async () => {
    await apps.get(mode)?.inject({ method: 'PUT', url: '/api/budgets', payload: { of: 'user', usd: '1' } });
    const standing = JSON.parse(await get(mode, '/users/victim/budget')) as { budgets: { spent: string }[] };
    expect(standing.budgets.map(({ spent }) => spent)).toEqual([String(counted)]);
    const forecast = JSON.parse(await get(mode, '/forecast?user=victim')) as { spent: string };
    expect(forecast.spent).toBe(String(counted));
    const margin = JSON.parse(await get(mode, '/margin')) as { lines: { customer: string; cost: string }[] };
    expect(margin.lines.find(({ customer }) => customer === 'victim')?.cost).toBe(String(counted));
    const beside = mode === 'ignore' ? '0' : '2500';
    for (const of of ['user=victim', 'group=acme', '']) {
      const others = { 'user=victim': [0, 0], 'group=acme': [0.25, 0], '': [0.5, 8] }[of] ?? [];
      const [verified = 0, claimed = 0] = others;
      expect([of, JSON.parse(await get(mode, `/explain?${of}`))]).toMatchObject([
        of,
        {
          before: '0',
          claimedBefore: '0',
          after: String(counted + verified + (mode === 'count' ? claimed : 0)),
          claimedAfter: String(Number(beside) + (mode === 'ignore' ? 0 : claimed)),
        },
      ]);
    }
  });
});

/** Sums that decide about money. They count what `--claimed` counts, and show no claimed part. */
const DECIDE: readonly string[] = [
  '/api/budgets/standing',
  '/api/budgets/{id}/spenders',
  '/api/users/{id}/budget',
  '/api/groups/{id}/budget',
  '/api/own/budget',
  '/api/own/usage',
  '/api/margin',
  '/api/forecast',
];
/** Query parameters of some paths, in addition to the range. */
const QUERIES: Readonly<Record<string, string>> = {
  '/api/users': `?from=${NOON_MS - 3_600_000}&include=trend`,
  '/api/threads/{id}': '',
  '/api/to-date': '',
  '/api/explain': '',
};
const IDS: Readonly<Record<string, string>> = { '/api/threads/{id}': 't1' };

describe('every answer with a sum in the OpenAPI document', () => {
  test('shows claimed sums next to counted sums', async () => {
    const document = JSON.parse(await get('separate', '/openapi.json')) as Document;
    const sums = sumsOfDocument(document);
    expect(sums.size).toBeGreaterThan(20);
    const without = [...sums].filter(
      ([path, objects]) => !DECIDE.includes(path) && objects.some((one) => !one.hasClaimed),
    );
    expect(without).toEqual([]);
    // Fails for an exception that is no longer needed or whose route no longer exists.
    expect(DECIDE.filter((path) => !(sums.get(path) ?? []).some((one) => !one.hasClaimed))).toEqual([]);
  });

  test('counts the same with `separate` as with `ignore`, and both kinds with `count`', async () => {
    const document = JSON.parse(await get('separate', '/openapi.json')) as Document;
    for (const path of sumsOfDocument(document).keys()) {
      if (DECIDE.includes(path)) continue;
      const url = path.replace('/api', '').replace('{id}', IDS[path] ?? 'victim');
      const of = async (mode: ClaimedMode): Promise<ReturnType<typeof sumsOfAnswer>> =>
        sumsOfAnswer(JSON.parse(await get(mode, url + (QUERIES[path] ?? `?from=${NOON_MS - 3_600_000}`))));
      const [ignore, separate, count] = [await of('ignore'), await of('separate'), await of('count')];
      expect([path, [...ignore.values()].filter(({ claimed }) => claimed !== 0)]).toEqual([path, []]);
      expect([path, [...separate.values()].some(({ claimed }) => claimed > 0)]).toEqual([path, true]);
      for (const [name, { counted, claimed }] of separate) {
        const at = `${path} ${name}`;
        expect([at, ignore.get(name)?.counted ?? 0]).toEqual([at, counted]);
        // If more calls count, a user may be in another bucket or at another position.
        if (/buckets|top/.test(name)) continue;
        expect([at, count.get(name)]).toEqual([at, { counted: counted + claimed, claimed }]);
      }
    }
  });
});

describe.each(CLAIMED_MODES)('--claimed %s, sums with one amount', (mode) => {
  const isCounted = mode === 'count';
  const beside = (usd: number): number => (mode === 'ignore' ? 0 : usd);

  test("movers, distribution and the month to date count the same calls as a user's figures", async () => {
    const movers = JSON.parse(await get(mode, `/movers?from=${NOON_MS - 3_600_000}`)) as {
      data: readonly { id: string; cost: number; change: number; claimedCost: number }[];
    };
    expect(movers.data.map(({ id, cost, change, claimedCost }) => [id, cost, change, claimedCost])).toEqual(
      isCounted
        ? [
            ['victim', 2500.5, 2500.5, 2500],
            ['browser-only', 1, 1, 1],
            ['other', 0.25, 0.25, 0],
          ]
        : [
            ['victim', 0.5, 0.5, beside(2500)],
            ['other', 0.25, 0.25, 0],
          ],
    );
    const spread = JSON.parse(await get(mode, '/distribution')) as { costExact: string };
    expect(spread).toMatchObject({
      costExact: isCounted ? '2501.75' : '0.75',
      claimedCostExact: String(beside(2501)),
    });
    const toDate = JSON.parse(await get(mode, '/to-date')) as Record<
      string,
      { calls: number; spent: string }
    >;
    for (const period of ['month', 'quarter']) {
      const { verified, claimed } = PROJECT;
      expect(toDate[period]).toMatchObject({
        ...(isCounted ? { calls: 7, spent: '2509' } : { calls: verified.calls, spent: String(verified.usd) }),
        claimedCalls: beside(claimed.calls),
        claimedSpent: String(beside(claimed.usd)),
      });
    }
  });

  test('applies to the spend of users in /metrics', async () => {
    const reader = storages.get(mode)?.usage.openSpendReader({ user: 10 });
    const lines = reader === undefined ? [] : (await spendMetrics(reader, 'default')).split('\n');
    const of = (metric: string, label: string): number => {
      const line =
        lines.find((each) => each.startsWith(`userspan_user_${metric}_total{`) && each.includes(label)) ?? '';
      return Number(line.slice(line.lastIndexOf(' ')));
    };
    expect([
      of('cost_usd', '"victim"'),
      of('claimed_cost_usd', '"victim"'),
      of('claimed_calls', '"victim"'),
    ]).toEqual([isCounted ? 2500.5 : 0.5, beside(2500), beside(1)]);
    // A user that only browsers name has no separate series if claimed calls do not count.
    const others = isCounted ? '"browser-only"' : 'kind="other"';
    expect([of('claimed_cost_usd', others), of('claimed_cost_usd', 'kind="none"')]).toEqual([
      beside(1),
      beside(7),
    ]);
  });

  test('marks claimed calls in the CSV of calls', async () => {
    const [head = '', ...lines] = (await get(mode, '/calls', 'text/csv')).trim().split('\r\n');
    const at = head.split(',').indexOf('userClaimed');
    expect(at).toBeGreaterThan(0);
    expect(lines.map((line) => line.split(',')[at]).toSorted()).toEqual([
      'false',
      'false',
      'false',
      'false',
      ...(mode === 'ignore' ? [] : ['true', 'true', 'true']),
    ]);
  });
});

test('roll-ups equal the calls, also after an erasure', async () => {
  expect(await collector.differences()).toEqual([]);
  await collector.send('DELETE', '/api/users/victim');
  expect(await collector.differences()).toEqual([]);
  const totals = JSON.parse(await get('separate', '/summary')) as Shown;
  expect(totals).toMatchObject(shown('separate', { calls: 2, usd: 0.5 }, { calls: 2, usd: 8 }));
});
