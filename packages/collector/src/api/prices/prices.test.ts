import { parseFeed } from '@userspan/pricing/feed';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { batch, NOON_MS, user } from '../../testing/trace-of.ts';
import { makeApiRoutes } from '../api-routes.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

interface Answer {
  readonly price: {
    source: string;
    provider: string;
    units: { unit: string; usd: number; per: number }[];
  } | null;
  readonly reason: string | null;
}

async function priceOf(query: string, project?: string): Promise<string> {
  const { price, reason } = await collector.get<Answer>(`/api/prices?${query}`, project);
  if (price === null) return String(reason);
  const units = price.units.map(({ unit, usd, per }) => `${unit} ${usd}/${per}`);
  return [price.provider, price.source, ...units].join(' ');
}

function asked(model: string, more: object = {}): Record<string, string | number> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': 1_000_000,
    ...user('u1', { 'userspan.user.group': 'acme' }),
    ...more,
  };
}

test('returns the price of any model at any time, with its source', async () => {
  // Dates and prices from price-list.txt.
  expect(await priceOf('model=gpt-4o-mini')).toMatch(
    /^openai list input 0.15\/1000000 cachedInput 0.075\/1000000 /,
  );
  expect(await priceOf('model=gpt-4o-mini&tier=priority')).toMatch(/^openai list input 0.25\//);
  expect(await priceOf('model=deepseek-chat&provider=deepseek&at=2026-05-01')).toMatch(
    /^deepseek list input 0.14\//,
  );
  expect(await priceOf('model=deepseek-chat&provider=deepseek&at=2025-10-01')).toMatch(
    /^deepseek list input 0.28\//,
  );
  expect(await priceOf('model=gpt-99&provider=openai')).toBe('openai has no price for the model "gpt-99"');
  expect(await priceOf('model=house-1')).toBe('no price for the model "house-1": name its provider');

  collector.pipeline.useFeed(
    parseFeed(
      JSON.stringify({ published: '2026-11-20', models: { 'openai:gpt-99': { input: 3, output: 9 } } }),
      {
        day: '2026-11-20',
      },
    ),
  );
  expect(await priceOf('model=gpt-99')).toMatch(/^openai feed input 3\/1000000 output 9\//);
  const added = await collector.send('POST', '/api/prices', {
    model: 'gpt-99',
    from: '2026-11-10',
    usdPerMillion: { input: 1 },
  });
  expect(await priceOf('model=gpt-99')).toBe('openai custom input 1/1000000');
  expect(await priceOf('model=gpt-99&at=2026-11-09')).toMatch(/^openai feed input 3/);
  await collector.send('DELETE', `/api/prices/${String(added.body['id'])}`);
});

/** Adds a price through another collector, which was started earlier and has its own clock. */
async function addPriceElsewhere(project: string, clock: () => number, price: object): Promise<void> {
  const app = fastify();
  app.decorateRequest('project', project);
  const pipeline = await collector.another(`${project} ${JSON.stringify(price)}`, clock);
  await app.register(makeApiRoutes({ pipeline, clock }), { prefix: '/api' });
  const before = { ...price, usdPerMillion: { input: 77 } };
  expect((await collector.send('POST', '/api/prices', before, project)).status).toBe(201);
  const reply = await app.inject({ method: 'POST', url: '/api/prices', payload: price });
  expect(reply.statusCode).toBe(201);
  await app.close();
}

test.each([
  ['in the same millisecond', undefined],
  ['by a collector whose clock is an hour behind', () => NOON_MS],
])('uses the last added of several prices with the same first day: added %s', async (project, clock) => {
  const id = 900_000_000 + project.length;
  await collector.pipeline.write(batch({ id, trace: id, project, attributes: asked('twice') }));
  for (const input of [3, 1, 9, 2, 7, 4]) {
    const price = { model: 'twice', usdPerMillion: { input } };
    if (clock === undefined) await collector.send('POST', '/api/prices', price, project);
    else await addPriceElsewhere(project, clock, price);
    expect(await priceOf('model=twice', project)).toContain(`custom input ${input}/`);
    const body = { dryRun: false, model: 'twice' };
    const { body: repriced } = await collector.send('POST', '/api/reprice', body, project);
    expect(repriced['after']).toBe(String(input));
  }
});

test.each([
  ['at=tomorrow&model=x', 'at must be ISO 8601'],
  ['at=2026-11-20', 'at needs the model whose price is asked for'],
  ['tier=cheap&model=x', 'tier'],
  ['modle=x', 'did you mean model?'],
])('rejects %s', async (query, message) => {
  const reply = await collector.app.inject({ url: `/api/prices?${query}` });
  expect([reply.statusCode, reply.body]).toEqual([400, expect.stringContaining(message)]);
});

test.each([
  [
    'POST',
    '/api/prices',
    { model: 'm', input: 2 },
    'The body has no property \\"input\\"; did you mean items? It takes provider, model, from, usdPerMillion, items.',
  ],
  ['POST', '/api/prices', { model: 'm', usdPerMillion: { input: 2 }, currency: 'EUR' }, 'currency'],
  ['POST', '/api/prices', { model: 'm' }, 'The price has no figure: give usdPerMillion'],
  ['POST', '/api/prices', { model: 'm', usdPerMillion: { prompt: 2 } }, 'prompt: not known'],
  // Without the filter, every call would be repriced.
  ['POST', '/api/reprice', { dryRun: false, modle: 'm' }, 'did you mean model?'],
  [
    'POST',
    '/api/reprice',
    { price: { model: 'm', usdPerMilion: { input: 2 } } },
    'price has no property \\"usdPerMilion\\"; did you mean usdPerMillion?',
  ],
  ['POST', '/api/users/a/alias', { userId: 'b', until: '2026-11-30' }, 'no property \\"until\\"'],
  ['POST', '/api/users/a/alias', { ['__proto__x']: 1, userId: 'b' }, 'no property \\"__proto__x\\"'],
] as const)('rejects a body with an unknown field: %s %s %j', async (method, url, body, message) => {
  const reply = await collector.app.inject({ method, url, payload: body });
  expect([reply.statusCode, reply.body]).toEqual([400, expect.stringContaining(message)]);
});

test('finds models by words of provider and name', async () => {
  const { data } = await collector.get<{ data: Record<string, unknown>[] }>(
    '/api/prices/models?q=gpt-4o%20openai&limit=3',
  );
  expect(data[0]).toEqual({ provider: 'openai', model: 'gpt-4o', source: 'list' });
  expect(data).toHaveLength(3);
  const fed = await collector.get<{ data: Record<string, unknown>[] }>('/api/prices/models?q=gpt-99');
  expect(fed.data).toEqual([{ provider: 'openai', model: 'gpt-99', source: 'feed' }]);
});

test('does not count unpriced calls as zero, and shows which calls a price changes', async () => {
  await collector.pipeline.write(
    batch(
      { trace: 1, id: 1, attributes: asked('house-1') },
      { trace: 2, id: 2, attributes: asked('house-1-2026-01-01') },
      {
        trace: 3,
        id: 3,
        attributes: { ...asked('house-1'), 'error.type': '429', 'gen_ai.usage.input_tokens': '' },
      },
      {
        trace: 4,
        id: 4,
        attributes: { ...asked('house-1'), 'error.type': 'timeout', 'gen_ai.usage.input_tokens': '' },
      },
      { trace: 5, id: 5, attributes: asked('gpt-4o-mini') },
    ),
  );
  const rows = async (): Promise<string[]> =>
    (await collector.get<{ data: Record<string, unknown>[] }>('/api/models')).data
      .map(({ model, cost, averageCost, unpricedCalls }) =>
        [model, cost, averageCost, unpricedCalls].map(String).join(' '),
      )
      .toSorted((a, b) => (a < b ? -1 : 1));
  expect(await rows()).toEqual([
    'gpt-4o-mini 0.15 0.15 0',
    // A refused call ($0) and two calls without a price: the cost is unknown.
    'house-1 null null 2',
    'house-1-2026-01-01 null null 1',
  ]);
  const unpriced = async (): Promise<string[]> =>
    (await collector.get<{ unpriced: Record<string, unknown>[] }>('/api/prices')).unpriced.map(
      ({ model, calls, needsPrice }) => [model, calls, needsPrice].map(String).join(' '),
    );
  expect((await unpriced()).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'house-1 1 false',
    'house-1 1 true',
    'house-1-2026-01-01 1 true',
  ]);

  const price = { model: 'House-1', usdPerMillion: { input: 2 } };
  const preview = await collector.send('POST', '/api/reprice', { price });
  expect(preview.body).toMatchObject({
    dryRun: true,
    changed: 2,
    before: '0',
    after: '4',
    unpricedBefore: 3,
    unpricedAfter: 1,
  });
  const { body } = await collector.send('POST', '/api/prices', price);
  const done = await collector.send('POST', '/api/reprice', { dryRun: false, priceId: body['id'] });
  expect(done.body).toMatchObject({ dryRun: false, changed: 2, after: '4' });
  expect(await rows()).toEqual(['gpt-4o-mini 0.15 0.15 0', 'house-1 2 1 1', 'house-1-2026-01-01 2 2 0']);
  // The call that timed out does not count as a call without a price.
  expect(await unpriced()).toEqual(['house-1 1 false']);
  expect(await collector.differences()).toEqual([]);
  // Only prices changed, not the number of calls. Every sum is correct before and after the user is erased.
  const sum = async (path: string): Promise<number> =>
    (await collector.get<{ data: { cost: number | null }[] }>(path)).data.reduce(
      (total, { cost }) => total + (cost ?? 0),
      0,
    );
  for (const path of [
    '/api/groups',
    '/api/usage',
    '/api/usage?by=model',
    '/api/usage?by=group',
    '/api/users',
  ]) {
    expect([path, (await sum(path)).toFixed(6)]).toEqual([path, '4.150000']);
  }
  const both = await collector.send('POST', '/api/reprice', { price, priceId: 'x' });
  const unknown = await collector.send('POST', '/api/reprice', { dryRun: false, priceId: 'x' });
  expect([both.status, unknown.status]).toEqual([400, 404]);
  expect((await collector.send('DELETE', '/api/users/u1')).status).toBe(200);
  expect(await sum('/api/usage')).toBe(0);
  expect(await collector.differences()).toEqual([]);
});
