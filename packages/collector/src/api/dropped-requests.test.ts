import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import { waitFor } from '../testing/wait-for.ts';

let collector: TestCollector;
let url: string;
/** Statements on sums, which wait until `open` is called, and whether a client waited then. */
let held: { readonly sql: string; wasWanted?: boolean }[] = [];
let open: () => void = () => undefined;
let gate = Promise.resolve();
/** Numbers of requests that arrived, and of those whose connection was closed or that were answered. */
let arrived = 0;
let ended = 0;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await collector.pipeline.write(
    batch({ id: 1, attributes: { ...call(), ...user('u1', { 'userspan.user.group': 'acme' }) } }),
  );
  const { store } = collector;
  const query = store.query.bind(store);
  store.query = async (sql, parameters, options) => {
    if (!/usage_|calls/.test(sql)) return query(sql, parameters, options);
    const statement: (typeof held)[number] = { sql };
    held.push(statement);
    await gate;
    statement.wasWanted = options?.isWanted?.() !== false;
    return query(sql, parameters, options);
  };
  collector.app.server.on('request', (_, response) => {
    arrived += 1;
    response.once('close', () => (ended += 1));
  });
  await collector.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(collector.app.server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(() => collector.close());
beforeEach(() => {
  held = [];
  arrived = 0;
  ended = 0;
  gate = new Promise((resolve) => {
    open = resolve;
  });
});

test.each([
  '/api/usage?group=acme&by=model',
  '/api/users?group=acme',
  '/api/movers?from=2026-11-01T00:00:00Z',
])('no query of %s begins after its client has closed the connection', async (path) => {
  const client = new AbortController();
  const answer = fetch(url + path, { signal: client.signal }).catch(() => 'closed');
  await waitFor(
    () => held.length,
    (count) => count > 0,
  );
  client.abort();
  expect(await answer).toBe('closed');
  await waitFor(
    () => ended,
    (count) => count === 1,
  );
  open();
  await waitFor(
    () => held,
    (all) => all.every(({ wasWanted }) => wasWanted !== undefined),
  );
  expect(held.filter(({ wasWanted }) => wasWanted)).toEqual([]);
});

test('a client gets the answer of a query that it shares with one who has left', async () => {
  const path = '/api/users?group=acme&sort=calls&totals=false&from=2026-11-02T00:00:00Z';
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const left = fetch(url + path, { signal: leaving.signal }).catch(() => 'closed');
  await waitFor(
    () => held.length,
    (count) => count === 1,
  );
  const stays = fetch(url + path, { signal: staying.signal });
  await waitFor(
    () => arrived,
    (count) => count === 2,
  );
  leaving.abort();
  expect(await left).toBe('closed');
  await waitFor(
    () => ended,
    (count) => count === 1,
  );
  open();
  const reply = await stays;
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({ total: 1, data: [{ id: 'u1' }] });
});
