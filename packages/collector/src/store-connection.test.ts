import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCollector } from './main.ts';
import { resolveOptions, type SettingValues } from './config/options.ts';
import type { StorageRuntime } from './storage-runtime.ts';
import { readBatch } from './storage/write/span-batch.ts';
import { post, requestOf, span } from './testing/otlp-spans.ts';
import { waitFor } from './testing/wait-for.ts';

test('accepts spans and answers 503 in the API while the store server is down at start, and recovers automatically', async () => {
  const data = await mkdtemp(join(tmpdir(), 'userspan-late-'));
  let isUp = false;
  const stored: string[] = [];
  const side: StorageRuntime = {
    pipeline: {
      write: async (batch) => {
        for (const { span } of (await readBatch(batch))?.spans ?? []) stored.push(span.spanId);
      },
    },
    apiRoutes: async (app) => {
      app.get('/users', { config: { permission: 'read' } }, () => ({ data: [] }));
    },
    close: async () => undefined,
  };
  const settings: SettingValues = { port: 0, 'grpc-port': 'off', 'log-level': 'silent', data };
  const collector = await startCollector(
    resolveOptions(settings, { store: 'clickhouse://localhost/db' }),
    async () => {
      if (!isUp) {
        throw Object.assign(new Error('The store does not answer.'), { name: 'StoreError' });
      }
      return side;
    },
  );
  try {
    expect((await post(collector.url, requestOf([span(1, 1)]))).status).toBe(200);
    expect(await (await fetch(`${collector.url}/healthz`)).json()).toMatchObject({
      status: 'degraded',
      log: { state: 'ok' },
      store: { state: 'failing', message: 'The store does not answer.' },
    });
    const api = await fetch(`${collector.url}/api/users`);
    expect({ status: api.status, after: api.headers.get('retry-after') }).toEqual({
      status: 503,
      after: '2',
    });

    isUp = true;
    await waitFor(
      async () => (await fetch(`${collector.url}/api/users`)).status,
      (status) => status === 200,
    );
    await waitFor(
      () => stored.length,
      (count) => count === 1,
    );
    expect((await post(collector.url, requestOf([span(2, 2)]))).status).toBe(200);
    await waitFor(
      () => stored.length,
      (count) => count === 2,
    );
    expect(await (await fetch(`${collector.url}/healthz`)).json()).toMatchObject({ status: 'ok' });
  } finally {
    await collector.close();
    await rm(data, { recursive: true });
  }
});

test('fails at start if the embedded store cannot be opened, and leaves nothing open', async () => {
  const data = await mkdtemp(join(tmpdir(), 'userspan-late-'));
  const start = (): Promise<unknown> =>
    startCollector(resolveOptions({ port: 0, 'log-level': 'silent', data }), async () => {
      throw new Error('no engine');
    });
  await expect(start()).rejects.toThrow('no engine');
  // The error is not that another process uses the folder.
  await expect(start()).rejects.toThrow('no engine');
  await rm(data, { recursive: true });
});
