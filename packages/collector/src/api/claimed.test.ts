import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CLAIMED_MODES } from '../storage/engine/claimed-mode.ts';
import type { ClaimedMode } from '../storage/engine/claimed-mode.ts';
import { storageOf } from '../storage/storage.ts';
import type { Store } from '../storage/engine/store.ts';
import { openStoreRoom } from '../testing/store-room.ts';
import type { StoreRoom } from '../testing/store-room.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import { makeApiRoutes } from './api-routes.ts';

/** Calls and US dollars: of verified senders, and claimed by browsers. */
interface Spent {
  readonly calls: number;
  readonly usd: number;
}

const NOTHING: Spent = { calls: 0, usd: 0 };
const PROJECT = { verified: { calls: 4, usd: 1 }, claimed: { calls: 3, usd: 2508 } };
const VICTIM = { verified: { calls: 2, usd: 0.5 }, claimed: { calls: 1, usd: 2500 } };
const THREAD = { 'gen_ai.conversation.id': 't1', 'userspan.tags': ['chat'] };
const ACME = { 'userspan.user.group': 'acme' };

let room: StoreRoom;
const apps = new Map<ClaimedMode, FastifyInstance>();

beforeAll(async () => {
  room = await openStoreRoom('chdb');
  const cost = (usd: number): Record<string, number> => ({ 'gen_ai.usage.cost': usd });
  await room.pipeline.write(
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
  await room.close();
}, 60_000);

/** The API of a collector that was started with `--claimed MODE`, over the same store. */
async function appOf(mode: ClaimedMode): Promise<FastifyInstance> {
  const { store } = room;
  const ofMode: Store = {
    kind: store.kind,
    claimed: mode,
    query: (...query) => store.query(...query),
    insert: (insert) => store.insert(insert),
    execute: (...statement) => store.execute(...statement),
    close: () => store.close(),
  };
  const pipeline = Object.create(room.pipeline, {
    store: { value: storageOf(ofMode) },
    onCalls: { value: () => () => undefined },
  }) as typeof room.pipeline;
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

interface Shown {
  readonly id?: string;
  readonly key?: string | null;
  readonly model?: string;
  readonly group?: string | null;
  readonly calls: number;
  readonly cost: number | null;
  readonly claimedCalls: number;
  readonly claimedCost: number | null;
}

/** What a sum shows: counted, and claimed. */
function shown(mode: ClaimedMode, verified: Spent, claimed: Spent): object {
  const counted =
    mode === 'count' ? { calls: verified.calls + claimed.calls, usd: verified.usd + claimed.usd } : verified;
  const beside = mode === 'ignore' ? NOTHING : claimed;
  return { calls: counted.calls, cost: counted.usd, claimedCalls: beside.calls, claimedCost: beside.usd };
}

/** A row of CSV, by the header. */
function rowOfCsv(csv: string, id: string): Shown {
  const [header = '', ...lines] = csv.trim().split('\r\n');
  const names = header.split(',');
  const cells = lines.find((line) => line.startsWith(id))?.split(',') ?? [];
  const of = (name: string): number => Number(cells[names.indexOf(name)]);
  return {
    calls: of('calls'),
    cost: of('costExact'),
    claimedCalls: of('claimedCalls'),
    claimedCost: of('claimedCostExact'),
  };
}

const data = (body: string): readonly Shown[] => (JSON.parse(body) as { data: readonly Shown[] }).data;

interface Case {
  readonly name: string;
  readonly url: string;
  readonly accept?: string;
  readonly pick: (body: string) => Shown | undefined;
  readonly verified: Spent;
  readonly claimed: Spent;
}

const CASES: readonly Case[] = [
  {
    name: 'the list of users',
    url: '/users',
    pick: (body) => data(body).find(({ id }) => id === 'victim'),
    ...VICTIM,
  },
  {
    name: 'a user whom only browsers name, in the list',
    url: '/users',
    pick: (body) => data(body).find(({ id }) => id === 'browser-only'),
    verified: NOTHING,
    claimed: { calls: 1, usd: 1 },
  },
  {
    name: 'what the users of a list used together',
    url: '/users',
    pick: (body) => (JSON.parse(body) as { totals: Shown }).totals,
    verified: { calls: 3, usd: 0.75 },
    claimed: { calls: 2, usd: 2501 },
  },
  {
    name: 'the users as CSV',
    url: '/users',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 'victim'),
    ...VICTIM,
  },
  { name: 'a user', url: '/users/victim', pick: (body) => JSON.parse(body) as Shown, ...VICTIM },
  { name: 'a user over time', url: '/users/victim/usage', pick: (body) => data(body)[0], ...VICTIM },
  {
    name: 'the summary',
    url: '/summary',
    pick: (body) => JSON.parse(body) as Shown,
    ...PROJECT,
  },
  {
    name: 'calls without a user, in the summary',
    url: '/summary',
    pick: (body) => (JSON.parse(body) as { unattributed: Shown }).unattributed,
    verified: { calls: 1, usd: 0.25 },
    claimed: { calls: 1, usd: 7 },
  },
  { name: 'the project over time', url: '/usage', pick: (body) => data(body)[0], ...PROJECT },
  {
    name: 'the project over time by model',
    url: '/usage?by=model&bucket=hour',
    pick: (body) => data(body)[0],
    ...PROJECT,
  },
  { name: 'models', url: '/models', pick: (body) => data(body)[0], ...PROJECT },
  {
    name: 'groups',
    url: '/groups',
    pick: (body) => data(body).find(({ group }) => group === 'acme'),
    verified: { calls: 3, usd: 0.75 },
    claimed: { calls: 1, usd: 2500 },
  },
  {
    name: 'groups as CSV',
    url: '/groups',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 'acme'),
    verified: { calls: 3, usd: 0.75 },
    claimed: { calls: 1, usd: 2500 },
  },
  {
    name: 'features',
    url: '/tags',
    pick: (body) => data(body).find((row) => Object.values(row).includes('chat')),
    ...VICTIM,
  },
  {
    name: 'features as CSV',
    url: '/tags',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 'chat'),
    ...VICTIM,
  },
  { name: 'services', url: '/services', pick: (body) => data(body)[0], ...PROJECT },
  { name: 'threads', url: '/threads', pick: (body) => data(body)[0], ...VICTIM },
  {
    name: 'threads as CSV',
    url: '/threads',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 't1'),
    ...VICTIM,
  },
  {
    name: 'a thread',
    url: '/threads/t1',
    pick: (body) => {
      const thread = JSON.parse(body) as Shown & { callCount: number };
      return { ...thread, calls: thread.callCount };
    },
    ...VICTIM,
  },
];

