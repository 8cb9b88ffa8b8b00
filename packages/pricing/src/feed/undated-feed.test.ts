import { expect, it } from 'vitest';
import { modelPrice } from '../model-price.ts';
import { priceOf } from '../price-of.ts';
import { parseFeed, serializeFeed } from './parse-feed.ts';

const KNOWN = {
  'gpt-4o': { litellm_provider: 'openai', input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 },
};
const NEW = {
  'gpt-9': { litellm_provider: 'openai', input_cost_per_token: 2e-6, output_cost_per_token: 8e-6 },
};
const text = JSON.stringify({ ...KNOWN, ...NEW });
const day = '2026-11-28';

const first = parseFeed(JSON.stringify(KNOWN), { day: '2026-10-01' });
const added = parseFeed(text, { day: '2026-11-24', previous: first });
/** Like the collector: the accepted feed is read back from its file, and a later version of the feed follows. */
const later = parseFeed(text, { day, previous: parseFeed(serializeFeed(added), { day }) });
const told = parseFeed(text, { day, previous: later, since: '2026-01-01' });

it.each([
  ['applies 30 days before it was added', added, '2026-10-25T00:00:00Z', '2'],
  ['does not apply earlier', added, '2026-10-24T23:59:59Z', undefined],
  [
    'applies 30 days before it was added, with a later version of the feed',
    later,
    '2026-10-25T00:00:00Z',
    '2',
  ],
  ['does not apply earlier, with a later version of the feed', later, '2026-10-24T23:59:59Z', undefined],
  ['applies from the configured first day on', told, '2026-01-01T00:00:00Z', '2'],
  ['does not apply before the configured first day', told, '2025-12-31T23:59:59Z', undefined],
] as const)('a price without a date: %s', (_, feed, at, price) => {
  const call = { provider: 'openai', model: 'gpt-9', at };
  expect(modelPrice(call, { feed })?.source).toBe(price === undefined ? undefined : 'feed');
  const cost = priceOf({ ...call, usage: { inputTokens: 1_000_000, outputTokens: 0 } }, { feed });
  expect('unpriced' in cost ? undefined : cost.exact).toBe(price);
});

it('an undated price never overrides a list price, whatever the time of the call', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };
  const cost = priceOf({ provider: 'openai', model: 'gpt-4o', at: '2025-06-01', usage }, { feed: told });
  expect(cost).toMatchObject({ exact: '2.5' });
});
