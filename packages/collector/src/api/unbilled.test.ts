import { expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import { batch, user } from '../testing/trace-of.ts';

const ASKED = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  ...user('u1'),
};
const HOUSE = { ...ASKED, 'gen_ai.request.model': 'house-1', ...user('u3') };
const USED = { 'gen_ai.usage.input_tokens': 19, 'gen_ai.usage.output_tokens': 10 };

test('a refused call has a cost of $0, and an interrupted call is unpriced', async () => {
  const collector = await openTestCollector('chdb');
  try {
    await collector.pipeline.write(
      batch(
        { trace: 1, id: 1, attributes: { ...ASKED, ...USED } },
        { trace: 2, id: 2, attributes: { ...ASKED, 'error.type': '429' } },
        { trace: 3, id: 3, attributes: { ...ASKED, 'error.type': 'APIUserAbortError' } },
        { trace: 5, id: 5, attributes: { ...HOUSE, 'userspan.cost.unpriced': 'the provider sent no usage' } },
        { trace: 6, id: 6, attributes: { ...HOUSE, ...USED } },
        { trace: 4, id: 4, attributes: { ...ASKED, 'error.type': '500', ...user('u2') } },
      ),
    );
    const { data } = await collector.get<{ data: Record<string, unknown>[] }>(
      '/api/users?sort=name&order=asc',
    );
    expect(
      data.map(({ id, calls, errors, unpricedCalls, costExact }) => [
        id,
        calls,
        errors,
        unpricedCalls,
        costExact,
      ]),
    ).toEqual([
      ['u1', 3, 2, 1, '0.00000885'],
      ['u2', 1, 1, 0, '0'],
      ['u3', 2, 0, 2, null],
    ]);
    const { data: unpriced } = await collector.get<{ data: Record<string, unknown>[] }>(
      '/api/calls?unpriced=true',
    );
    expect(
      unpriced
        .map(({ model, error }) => `${String(model)} ${String(error)}`)
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(['gpt-4o-mini APIUserAbortError', 'house-1 null', 'house-1 null']);
    const prices = await collector.get<{ unpriced: Record<string, unknown>[] }>('/api/prices');
    expect(prices.unpriced.map(({ model, reason, calls }) => [model, reason, calls])).toEqual([
      ['gpt-4o-mini', 'the usage of the call is not known', 1],
      ['house-1', 'the provider sent no usage', 1],
      ['house-1', 'openai has no price for the model "house-1"', 1],
    ]);
    const path = `/api/calls/${'2'.padStart(32, '0')}/${'2'.padStart(16, '0')}`;
    const { costExact, costSource, unpriced: reason, arithmetic } = await collector.get(path);
    expect({ costExact, costSource, reason, arithmetic }).toEqual({
      costExact: '0',
      costSource: 'unbilled',
      reason: null,
      arithmetic: { lines: [], tier: null, note: expect.stringContaining('billed nothing') as string },
    });
    // An own price applies only to billed calls.
    await collector.send('POST', '/api/prices', {
      model: 'gpt-4o-mini',
      usdPerMillion: { input: 1, output: 1 },
    });
    const { body } = await collector.send('POST', '/api/reprice', { dryRun: false });
    expect(body['changed']).toBe(1);
    expect(await collector.get(path)).toMatchObject({ costExact: '0', costSource: 'unbilled' });
    expect(await collector.differences()).toEqual([]);
  } finally {
    await collector.close();
  }
}, 60_000);

test('refused calls together with unpriced calls have no total, average or median', async () => {
  const collector = await openTestCollector('chdb');
  try {
    await collector.pipeline.write(
      batch(
        { trace: 1, id: 1, attributes: { ...HOUSE, ...USED } },
        { trace: 2, id: 2, attributes: { ...HOUSE, 'error.type': '400' } },
        { trace: 3, id: 3, attributes: { ...HOUSE, 'error.type': '429' } },
      ),
    );
    const { costExact, averageCost, medianCost, unpricedCalls } = await collector.get('/api/users/u3');
    expect({ costExact, averageCost, medianCost, unpricedCalls }).toEqual({
      costExact: null,
      averageCost: null,
      medianCost: null,
      unpricedCalls: 1,
    });
  } finally {
    await collector.close();
  }
});
