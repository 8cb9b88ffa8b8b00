import { afterAll, beforeAll, expect, test } from 'vitest';

import { END_MS, openScopeCollector } from '../../testing/scope-input.ts';
import type { TestCollector } from '../../testing/test-collector.ts';

const FROM_MS = END_MS - 12 * 86_400_000;

let collector: TestCollector;

beforeAll(async () => {
  collector = await openScopeCollector();
}, 60_000);
afterAll(() => collector.close());

test('a summary without movers is otherwise equal', async () => {
  const path = `/api/summary?from=${FROM_MS}&group=acme&model=gpt-4o`;
  const whole = await collector.get<{ readonly movers: readonly { readonly id: string }[] }>(path, 'scope');
  expect(whole.movers.map(({ id }) => id).toSorted()).toEqual(['ada', 'bob']);
  expect(await collector.get(`${path}&movers=true`, 'scope')).toEqual(whole);
  expect(await collector.get(`${path}&movers=false`, 'scope')).toEqual({ ...whole, movers: null });
  // Without a previous range, movers are an empty list; null means that they were not requested.
  expect(await collector.get('/api/summary', 'scope')).toMatchObject({ before: null, movers: [] });
  expect(await collector.get('/api/summary?movers=false', 'scope')).toMatchObject({ movers: null });
  const refused = await collector.app.inject(`${path}&movers=no`);
  expect(refused.statusCode).toBe(400);
});
