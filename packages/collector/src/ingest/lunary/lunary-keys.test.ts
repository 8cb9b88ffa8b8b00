import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../../testing/memory-collector.ts';
import { waitFor } from '../../testing/wait-for.ts';

/** Keys in Lunary's format, which are not tokens of Userspan. */
const PRIVATE = '0c1e7d70-6f0c-4f60-a5d2-5f7d5e2f0a11';
const PUBLIC = '7b0f3c52-96a1-4a3d-8f0e-7a4b7d1c9e22';

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector({
    token: ['admin=admin-secret-0123456789'],
    'lunary-key': [PRIVATE, `public@other=${PUBLIC}`],
  });
});
afterAll(() => collector.remove());

function post(path: string, body: unknown, key?: string): Promise<Response> {
  return fetch(`${collector.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
  });
}

test.each<[string, string, string | undefined, { project: string; claimed: boolean }]>([
  ['a private key', PRIVATE, undefined, { project: 'default', claimed: false }],
  ['a public key of a project', PUBLIC, undefined, { project: 'other', claimed: true }],
  ['a public key as the appId of an event', PRIVATE, PUBLIC, { project: 'other', claimed: true }],
])('accepts events with %s', async (_name, key, appId, expected) => {
  const [name, runId] = [randomUUID(), randomUUID()];
  const common = { type: 'llm', runId, timestamp: Date.now(), ...(appId === undefined ? {} : { appId }) };
  const response = await post(
    '/v1/runs/ingest',
    {
      events: [
        { ...common, event: 'start', name, userId: 'u1' },
        { ...common, event: 'end', tokensUsage: { prompt: 10, completion: 2 } },
      ],
    },
    key,
  );
  expect(response.status).toBe(200);
  const found = await waitFor(
    () => collector.received().find(({ span }) => span.name === `chat ${name}`),
    (received) => received !== undefined,
  );
  expect(found).toMatchObject(expected);
  expect(found?.span.attributes).toMatchObject({ 'user.id': 'u1' });
});

test.each(['/v1/traces', '/v1/logs', '/api/public/otel/v1/traces'])(
  'accepts neither key on other paths: %s',
  async (path) => {
    for (const key of [PRIVATE, PUBLIC]) {
      expect((await post(path, { resourceSpans: [] }, key)).status).toBe(403);
    }
  },
);

test('does not allow reading with either key', async () => {
  for (const key of [PRIVATE, PUBLIC]) {
    const response = await fetch(`${collector.url}/api/users`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(response.status).toBe(403);
  }
});

test("accepts neither key for the dashboard's sign-in or on PostHog's paths", async () => {
  for (const key of [PRIVATE, PUBLIC]) {
    expect((await post('/api/session', { token: key })).status).toBe(401);
    expect((await post('/batch/', { api_key: key, batch: [] })).status).toBe(403);
  }
});