describe.each(CLAIMED_MODES)('--claimed %s', (mode) => {
  test('every sum', async () => {
    const found = await Promise.all(
      CASES.map(async ({ name, url, accept, pick }) => [name, pick(await get(mode, url, accept))] as const),
    );
    expect(Object.fromEntries(found)).toMatchObject(
      Object.fromEntries(CASES.map(({ name, verified, claimed }) => [name, shown(mode, verified, claimed)])),
    );
  });

  const counted = mode === 'count' ? 2500.5 : 0.5;

  test('the order of users, the trend, the median and the latency', async () => {
    const users = data(await get(mode, '/users?sort=cost&include=trend'));
    expect(users.map(({ id }) => id)).toEqual(
      mode === 'count' ? ['victim', 'browser-only', 'other'] : ['victim', 'other', 'browser-only'],
    );
    const [first] = users as unknown as readonly { trend: readonly { cost: number }[] }[];
    expect(first?.trend.reduce((sum, { cost }) => sum + cost, 0)).toBe(counted);
    const detail = JSON.parse(await get(mode, '/users/victim')) as { medianCost: number };
    expect(detail.medianCost).toBe(0.25);
    const only = JSON.parse(await get(mode, '/users/browser-only')) as {
      medianCost: number | null;
      latency: { p50Ms: number | null };
    };
    expect([only.medianCost, only.latency.p50Ms]).toEqual(mode === 'count' ? [1, 5] : [null, null]);
  });

  test('the calls of a user are those of its figures', async () => {
    const calls = data(await get(mode, '/users/victim/calls')) as unknown as { userClaimed: boolean }[];
    expect(calls).toHaveLength(mode === 'ignore' ? 2 : 3);
    expect(calls.map(({ userClaimed }) => userClaimed).filter(Boolean)).toHaveLength(
      mode === 'ignore' ? 0 : 1,
    );
  });

  test('budgets, forecasts, margins and meter events count what the figures of a user count', async () => {
    await apps.get(mode)?.inject({ method: 'PUT', url: '/api/budgets', payload: { of: 'user', usd: '1' } });
    const standing = JSON.parse(await get(mode, '/users/victim/budget')) as { budgets: { spent: string }[] };
    expect(standing.budgets.map(({ spent }) => spent)).toEqual([String(counted)]);
    const forecast = JSON.parse(await get(mode, '/forecast?user=victim')) as { spent: string };
    expect(forecast.spent).toBe(String(counted));
    const margin = JSON.parse(await get(mode, '/margin')) as { lines: { customer: string; cost: string }[] };
    expect(margin.lines.find(({ customer }) => customer === 'victim')?.cost).toBe(String(counted));
    const explained = JSON.parse(await get(mode, '/explain?user=victim')) as { after: string };
    expect(explained.after).toBe(String(counted));
  });
});

test('the roll-ups agree with the calls, also after an erasure', async () => {
  expect(await room.differences()).toEqual([]);
  await room.send('DELETE', '/api/users/victim');
  expect(await room.differences()).toEqual([]);
  const totals = JSON.parse(await get('separate', '/summary')) as Shown;
  expect(totals).toMatchObject(shown('separate', { calls: 2, usd: 0.5 }, { calls: 2, usd: 8 }));
});
