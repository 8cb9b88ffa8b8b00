import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readStoreBytes } from '../storage/read/store-size.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { StoreKind, TestCollector } from '../testing/test-collector.ts';
import { TABLES } from '../storage/engine/schema.ts';

const RANGE = 'from=2026-11-01&to=2026-11-30';
const URLS = [
  ...['cost', 'calls', 'tokens', 'errors', 'lastSeen', 'firstSeen', 'name'].map(
    (sort) => `/api/users?sort=${sort}&include=trend,median`,
  ),
  `/api/users?${RANGE}&group=Analytics&include=trend`,
  `/api/users?${RANGE}&q=ada`,
  '/api/users?model=gpt-4o&prop.plan=pro',
  '/api/users/sample-ada.lovelace',
  '/api/users/sample-ada.lovelace/neighbors',
  '/api/users/sample-ada.lovelace/threads',
  '/api/users/sample-ada.lovelace/calls?operation=chat',
  '/api/users/sample-ada.lovelace/usage?bucket=hour&by=model',
  ...['day', 'week', 'month'].map((bucket) => `/api/usage?bucket=${bucket}&by=group&tz=Europe/Berlin`),
  '/api/usage?bucket=day&by=tag&attributed=false',
  '/api/groups?sort=users',
  '/api/models?sort=cost',
  '/api/threads?sort=lastSeen',
  '/api/calls?model=gpt-4o',
  '/api/facets',
  '/api/prices',
  `/api/summary?${RANGE}`,
];

/** A test collector with sample data, an alias, and a removed alias. A process has one engine, so collectors run consecutively. */
async function openWithSample(kind: StoreKind): Promise<TestCollector> {
  const collector = await openTestCollector(kind);
  const send = async (url: string, body?: object): Promise<void> => {
    const { status } = await collector.send('POST', url, body);
    if (status >= 400) throw new Error(`${url}: ${status}`);
  };
  await send('/api/sample');
  for (const id of ['sample-ada.lovelace', 'sample-alan.turing']) {
    await send(`/api/users/${id}/alias`, { userId: 'somebody' });
  }
  await send('/api/users/sample-ada.lovelace/unalias');
  return collector;
}

describe('a cluster', () => {
  const expected = new Map<string, unknown>();
  let collector: TestCollector;
  beforeAll(async () => {
    const single = await openWithSample('chdb');
    for (const url of URLS) expected.set(url, await single.get(url));
    await single.close();
    collector = await openWithSample('cluster');
  }, 60_000);
  afterAll(async () => {
    await collector.close();
  });

  test('has every table on each node, and a distributed table for it', async () => {
    const rows = await collector.store.query<{ name: string; engine: string }>(
      'SELECT name, engine FROM system.tables WHERE database = currentDatabase()',
    );
    const engines = new Map(rows.map(({ name, engine }) => [name, engine]));
    for (const { name, merge } of TABLES) {
      expect([name, engines.get(name), engines.get(`${name}_local`)]).toEqual([
        name,
        'Distributed',
        merge === 'replace' ? 'ReplacingMergeTree' : 'AggregatingMergeTree',
      ]);
    }
  });

  test.each(URLS)('answers %s like a single engine', async (url) => {
    expect(await collector.get(url)).toEqual(expected.get(url));
  });

  test('reports its size', async () => {
    expect(await readStoreBytes(collector.store)).toBeGreaterThan(10_000);
  });
});
