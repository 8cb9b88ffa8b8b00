import { parseFeed } from '@userspan/pricing/feed';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, NOON_MS, user } from '../testing/trace-of.ts';
import { priceUnpricedCalls } from './price-unpriced-calls.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

const DAY_MS = 86_400_000;

function asked(model: string, more: object = {}): Record<string, string | number> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': 1_000_000,
    'gen_ai.usage.output_tokens': 0,
    ...user('u1'),
    ...more,
  };
}

/** From 19 November on, gpt-9 has a price. gpt-4o has a list price and a different price in the feed. */
const FEED = parseFeed(
  JSON.stringify({
    currency: 'USD',
    published: '2026-11-20',
    models: {
      'openai:gpt-9': { from: '2026-11-19', input: 3, output: 9 },
      'openai:gpt-4o': { input: 4, output: 10 },
      'openai:gpt-9-dear': { input: 5, output: 10 },
    },
  }),
  { day: '2026-11-20' },
);

async function calls(project = 'default'): Promise<string[]> {
  const { data } = await collector.get<{ data: Record<string, unknown>[] }>('/api/calls?limit=50', project);
  return data
    .map(({ model, at, costExact, costSource, unpriced }) =>
      [model, String(at).slice(0, 10), costExact ?? unpriced, costSource].join(' '),
    )
    .toSorted((a, b) => (a < b ? -1 : 1));
}

test("prices unpriced calls from the feed's day on, and changes nothing else", async () => {
  const {
    'gen_ai.usage.input_tokens': _input,
    'gen_ai.usage.output_tokens': _output,
    ...noUsage
  } = asked('gpt-9');
  await collector.pipeline.write(
    batch(
      { trace: 1, id: 1, attributes: asked('gpt-9') },
      { trace: 2, id: 2, attributes: asked('gpt-9'), atMs: -3 * DAY_MS },
      { trace: 3, id: 3, attributes: asked('gpt-4o') },
      { trace: 4, id: 4, attributes: asked('gpt-9', { 'gen_ai.usage.cost': 7 }) },
      { trace: 5, id: 5, attributes: { ...noUsage, 'error.type': 'APIConnectionTimeoutError' } },
      { trace: 6, id: 6, attributes: asked('gpt-9-dear'), project: 'other' },
      { trace: 7, id: 7, attributes: asked('gpt-none') },
    ),
  );
  const before = await calls();
  expect(before).toContain('gpt-4o 2026-11-20 2.5 list');
  expect(await priceUnpricedCalls(collector.pipeline, NOON_MS)).toEqual({ calls: 0, models: [] });
  expect(await calls()).toEqual(before);

  collector.pipeline.useFeed(FEED);
  expect(await priceUnpricedCalls(collector.pipeline, NOON_MS)).toEqual({
    calls: 2,
    models: ['gpt-9', 'gpt-9-dear'],
  });
  expect(await calls()).toEqual([
    'gpt-4o 2026-11-20 2.5 list',
    expect.stringMatching(/^gpt-9 2026-11-17 .*no .*price/) as string,
    'gpt-9 2026-11-20 3 list',
    'gpt-9 2026-11-20 7 computed',
    'gpt-9 2026-11-20 the usage of the call is not known ',
    'gpt-none 2026-11-20 openai has no price for the model "gpt-none" ',
  ]);
  expect(await calls('other')).toEqual(['gpt-9-dear 2026-11-20 5 list']);
  expect(await priceUnpricedCalls(collector.pipeline, NOON_MS)).toEqual({ calls: 0, models: [] });
  expect(await collector.differences()).toEqual([]);

  // New calls have the price at intake, also in a project with own prices.
  await collector.send('POST', '/api/prices', { model: 'mine', usdPerMillion: { input: 1 } });
  await collector.pipeline.write(batch({ trace: 8, id: 8, attributes: asked('gpt-9') }));
  expect((await calls()).filter((line) => line === 'gpt-9 2026-11-20 3 list')).toHaveLength(2);
});

test('a configured currency rate prices stored and new calls with a cost in this currency', async () => {
  const project = 'currencies';
  const stated = (amount: string, currency: string, more: object = {}): Record<string, string | number> =>
    asked('gpt-4o', { 'gen_ai.usage.cost.amount': amount, 'gen_ai.usage.cost.currency': currency, ...more });
  const spans = [
    {
      trace: 21,
      id: 21,
      project,
      attributes: stated('0.5', 'EUR', { 'gen_ai.usage.cost.source': 'provider' }),
    },
    { trace: 22, id: 22, project, attributes: stated('0.5', 'GBP') },
    { trace: 23, id: 23, project, attributes: asked('gpt-4o') },
  ];
  await collector.pipeline.write(batch(...spans));
  const gbp = 'gpt-4o 2026-11-20 the cost is stated in GBP (0.5), not in US dollars ';
  const listed = (await calls(project)).find((line) => line.endsWith(' list'));
  expect(await calls(project)).toEqual([
    listed,
    'gpt-4o 2026-11-20 the cost is stated in EUR (0.5), not in US dollars ',
    gbp,
  ]);
  await collector.restart({ currencyRates: { EUR: '1.08' } });
  expect(await priceUnpricedCalls(collector.pipeline, NOON_MS)).toEqual({ calls: 1, models: ['gpt-4o'] });
  await collector.pipeline.write(batch({ trace: 24, id: 24, project, attributes: stated('0.1', 'eur') }));
  expect(await calls(project)).toEqual([
    'gpt-4o 2026-11-20 0.108 computed',
    'gpt-4o 2026-11-20 0.54 provider',
    listed,
    gbp,
  ]);
  const explained = async (id: number): Promise<unknown> => {
    const path = `/api/calls/${id.toString(16).padStart(32, '0')}/${id.toString(16).padStart(16, '0')}`;
    return (await collector.get<{ arithmetic: { note: string } }>(path, project)).arithmetic.note;
  };
  expect(await explained(21)).toBe(
    'The provider or a gateway reported this cost. It was reported as 0.5 EUR and converted at 1.08 US dollars for 1 EUR.',
  );
  // A changed or removed rate does not change calls that have a cost.
  await collector.restart({ currencyRates: { EUR: 2 } });
  expect(await priceUnpricedCalls(collector.pipeline, NOON_MS)).toEqual({ calls: 0, models: [] });
  expect(await explained(24)).toBe(
    'The sender of the span computed this cost. It was reported as 0.1 EUR and converted at the rate of that time.',
  );
  await collector.restart();
  expect(await collector.send('POST', '/api/reprice', { dryRun: true }, project)).toMatchObject({
    body: { changed: 0, unpricedBefore: 1, unpricedAfter: 1 },
  });
  expect(await collector.differences(project)).toEqual([]);
});
