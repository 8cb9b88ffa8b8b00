import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openPipeline } from '../pipeline/open-pipeline.ts';
import type { ReceivedSpan } from '../pipeline/pipeline.ts';
import { openChdb } from '../store/chdb-store.ts';
import { migrate } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';
import { makeApiRoutes } from './api-routes.ts';

const directory = mkdtempSync(join(tmpdir(), 'userspan-api-'));
let store: Store;
let app: FastifyInstance;
beforeAll(async () => {
  store = await openChdb({ directory: join(directory, 'store') });
  await migrate(store);
  const pipeline = await openPipeline({ store, directory });
  app = fastify();
  app.decorateRequest('project', 'default');
  await app.register(makeApiRoutes({ pipeline }), { prefix: '/api' });
  const at = BigInt(Date.now()) * 1_000_000n;
  const span = (n: number, attributes: Record<string, string | number>, parent?: number): ReceivedSpan => ({
    project: 'default',
    claimed: false,
    receivedAtMs: Date.now(),
    span: {
      traceId: 'a'.repeat(32),
      spanId: String(n).padStart(16, '0'),
      ...(parent ? { parentSpanId: String(parent).padStart(16, '0') } : {}),
      name: 'x',
      kind: 3,
      startTimeUnixNano: at,
      endTimeUnixNano: at + 5_000_000n,
      status: { code: 0 },
      attributes,
      events: [],
      resource: { 'service.name': 's' },
      scope: { name: 'test' },
    },
  });
  await pipeline.write({
    id: 'b1',
    spans: [
      span(
        2,
        {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 5,
          'gen_ai.conversation.id': 't',
        },
        1,
      ),
    ],
  });
  await pipeline.write({
    id: 'b2',
    spans: [span(1, { 'user.id': 'u1', 'user.name': 'Ada', 'userspan.user.plan': 'pro' })],
  });
});
afterAll(async () => {
  await app.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

test.each([
  '/api/users',
  '/api/users?include=trend,median&sort=lastSeen',
  '/api/users?q=ad&prop.plan=pro',
  '/api/users?from=2020-01-01&limit=1&sort=name',
  '/api/users?prop.plan=free',
  '/api/summary',
  '/api/summary?from=2026-01-01',
  '/api/openapi.json',
  '/api/users/u1',
  '/api/users/u1/calls',
  '/api/users/u1/threads',
  '/api/users/u1/usage?by=model&tz=Europe/Berlin',
  '/api/users/u1/usage?bucket=week',
  '/api/users/u1/usage?bucket=month&by=tag',
  '/api/users/u1/neighbors',
  '/api/usage?by=group&tz=Asia/Kolkata',
  '/api/usage?by=service',
  '/api/groups',
  '/api/models',
  '/api/threads',
  '/api/threads/t',
  '/api/facets',
  `/api/calls/${'a'.repeat(32)}/0000000000000002`,
  `/api/traces/${'a'.repeat(32)}`,
  '/api/calls',
  '/api/calls?attributed=false',
  '/api/users?sort=bad',
])('%s', async (url) => {
  const reply = await app.inject(url);
  expect(reply.statusCode).toBe(url.includes('sort=bad') ? 400 : 200);
});
test('csv', async () => {
  const reply = await app.inject({ url: '/api/users', headers: { accept: 'text/csv' } });
  expect(reply.body.split('\r\n')[1]).toMatch(/^u1,Ada,/);
  const one = await app.inject('/api/users');
  const two = await app.inject({
    url: '/api/users',
    headers: { 'if-none-match': String(one.headers['etag']) },
  });
  expect(two.statusCode).toBe(304);
});
